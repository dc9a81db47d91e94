//! Provenance of archives: who signed one, and whether it is what was signed.
//!
//! In: the bytes of an archive, its `.prov` file, the keys of a key ring, the time. Out: a signed text; the signer.
//! May not know: files, passphrases but those it is given.
//! Rule: Helm 4.3.1 pkg/provenance; RFC 9580's cleartext signatures.

mod keyring;
mod sign;
mod verify;

pub use keyring::Keyring;
pub use sign::sign;
pub use verify::{Verified, verify};
