//! Which texts Helm takes for addresses: those of people, of the web, of sources and icons.
//!
//! Rule: github.com/asaskevich/govalidator's `IsEmail`, `IsURL`, `IsRequestURL`; `tests/oracle/commands/addresses.expected` holds
//! what they say. Quoted names of mail addresses are read as the rule means them; Go's regexp makes something else of them.

use crate::template::funcs::url::Url;
use std::net::Ipv6Addr;

/// Says whether a text is a mail address.
pub(super) fn is_mail_address(text: &str) -> bool {
    // A quoted name may hold an @ itself; a domain never does.
    text.rsplit_once('@').is_some_and(|(name, domain)| is_mailbox(name) && is_mail_domain(domain))
}

/// Characters beyond ASCII that govalidator takes for letters of mail addresses.
fn is_foreign(character: char) -> bool {
    matches!(character, '\u{a0}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{ffef}')
}

fn is_mailbox(name: &str) -> bool {
    let atom = |character: char| character.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(character) || is_foreign(character);
    let quoted = |character: char| match character {
        '"' | '\\' | '\0' | '\n' | '\r' => false,
        other => other.is_ascii() || is_foreign(other),
    };
    if name.split('.').all(|part| !part.is_empty() && part.chars().all(atom)) {
        return true;
    }
    let inside = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inside.is_some_and(|inside| inside.chars().all(quoted))
}

fn is_mail_domain(domain: &str) -> bool {
    let letter = |character: char| character.is_ascii_alphabetic() || is_foreign(character);
    let sign = |character: char| letter(character) || character.is_ascii_digit();
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let Some((hosts, top)) = domain.rsplit_once('.') else { return false };
    let between = |text: &str, ends: &dyn Fn(char) -> bool, inner: &dyn Fn(char) -> bool| {
        text.starts_with(ends) && text.ends_with(ends) && text.chars().all(inner)
    };
    between(hosts, &sign, &|character| sign(character) || "-._~".contains(character))
        && between(top, &letter, &|character| sign(character) || "-_~".contains(character))
}

/// Says whether a text is an address with a scheme.
pub(super) fn is_source_address(text: &str) -> bool {
    Url::parse_request(text.as_bytes()).is_ok_and(|url| !url.scheme().is_empty())
}

/// Says whether a text is an address on the web, with or without its scheme.
pub(super) fn is_web_address(text: &str) -> bool {
    const FEWEST_BYTES: usize = 4;
    const MOST_CHARACTERS: usize = 2082;
    if text.len() < FEWEST_BYTES || text.chars().count() > MOST_CHARACTERS || text.starts_with('.') {
        return false;
    }
    let with_scheme = if text.contains(':') && !text.contains("://") { format!("http://{text}") } else { text.to_owned() };
    let Ok(url) = Url::parse(with_scheme.as_bytes()) else { return false };
    if url.host().starts_with(b".") || (url.host().is_empty() && !url.path().is_empty() && !url.path().contains(&b'.')) {
        return false;
    }
    let rest = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme)?.strip_prefix("://"));
    [rest, Some(text)].into_iter().flatten().any(|rest| is_place(rest) || after_user(rest))
}

const SCHEMES: [&str; 7] = ["ftp", "tcp", "udp", "ws", "wss", "http", "https"];

/// Says whether what follows one of the @ is a place, and what is before it has no blanks.
fn after_user(text: &str) -> bool {
    text.match_indices('@').any(|(at, _)| at > 0 && !text[..at].contains(is_blank) && is_place(&text[at + 1..]))
}

fn is_blank(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\x0c' | '\r' | ' ')
}

/// `HOST[.][:PORT][PATH]`
fn is_place(text: &str) -> bool {
    let (host, path) = text.split_at(text.find(['/', '?', '#']).unwrap_or(text.len()));
    if path.contains(is_blank) {
        return false;
    }
    let host = match host.rsplit_once(':') {
        Some((before, port)) if (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit()) => before,
        _ => host,
    };
    is_host(host) || host.strip_suffix('.').is_some_and(is_host)
}

fn is_host(host: &str) -> bool {
    if let Some(inside) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return inside.split('%').next().unwrap_or(inside).parse::<Ipv6Addr>().is_ok();
    }
    is_ipv4(host) || is_named_host(host)
}

fn is_ipv4(host: &str) -> bool {
    let parts: Vec<&str> = host.split('.').collect();
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u16>().ok()).flatten();
    let [first, second, third, last] = parts.as_slice() else { return false };
    let is_part = |text: &str| (1..=3).contains(&text.len()) && number(text).is_some_and(|value| value <= 255);
    // A part of three digits has no leading zero.
    let is_plain = |text: &str| is_part(text) && (text.len() < 3 || !text.starts_with('0'));
    let first_is_good = is_plain(first) && !first.starts_with('0') && !matches!(number(first), Some(224..=239));
    first_is_good && [second, third, last].into_iter().all(|part| is_plain(part))
}

fn is_named_host(host: &str) -> bool {
    let top = host.rsplit_once('.').filter(|(_, top)| !top.is_empty() && top.chars().all(is_host_letter));
    is_labels_after_prefix(host) || top.is_some_and(|(before, _)| is_labels_after_prefix(before))
}

fn is_host_letter(character: char) -> bool {
    character.is_ascii_alphabetic() || ('\u{a1}'..='\u{ffff}').contains(&character)
}

fn is_host_sign(character: char) -> bool {
    is_host_letter(character) || character.is_ascii_digit()
}

/// Signs with at most two dashes between them, perhaps after dotted names.
fn is_labels_after_prefix(host: &str) -> bool {
    let starts = host.char_indices().map(|(at, _)| at);
    starts.into_iter().any(|at| is_labels(&host[at..]) && (at == 0 || is_dashed_prefix(&host[..at]) || is_dotted_prefix(&host[..at])))
}

fn is_labels(text: &str) -> bool {
    let dashes = text.split(is_host_sign);
    text.starts_with(is_host_sign) && text.ends_with(is_host_sign) && dashes.into_iter().all(|part| matches!(part, "" | "-" | "--"))
}

/// `ab_c-d.e`: two or more signs, then parts after single dots and dashes.
fn is_dashed_prefix(text: &str) -> bool {
    let is_sign = |byte: &u8| byte.is_ascii_alphanumeric();
    let bytes = text.as_bytes();
    // Up to the first dot or after any dash the first part may end; from there on separators stand alone.
    (2..=bytes.len()).any(|end| {
        let (first, rest) = bytes.split_at(end);
        let is_first =
            is_sign(&first[0]) && is_sign(&first[end - 1]) && first.iter().all(|byte| is_sign(byte) || matches!(byte, b'-' | b'_'));
        is_first && is_separated(rest)
    })
}

/// Parts of signs, each after one dot or dash.
fn is_separated(bytes: &[u8]) -> bool {
    if bytes.is_empty() {
        return true;
    }
    let mut parts = bytes.split(|byte| matches!(byte, b'.' | b'-'));
    parts.next().is_some_and(<[u8]>::is_empty) && parts.all(|part| !part.is_empty() && part.iter().all(u8::is_ascii_alphanumeric))
}

/// `www.`, or `a_b-c.cd.e`: the part before the last dot has two signs at its end.
fn is_dotted_prefix(text: &str) -> bool {
    if text == "www." {
        return true;
    }
    let Some((before, last)) = text.rsplit_once('.') else { return false };
    let mut parts = before.split(['-', '_', '.']);
    !last.is_empty()
        && last.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        && before.bytes().rev().take(2).filter(u8::is_ascii_alphanumeric).count() == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_helm() {
        let expected = include_str!("../../../tests/oracle/commands/addresses.expected");
        let letter = |holds: bool| if holds { 'y' } else { 'n' };
        let mut wrong = Vec::new();
        for line in expected.lines() {
            let (answers, text) = line.split_once('\t').expect("three letters, a tab, a text");
            let found = String::from_iter([is_mail_address(text), is_web_address(text), is_source_address(text)].map(letter));
            if found != answers {
                wrong.push(format!("{text}: {found}, not {answers}"));
            }
        }
        assert!(expected.lines().count() > 150, "generate.sh has run");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
