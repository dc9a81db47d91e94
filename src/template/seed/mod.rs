//! Seeds: what random functions draw from where the same render is to give the same values again.
//!
//! In: 32 secret bytes, the time at which they were made; the place of a call. Out: bytes that nobody can guess who has not the
//! seed, and that tell nothing of it.
//! May not know: where seeds are kept.
//! Rule: RFC 5869 (HKDF) with SHA-256; docs/architecture.md, decision 9. What a seed gives is kept in clusters: it never changes.

mod effects;
mod error;
mod kept;
mod secret;

pub use effects::SeededEffects;
pub use error::Error;
pub use kept::KeptValues;
pub use secret::Seed;
