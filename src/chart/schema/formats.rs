//! The formats that Helm's validator knows, with what it says of a text that is none.
//!
//! Rule: santhosh-tekuri/jsonschema v6.0.3 format.go.

use crate::template::funcs::url::{UrlParts, parse_ip};
use crate::template::go_regex::Regex;
use crate::template::go_time::{Time, Zone};
use crate::value::{Quoting, quote, quote_rune};

type Outcome = Result<(), String>;

type Check = fn(&str) -> Outcome;

/// Every format, by its name.
pub(super) const FORMATS: &[(&str, Check)] = &[
    ("regex", regex),
    ("uuid", uuid),
    ("ipv4", ipv4),
    ("ipv6", ipv6),
    ("hostname", hostname),
    ("email", email),
    ("date", date),
    ("time", time),
    ("date-time", date_time),
    ("duration", duration),
    ("period", period),
    ("json-pointer", json_pointer),
    ("relative-json-pointer", relative_json_pointer),
    ("uri", uri),
    ("uri-reference", uri_reference),
    ("iri", uri),
    ("iri-reference", uri_reference),
    ("uri-template", uri_template),
    ("semver", semver),
];

/// Formats that other validators check and this one does not know.
pub(super) const UNKNOWN: &[&str] = &["idn-email", "idn-hostname"];

/// Returns what is wrong with a text of a format.
pub(super) fn reason(format: &str, text: &str) -> Option<String> {
    let (_, check) = FORMATS.iter().find(|(name, _)| *name == format)?;
    check(text).err()
}

fn refuse<T>(words: impl Into<String>) -> Result<T, String> {
    Err(words.into())
}

fn shown(character: char) -> String {
    quote_rune(character, Quoting::Printable)
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn regex(text: &str) -> Outcome {
    Regex::new(text).map(drop).map_err(|error| error.to_string())
}

fn json_pointer(text: &str) -> Outcome {
    if text.is_empty() {
        return Ok(());
    }
    let Some(tokens) = text.strip_prefix('/') else { return refuse("not starting with /") };
    for token in tokens.split('/') {
        let parts = token.split('~').skip(1);
        if parts.into_iter().any(|part| !part.starts_with(['0', '1'])) {
            return refuse("~ must be followed by 0 or 1");
        }
    }
    Ok(())
}

fn relative_json_pointer(text: &str) -> Outcome {
    let count = digits(text);
    if count == 0 {
        return refuse("must start with non-negative integer");
    }
    if count > 1 && text.starts_with('0') {
        return refuse("starts with zero");
    }
    if &text[count..] == "#" { Ok(()) } else { json_pointer(&text[count..]) }
}

fn uuid(text: &str) -> Outcome {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let groups: Vec<&str> = text.split('-').collect();
    if groups.len() != GROUPS.len() {
        return refuse("must have 5 elements");
    }
    for (number, (group, length)) in groups.iter().zip(GROUPS).enumerate() {
        if group.len() != length {
            return refuse(format!("element {} must be {length} characters long", number + 1));
        }
        if let Some(odd) = group.chars().find(|character| !character.is_ascii_hexdigit()) {
            return refuse(format!("non-hex character {}", shown(odd)));
        }
    }
    Ok(())
}

fn duration(text: &str) -> Outcome {
    let Some(text) = text.strip_prefix('P') else { return refuse("must start with P") };
    if text.is_empty() {
        return refuse("nothing after P");
    }
    if let Some(weeks) = text.strip_suffix('W') {
        return match weeks {
            "" => refuse("no number in week"),
            weeks if weeks.bytes().all(|byte| byte.is_ascii_digit()) => Ok(()),
            _ => refuse("invalid week"),
        };
    }
    for (number, part) in text.split('T').enumerate() {
        if number != 0 && part.is_empty() {
            return refuse("no time elements");
        }
        let Some(units) = ["YMD", "HMS"].get(number) else { return refuse("more than one T") };
        elements(part, units)?;
    }
    Ok(())
}

/// Reads numbers with their units, in the order of the units.
fn elements(mut text: &str, all: &str) -> Outcome {
    let mut units = all;
    while !text.is_empty() {
        let count = digits(text);
        if count == 0 {
            return refuse("missing number");
        }
        let Some(unit) = text[count..].chars().next() else { return refuse("missing unit") };
        let Some(at) = units.find(unit) else {
            let words = if all.contains(unit) { "out of order" } else { "" };
            let unit = quote_rune(char::from(text.as_bytes()[count]), Quoting::Printable);
            return refuse(if words.is_empty() { format!("invalid unit {unit}") } else { format!("unit {unit} {words}") });
        };
        units = &units[at + 1..];
        text = &text[count + 1..];
    }
    Ok(())
}

fn ipv4(text: &str) -> Outcome {
    let groups: Vec<&str> = text.split('.').collect();
    if groups.len() != 4 {
        return refuse("expected four decimals");
    }
    for group in groups {
        if group.len() > 1 && group.starts_with('0') {
            return refuse("leading zeros");
        }
        let number = atoi(group)?;
        if !(0..=255).contains(&number) {
            return refuse("decimal must be between 0 and 255");
        }
    }
    Ok(())
}

/// Go's `strconv.Atoi`.
fn atoi(text: &str) -> Result<i64, String> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let why = if is_number { "value out of range" } else { "invalid syntax" };
    text.parse().map_err(|_| format!("strconv.Atoi: parsing {}: {why}", quote(text.as_bytes())))
}

fn ipv6(text: &str) -> Outcome {
    if !text.contains(':') {
        return refuse("missing colon");
    }
    parse_ip(text)?;
    if text.contains('%') { refuse("zone id is not a part of ipv6 address") } else { Ok(()) }
}

fn hostname(text: &str) -> Outcome {
    let text = text.strip_suffix('.').unwrap_or(text);
    if text.len() > 253 {
        return refuse("more than 253 characters long");
    }
    for label in text.split('.') {
        if !(1..=63).contains(&label.len()) {
            return refuse("label must be 1 to 63 characters long");
        }
        if label.starts_with('-') {
            return refuse("label starts with hyphen");
        }
        if label.ends_with('-') {
            return refuse("label ends with hyphen");
        }
        if let Some(odd) = label.chars().find(|character| !character.is_ascii_alphanumeric() && *character != '-') {
            return refuse(format!("invalid character {}", shown(odd)));
        }
    }
    Ok(())
}

fn email(text: &str) -> Outcome {
    if text.len() > 254 {
        return refuse("more than 255 characters long");
    }
    let Some((local, domain)) = text.rsplit_once('@') else { return refuse("missing @") };
    if local.len() > 64 {
        return refuse("local part more than 64 characters long");
    }
    local_part(local)?;
    if let Some(address) = domain.strip_prefix('[').and_then(|domain| domain.strip_suffix(']')) {
        return match address.strip_prefix("IPv6:") {
            Some(address) => ipv6(address).map_err(|words| format!("invalid ipv6 address: {words}")),
            None => ipv4(address).map_err(|words| format!("invalid ipv4 address: {words}")),
        };
    }
    hostname(domain).map_err(|words| format!("invalid domain: {words}"))
}

fn local_part(local: &str) -> Outcome {
    if local.len() > 1 && local.starts_with('"') && local.ends_with('"') {
        let is_odd = local[1..local.len() - 1].contains(['\\', '"']);
        return if is_odd { refuse("backslash and quote are not allowed within quoted local part") } else { Ok(()) };
    }
    if local.starts_with('.') {
        return refuse("starts with dot");
    }
    if local.ends_with('.') {
        return refuse("ends with dot");
    }
    if local.contains("..") {
        return refuse("consecutive dots");
    }
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(character);
    match local.chars().find(|character| !is_allowed(*character)) {
        Some(odd) => refuse(format!("invalid character {}", shown(odd))),
        None => Ok(()),
    }
}

fn date(text: &str) -> Outcome {
    Time::parse(b"2006-01-02", text.as_bytes(), &Zone::Utc).map(drop).map_err(|error| error.to_string())
}

fn time(text: &str) -> Outcome {
    let bytes = text.as_bytes();
    if bytes.len() < 9 {
        return refuse("less than 9 characters long");
    }
    if bytes[2] != b':' || bytes[5] != b':' {
        return refuse("missing colon in correct place");
    }
    let (Some(clock), Some(rest)) = (text.get(..8), text.get(8..)) else { return refuse("invalid hour/min/sec") };
    let numbers = numbers(clock, "invalid hour/min/sec", "non-positive hour/min/sec")?;
    let (mut hour, mut minute, second) = (numbers[0], numbers[1], numbers[2]);
    if hour > 23 || minute > 59 || second > 60 {
        return refuse("hour/min/sec out of range");
    }
    let rest = match rest.strip_prefix('.') {
        Some(fraction) if digits(fraction) == 0 => return refuse("no digits in second fraction"),
        Some(fraction) => &fraction[digits(fraction)..],
        None => rest,
    };
    if rest != "z" && rest != "Z" {
        let minutes = hour * 60 + minute + offset(rest)?;
        let minutes = if minutes < 0 { minutes + 24 * 60 } else { minutes };
        (hour, minute) = (minutes / 60, minutes % 60);
    }
    if second >= 60 && (hour, minute) != (23, 59) { refuse("invalid leap second") } else { Ok(()) }
}

fn numbers(text: &str, invalid: &str, negative: &str) -> Result<Vec<i64>, String> {
    let number = |text: &str| match atoi(text) {
        Err(_) => refuse(invalid),
        Ok(number) if number < 0 => refuse(negative),
        Ok(number) => Ok(number),
    };
    text.split(':').map(number).collect()
}

/// Returns the minutes that lead from a local time to that of Greenwich.
fn offset(text: &str) -> Result<i64, String> {
    if text.len() != 6 {
        return refuse("offset must be 6 characters long");
    }
    let sign = match text.as_bytes()[0] {
        b'+' => -1,
        b'-' => 1,
        _ => return refuse("offset must begin with plus/minus"),
    };
    if text.as_bytes()[3] != b':' {
        return refuse("missing colon in offset in correct place");
    }
    let numbers = numbers(&text[1..], "invalid hour/min in offset", "non-positive hour/min in offset")?;
    if numbers[0] > 23 || numbers[1] > 59 {
        return refuse("hour/min in offset out of range");
    }
    Ok(sign * (numbers[0] * 60 + numbers[1]))
}

fn date_time(text: &str) -> Outcome {
    if text.len() < 20 {
        return refuse("less than 20 characters long");
    }
    if !matches!(text.as_bytes()[10], b't' | b'T') {
        return refuse("11th character must be t or T");
    }
    date(text.get(..10).unwrap_or(text)).map_err(|words| format!("invalid date element: {words}"))?;
    time(text.get(11..).unwrap_or(text)).map_err(|words| format!("invalid time element: {words}"))
}

fn period(text: &str) -> Outcome {
    let Some((start, end)) = text.split_once('/') else { return refuse("missing slash") };
    let named = |outcome: Outcome, what: &str| outcome.map_err(|words| format!("invalid {what}: {words}"));
    if start.starts_with('P') {
        named(duration(start), "start duration")?;
        return named(date_time(end), "end date-time");
    }
    named(date_time(start), "start date-time")?;
    if end.starts_with('P') { named(duration(end), "end duration") } else { named(date_time(end), "end date-time") }
}

fn url(text: &str) -> Result<UrlParts, String> {
    let url = UrlParts::parse(text)?;
    if url.hostname.contains(':') {
        if !url.host.contains('[') || !url.host.contains(']') {
            return refuse("ipv6 address not enclosed in brackets");
        }
        ipv6(&url.hostname).map_err(|words| format!("invalid ipv6 address: {words}"))?;
    }
    Ok(url)
}

fn uri(text: &str) -> Outcome {
    if url(text)?.scheme.is_empty() { refuse("relative url") } else { Ok(()) }
}

fn uri_reference(text: &str) -> Outcome {
    if text.contains('\\') { refuse("contains \\") } else { url(text).map(drop) }
}

/// The braces of templates are looked for in the path as it is written, which Go keeps only where it differs from its own
/// way of escaping: a path with braces does.
fn uri_template(text: &str) -> Outcome {
    url(text)?;
    let path = text.split(['?', '#']).next().unwrap_or_default();
    for token in path.split('/') {
        let mut wants_open = true;
        for brace in token.chars().filter(|character| matches!(character, '{' | '}')) {
            if (brace == '{') != wants_open {
                return refuse("nested curly braces");
            }
            wants_open = !wants_open;
        }
        if !wants_open {
            return refuse("no matching closing brace");
        }
    }
    Ok(())
}

fn semver(text: &str) -> Outcome {
    let is_word = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let mut text = text;
    if let Some((before, build)) = text.split_once('+') {
        if build.is_empty() {
            return refuse("build is empty");
        }
        for identifier in build.split('.') {
            if identifier.is_empty() {
                return refuse("build identifier is empty");
            }
            if let Some(odd) = identifier.chars().find(|character| !is_word(*character)) {
                return refuse(format!("invalid character {} in build identifier", shown(odd)));
            }
        }
        text = before;
    }
    if let Some((before, prerelease)) = text.split_once('-') {
        for identifier in prerelease.split('.') {
            if identifier.is_empty() {
                return refuse("pre-release identifier is empty");
            }
            if let Some(odd) = identifier.chars().find(|character| !is_word(*character)) {
                return refuse(format!("invalid character {} in pre-release identifier", shown(odd)));
            }
            if digits(identifier) == identifier.len() && identifier.len() > 1 && identifier.starts_with('0') {
                return refuse("pre-release numeric identifier starts with zero");
            }
        }
        text = before;
    }
    let versions: Vec<&str> = text.split('.').collect();
    if versions.len() != 3 {
        return refuse("versionCore must have 3 numbers separated by dot");
    }
    for (version, name) in versions.iter().zip(["major", "minor", "patch"]) {
        if version.is_empty() {
            return refuse(format!("{name} is empty"));
        }
        if version.len() > 1 && version.starts_with('0') {
            return refuse(format!("{name} starts with zero"));
        }
        if digits(version) != version.len() {
            return refuse(format!("{name} contains non-digit"));
        }
    }
    Ok(())
}
