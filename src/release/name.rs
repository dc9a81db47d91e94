//! Names and labels of releases, and of the objects that hold their records.

use super::error::Error;
use std::collections::BTreeMap;

/// The prefix of the names of record objects.
pub const STORAGE_TYPE: &str = "sh.helm.release.v1";

/// The most bytes that a release's name may have. Rule: helm pkg/chart/v2/util/validate_name.go.
pub(super) const LONGEST_NAME: usize = 53;

const SYSTEM_LABELS: [&str; 6] = ["name", "owner", "status", "version", "createdAt", "modifiedAt"];

/// Returns the name of the object that holds a record: `sh.helm.release.v1.NAME.vREVISION`.
pub fn object_name(release: &str, revision: u32) -> String {
    format!("{STORAGE_TYPE}.{release}.v{revision}")
}

/// Returns release and revision of the name of a record object, or nothing where it is not one.
pub fn parse_object_name(name: &str) -> Option<(&str, u32)> {
    let (release, revision) = name.strip_prefix(STORAGE_TYPE)?.strip_prefix('.')?.rsplit_once(".v")?;
    Some((release, revision.parse().ok()?))
}

/// Checks the name of a release: dot-separated labels of lower-case letters, digits and inner hyphens, 53 bytes at most.
///
/// # Errors
/// The name is none that Helm takes.
pub fn validate_release_name(name: &str) -> Result<(), Error> {
    let is_valid = !name.is_empty() && name.len() <= LONGEST_NAME && name.split('.').all(is_label);
    if is_valid { Ok(()) } else { Err(Error::Name { name: name.to_owned() }) }
}

/// Checks the labels that a user gives a release.
///
/// # Errors
/// One of them is Helm's own.
pub fn validate_labels(labels: &BTreeMap<String, String>) -> Result<(), Error> {
    match labels.keys().find(|label| is_system_label(label)) {
        Some(label) => Err(Error::SystemLabel { label: label.clone() }),
        None => Ok(()),
    }
}

/// Says whether a label is one that Helm puts on record objects itself.
pub fn is_system_label(label: &str) -> bool {
    SYSTEM_LABELS.contains(&label)
}

fn is_label(label: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !label.is_empty() && label.bytes().all(is_inner) && !label.starts_with('-') && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::{object_name, parse_object_name, validate_release_name};

    #[test]
    fn object_names_are_read_back() {
        assert_eq!(object_name("my.app", 12), "sh.helm.release.v1.my.app.v12");
        assert_eq!(parse_object_name("sh.helm.release.v1.my.app.v12"), Some(("my.app", 12)));
        assert_eq!(parse_object_name("sh.helm.release.v1.my.app"), None);
        assert_eq!(parse_object_name("other"), None);
    }

    #[test]
    fn names_follow_helms_rule() {
        for good in ["a", "a-b", "a.b-c.9", &"a".repeat(53)] {
            assert!(validate_release_name(good).is_ok(), "{good}");
        }
        for bad in ["", "A", "-a", "a-", "a..b", ".a", "a_b", "a.-b", &"a".repeat(54)] {
            assert!(validate_release_name(bad).is_err(), "{bad}");
        }
    }
}
