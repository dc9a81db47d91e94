//! Versions and ranges of versions: a range, and after a line break a version.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stackwright::template::semver::{Constraint, Error, Version};

fuzz_target!(|text: &str| {
    let (range, version) = text.split_once('\n').unwrap_or((text, text));
    let _ = Version::parse_strict(version);
    let Ok(version) = Version::parse(version) else { return };
    // `1-a` is printed as `1.0.0-a`, which may be longer than a version may be.
    match Version::parse(&version.to_string()) {
        Err(Error::VersionTooLong) => {}
        again => assert!(version.compare(&again.expect("what was printed is a version")).is_eq()),
    }
    let _ = (version.next_major(), version.next_minor(), version.next_patch());
    if let Ok(constraint) = Constraint::parse(range) {
        // `1 - 2` is printed as `>=1 <=2`, which may be longer than a range may be.
        let printed = match Constraint::parse(&constraint.to_string()) {
            Err(Error::ConstraintTooLong) => return,
            printed => printed.expect("what was printed is a range"),
        };
        assert_eq!(constraint.matches(&version), printed.matches(&version));
    }
});
