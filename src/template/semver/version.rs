//! A semantic version, read leniently.

use super::Error;
use std::cmp::Ordering;
use std::fmt;

const MAX_LENGTH: usize = 256;

/// A semantic version: three numbers, a prerelease and build metadata. Printed in full and without a leading `v`.
///
/// There is no `Ord`: two versions that differ in metadata only have the same precedence. Use [`Version::compare`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    major: u64,
    minor: u64,
    patch: u64,
    prerelease: String,
    metadata: String,
    original: String,
}

impl Version {
    /// Parses a version, with or without a leading `v`, minor, patch and leading zeros: `v1`, `1.2`, `01.2.3-rc.1+build`.
    ///
    /// # Errors
    /// Says what is wrong in the words of Masterminds/semver's `NewVersion`.
    pub fn parse(text: &str) -> Result<Version, Error> {
        if text.len() > MAX_LENGTH {
            return Err(Error::VersionTooLong);
        }
        let mut scanner = Scanner(text.strip_prefix('v').unwrap_or(text));
        let major = scanner.take_while(is_digit).ok_or(Error::InvalidVersion)?;
        let minor = scanner.after_dot(is_digit);
        let patch = minor.and_then(|_| scanner.after_dot(is_digit));
        let prerelease = scanner.identifiers('-').unwrap_or_default();
        let metadata = scanner.identifiers('+').unwrap_or_default();
        if !scanner.0.is_empty() {
            return Err(Error::InvalidVersion);
        }
        let version = Version {
            major: segment(major)?,
            minor: segment(minor.unwrap_or("0"))?,
            patch: segment(patch.unwrap_or("0"))?,
            prerelease: prerelease.into(),
            metadata: metadata.into(),
            original: text.into(),
        };
        check_prerelease(prerelease)?;
        Ok(version)
    }

    /// Parses a version that has all three numbers, no leading `v` and no leading zeros, as `StrictNewVersion` does.
    ///
    /// # Errors
    /// Says what is wrong in the words of Masterminds/semver.
    pub fn parse_strict(text: &str) -> Result<Version, Error> {
        if text.is_empty() {
            return Err(Error::Empty);
        }
        if text.len() > MAX_LENGTH {
            return Err(Error::VersionTooLong);
        }
        let mut parts = text.splitn(3, '.');
        let (Some(major), Some(minor), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Error::InvalidVersion);
        };
        let (rest, metadata) = rest.split_once('+').map_or((rest, None), |(rest, metadata)| (rest, Some(metadata)));
        let (patch, prerelease) = rest.split_once('-').map_or((rest, None), |(patch, prerelease)| (patch, Some(prerelease)));
        metadata.map_or(Ok(()), check_metadata)?;
        prerelease.map_or(Ok(()), check_prerelease)?;
        for part in [major, minor, patch] {
            if !part.chars().all(is_digit) {
                return Err(Error::InvalidCharacters);
            }
            if part.len() > 1 && part.starts_with('0') {
                return Err(Error::LeadingZero);
            }
        }
        Ok(Version {
            major: segment(major)?,
            minor: segment(minor)?,
            patch: segment(patch)?,
            prerelease: prerelease.unwrap_or_default().into(),
            metadata: metadata.unwrap_or_default().into(),
            original: text.into(),
        })
    }

    /// Returns the first number.
    pub fn major(&self) -> u64 {
        self.major
    }

    /// Returns the second number.
    pub fn minor(&self) -> u64 {
        self.minor
    }

    /// Returns the third number.
    pub fn patch(&self) -> u64 {
        self.patch
    }

    /// Returns what stands after `-`, without it; empty for a release.
    pub fn prerelease(&self) -> &str {
        &self.prerelease
    }

    /// Returns what stands after `+`, without it.
    pub fn metadata(&self) -> &str {
        &self.metadata
    }

    /// Returns the text that was parsed.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// Compares by precedence: a prerelease comes before its release, metadata does not count.
    pub fn compare(&self, other: &Version) -> Ordering {
        (self.major, self.minor, self.patch)
            .cmp(&(other.major, other.minor, other.patch))
            .then_with(|| compare_prereleases(&self.prerelease, &other.prerelease))
    }

    /// Returns the next major version.
    ///
    /// # Errors
    /// The number cannot grow; Go panics with this text.
    pub fn next_major(&self) -> Result<Version, String> {
        let major = self.major.checked_add(1).ok_or("major version increment would overflow uint64")?;
        Ok(self.release(major, 0, 0))
    }

    /// Returns the next minor version.
    ///
    /// # Errors
    /// The number cannot grow; Go panics with this text.
    pub fn next_minor(&self) -> Result<Version, String> {
        let minor = self.minor.checked_add(1).ok_or("minor version increment would overflow uint64")?;
        Ok(self.release(self.major, minor, 0))
    }

    /// Returns the next patch version; that of a prerelease is its release.
    ///
    /// # Errors
    /// The number cannot grow; Go panics with this text.
    pub fn next_patch(&self) -> Result<Version, String> {
        if !self.prerelease.is_empty() {
            return Ok(self.release(self.major, self.minor, self.patch));
        }
        let patch = self.patch.checked_add(1).ok_or("patch version increment would overflow uint64")?;
        Ok(self.release(self.major, self.minor, patch))
    }

    /// Returns the version with another prerelease.
    ///
    /// # Errors
    /// The prerelease is malformed.
    pub fn with_prerelease(&self, prerelease: &str) -> Result<Version, Error> {
        if !prerelease.is_empty() {
            check_prerelease(prerelease)?;
        }
        Ok(Version { prerelease: prerelease.into(), ..self.clone() }.with_own_text())
    }

    /// Returns the version with other metadata.
    ///
    /// # Errors
    /// The metadata is malformed.
    pub fn with_metadata(&self, metadata: &str) -> Result<Version, Error> {
        if !metadata.is_empty() {
            check_metadata(metadata)?;
        }
        Ok(Version { metadata: metadata.into(), ..self.clone() }.with_own_text())
    }

    fn release(&self, major: u64, minor: u64, patch: u64) -> Version {
        let original = self.original.clone();
        Version { major, minor, patch, prerelease: String::new(), metadata: String::new(), original }.with_own_text()
    }

    /// Writes the original anew, keeping a leading `v`.
    fn with_own_text(mut self) -> Version {
        let prefix = if self.original.starts_with('v') { "v" } else { "" };
        self.original = format!("{prefix}{self}");
        self
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

/// Compares two prereleases, identifier by identifier; none at all is the highest.
pub(super) fn compare_prereleases(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (a, b) => compare_identifiers(a.unwrap_or_default(), b.unwrap_or_default()),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Numbers come before words; a number that does not fit 64 bits counts as a word.
fn compare_identifiers(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty(), a.parse::<u64>(), b.parse::<u64>()) {
        (true, true, ..) => Ordering::Equal,
        (true, false, ..) => Ordering::Less,
        (false, true, ..) => Ordering::Greater,
        (_, _, Ok(a), Ok(b)) => a.cmp(&b),
        (_, _, Ok(_), Err(_)) => Ordering::Less,
        (_, _, Err(_), Ok(_)) => Ordering::Greater,
        (_, _, Err(_), Err(_)) => a.cmp(b),
    }
}

fn segment(digits: &str) -> Result<u64, Error> {
    digits.parse().map_err(|_| match digits {
        "" => Error::InvalidVersion,
        _ => Error::SegmentOutOfRange { segment: digits.into() },
    })
}

fn check_prerelease(text: &str) -> Result<(), Error> {
    if text.is_empty() {
        return Ok(());
    }
    for identifier in text.split('.') {
        if identifier.is_empty() || !identifier.chars().all(is_identifier) {
            return Err(Error::InvalidPrerelease);
        }
        if identifier.len() > 1 && identifier.starts_with('0') && identifier.chars().all(is_digit) {
            return Err(Error::LeadingZero);
        }
    }
    Ok(())
}

fn check_metadata(text: &str) -> Result<(), Error> {
    let sound = text.split('.').all(|identifier| !identifier.is_empty() && identifier.chars().all(is_identifier));
    if sound { Ok(()) } else { Err(Error::InvalidMetadata) }
}

pub(super) fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
}

fn is_identifier(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '-'
}

/// The rest of a text that is being read; each step takes what it finds, or nothing.
#[derive(Clone, Copy)]
pub(super) struct Scanner<'a>(pub(super) &'a str);

impl<'a> Scanner<'a> {
    /// Takes the longest non-empty run of such characters.
    pub(super) fn take_while(&mut self, wanted: fn(char) -> bool) -> Option<&'a str> {
        let end = self.0.find(|character| !wanted(character)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        (!taken.is_empty()).then_some(taken)
    }

    /// Takes a dot and such characters after it, or neither; returns the characters.
    pub(super) fn after_dot(&mut self, wanted: fn(char) -> bool) -> Option<&'a str> {
        let mut ahead = Scanner(self.0.strip_prefix('.')?);
        let taken = ahead.take_while(wanted)?;
        *self = ahead;
        Some(taken)
    }

    /// Takes dotted identifiers after `sign`, or nothing; returns them without the sign.
    pub(super) fn identifiers(&mut self, sign: char) -> Option<&'a str> {
        let text = self.0.strip_prefix(sign)?;
        let mut ahead = Scanner(text);
        ahead.take_while(is_identifier)?;
        while ahead.after_dot(is_identifier).is_some() {}
        *self = ahead;
        Some(&text[..text.len() - ahead.0.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn loose_versions_are_coerced() {
        for (text, full) in [("v1", "1.0.0"), ("1.2", "1.2.0"), ("01.02.03", "1.2.3"), ("1.2-a.b+c-d", "1.2.0-a.b+c-d"), ("1+x", "1.0.0+x")]
        {
            assert_eq!(version(text).to_string(), full);
        }
        for text in ["", "v", "1.", "1.2.3.4", "V1", "1.2.3-", "1.2.3-a..b", "1.2.3+", " 1", "1.x"] {
            assert_eq!(Version::parse(text), Err(Error::InvalidVersion), "{text}");
        }
        assert_eq!(Version::parse("1.0.0-01"), Err(Error::LeadingZero));
    }

    #[test]
    fn precedence_is_that_of_the_specification() {
        let ordered =
            ["1.0.0-1", "1.0.0-99", "1.0.0-103", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0", "1.0.1"];
        for pair in ordered.windows(2) {
            assert_eq!(version(pair[0]).compare(&version(pair[1])), Ordering::Less, "{pair:?}");
        }
        assert_eq!(version("1.0.0+a").compare(&version("1.0.0+b")), Ordering::Equal);
    }

    #[test]
    fn next_versions_drop_the_rest_and_keep_the_v() {
        assert_eq!(version("v1.2.3-rc.1").next_patch().unwrap().original(), "v1.2.3");
        assert_eq!(version("1.2.3+b").next_patch().unwrap().to_string(), "1.2.4");
        assert_eq!(version("1.2.3").next_minor().unwrap().to_string(), "1.3.0");
        assert_eq!(version("1.2.3").next_major().unwrap().to_string(), "2.0.0");
    }
}
