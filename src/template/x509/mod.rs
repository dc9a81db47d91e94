//! Private keys and certificates as sprig makes them.
//!
//! In: a random stream, a moment, names; PEM texts. Out: PEM texts, byte for byte the same for the same input.
//! May not know: templates; the stream and the moment are handed in.
//! Rule: sprig v3.3.0 crypto.go, and Go 1.26 crypto/x509 for what a certificate holds and in which order.

mod certificate;
mod der;
mod error;
mod pem;
mod private_key;

pub use certificate::{Authority, Request, check_certificate, self_signed, signed};
pub use error::Error;
pub use private_key::PrivateKey;
