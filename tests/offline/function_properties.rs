//! What holds for any input of the engines behind the functions on patterns, versions, times and keys.

use proptest::prelude::*;
use stackwright::template::go_regex::{Regex, quote_meta};
use stackwright::template::go_time::{Duration, Time, Zone};
use stackwright::template::semver::{Constraint, Version};
use stackwright::template::x509::PrivateKey;

const RFC3339: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";

fn pattern_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[-a-c()|*+?{},0-9\\[\\]^$.:\\\\]{1,4}",
        r"\\[a-zA-Z]",
        r"\(\?[a-zA-Z<>:P-]{0,3}",
        r"\[\[?:?[a-z^-]{0,6}:?\]?\]?",
        "\\PC"
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_pattern_compiles_or_is_a_mistake(pattern in pattern_text(), text in prop::collection::vec(any::<u8>(), 0..20)) {
        if let Ok(regex) = Regex::new(&pattern) {
            let found = regex.find_all(&text, -1);
            prop_assert_eq!(regex.is_match(&text), !found.is_empty());
            prop_assert!(found.iter().all(|range| range.start <= range.end && range.end <= text.len()));
            prop_assert_eq!(regex.replace_all(&text, b"$0"), text);
        }
    }

    #[test]
    fn a_quoted_text_matches_itself(text in "\\PC{0,12}") {
        let quoted = String::from_utf8(quote_meta(text.as_bytes())).unwrap();
        prop_assert_eq!(Regex::new(&quoted).unwrap().find(text.as_bytes()), Some(0..text.len()));
    }

    #[test]
    fn a_printed_version_is_the_same_version(text in "v?[0-9]{1,3}(\\.[0-9]{1,3}){0,2}(-[a-z1-9.]{1,5})?(\\+[a-z0-9]{1,3})?") {
        if let Ok(version) = Version::parse(&text) {
            let again = Version::parse_strict(&version.to_string()).unwrap();
            prop_assert!(version.compare(&again).is_eq());
            let exactly = Constraint::parse(&format!("={version}")).unwrap();
            prop_assert!(exactly.matches(&again));
        }
    }

    #[test]
    fn any_constraint_is_read_or_a_mistake(text in "[-0-9xX*vab.+ ,|<>=!~^é]{0,24}", version in "[0-9]\\.[0-9]\\.[0-9](-a)?") {
        if let Ok(constraint) = Constraint::parse(&text) {
            let version = Version::parse(&version).unwrap();
            let printed = Constraint::parse(&constraint.to_string()).unwrap();
            prop_assert_eq!(printed.matches(&version), constraint.matches(&version));
        }
    }

    #[test]
    fn a_printed_duration_is_the_same_duration(nanoseconds in any::<i64>()) {
        prop_assert_eq!(Duration::parse(Duration(nanoseconds).to_string().as_bytes()), Ok(Duration(nanoseconds)));
    }

    #[test]
    fn a_formatted_time_is_the_same_time(nanoseconds in -62_000_000_000_000_000_000_i128..250_000_000_000_000_000_000, minutes in -1439_i64..1440) {
        let time = Time::unix_nanoseconds(nanoseconds, Zone::Fixed(String::new(), minutes * 60));
        let again = Time::parse(RFC3339, &time.format(RFC3339), &Zone::Utc).unwrap();
        prop_assert_eq!(again.total_nanoseconds(), nanoseconds);
    }

    #[test]
    fn any_text_is_a_time_or_a_mistake(layout in "[-_ 0-9JanuryMonPpMSTZ:.,]{0,16}", value in "[-+ 0-9JanuryMonPpMSTZ:.,é]{0,16}") {
        let _ = Time::parse(layout.as_bytes(), value.as_bytes(), &Zone::load("Europe/Berlin").unwrap());
        let _ = Duration::parse(value.as_bytes());
    }

    #[test]
    fn any_text_is_a_key_or_a_mistake(label in "[A-Z ]{0,12}", bytes in "[A-Za-z0-9+/=\n:-]{0,80}") {
        let _ = PrivateKey::parse_pem(&format!("-----BEGIN {label}PRIVATE KEY-----\n{bytes}\n-----END {label}PRIVATE KEY-----\n"));
        let _ = PrivateKey::parse_pem(&bytes);
    }
}
