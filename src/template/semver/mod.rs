//! Semantic versions and version constraints as Helm's charts write them.
//!
//! In: text. Out: `Version`, `Constraint`, and whether one satisfies the other.
//! May not know: templates, charts, repositories.
//! Rule: Masterminds/semver v3.5.0, `NewVersion` and `NewConstraint` with their defaults (leading zeros are coerced).

mod constraint;
mod error;
mod version;

pub use constraint::Constraint;
pub use error::Error;
pub use version::Version;
