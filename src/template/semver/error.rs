//! What can be wrong with a version or a constraint, in the words of Masterminds/semver.

use crate::value::quote;

/// What is wrong with the text of a version or a constraint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text is no version, not even a loose one.
    #[error("invalid semantic version")]
    InvalidVersion,
    /// The text of the version is longer than 256 bytes.
    #[error("version string is too long (max 256 bytes)")]
    VersionTooLong,
    /// A numeric part of the prerelease has a leading zero.
    #[error("version segment starts with 0")]
    LeadingZero,
    /// A strict version has characters other than digits in a segment.
    #[error("invalid characters in version")]
    InvalidCharacters,
    /// The text of a strict version is empty.
    #[error("version string empty")]
    Empty,
    /// The part after `-` has an empty identifier or a foreign character.
    #[error("invalid prerelease string")]
    InvalidPrerelease,
    /// The part after `+` has an empty identifier or a foreign character.
    #[error("invalid metadata string")]
    InvalidMetadata,
    /// A number is larger than 64 bits hold.
    #[error("error parsing version segment: strconv.ParseUint: parsing {}: value out of range", quote(.segment.as_bytes()))]
    SegmentOutOfRange {
        /// The digits.
        segment: String,
    },
    /// The text of the constraint is longer than 512 bytes.
    #[error("constraint string is too long (max 512 bytes)")]
    ConstraintTooLong,
    /// The constraint has more than 32 alternatives.
    #[error("too many constraint groups (max 32)")]
    TooManyGroups,
    /// One alternative of the constraint is no list of comparisons.
    #[error("improper constraint: {}", quote(.group.as_bytes()))]
    ImproperConstraint {
        /// The text between two `||`.
        group: String,
    },
    /// A comparison looks right but its version is not, as in `>=1x`.
    #[error("constraint parser error")]
    ConstraintVersion,
}
