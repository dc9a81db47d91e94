//! URLs taken apart and put together, as Go's net/url does.

use super::arguments::{Returned, bytes, map, string};
use super::ip::{Family, parse_address};
use crate::template::function::{Call, Fault, Function, Ty};
use crate::value::{Map, Str, Value, quote};
use memchr::{memchr, memmem, memrchr};

/// The functions of this family.
pub static FAMILY: [Function; 2] = [
    Function::pure("urlJoin", &[Ty::Map], url_join),
    // The dict can be changed by `set`, so each call makes its own.
    Function { pure: false, ..Function::pure("urlParse", &[Ty::Str], url_parse) },
];

fn url_parse(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let url = Url::parse(bytes(args, 0)).map_err(|error| Fault::new(format!("unable to parse url: {error}")))?;
    let hostname = hostname(&url.host).to_vec();
    let userinfo = url.user.as_ref().map(User::encoded).unwrap_or_default();
    let parts = [
        ("fragment", url.fragment),
        ("host", url.host),
        ("hostname", hostname),
        ("opaque", url.opaque),
        ("path", url.path),
        ("query", url.query),
        ("scheme", url.scheme),
        ("userinfo", userinfo),
    ];
    Ok(Value::Map(parts.into_iter().map(|(key, part)| (key, Str::from_bytes(part))).collect()))
}

fn url_join(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let parts = map(args, 0);
    let mut url = Url {
        scheme: part(parts.as_ref(), "scheme")?,
        host: part(parts.as_ref(), "host")?,
        path: part(parts.as_ref(), "path")?,
        query: part(parts.as_ref(), "query")?,
        opaque: part(parts.as_ref(), "opaque")?,
        fragment: part(parts.as_ref(), "fragment")?,
        user: None,
    };
    let userinfo = part(parts.as_ref(), "userinfo")?;
    if !userinfo.is_empty() {
        let carrier = [b"proto://", &userinfo[..], b"@host"].concat();
        url.user = Url::parse(&carrier).map_err(|error| Fault::new(format!("unable to parse userinfo in dict: {error}")))?.user;
    }
    string(url.encoded())
}

fn part(parts: Option<&Map>, key: &str) -> Result<Vec<u8>, Fault> {
    match parts.and_then(|parts| parts.get(key)) {
        None => Ok(Vec::new()),
        Some(Value::Str(text)) => Ok(text.as_bytes().to_vec()),
        Some(Value::Nil) => Err(super::arguments::nil_dereference()),
        Some(other) => Err(Fault::new(format!("unable to parse {key} key, must be of type string, but {} found", other.kind().name()))),
    }
}

/// The parts of an address that tell whether it is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlParts {
    /// The scheme; empty for a relative address.
    pub scheme: String,
    /// Host and port.
    pub host: String,
    /// The host without port and brackets.
    pub hostname: String,
}

impl UrlParts {
    /// Reads an address as Go's `url.Parse` does.
    ///
    /// # Errors
    /// Go's text.
    pub fn parse(text: &str) -> Result<UrlParts, String> {
        let url = Url::parse(text.as_bytes())?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(UrlParts { scheme: text(&url.scheme), host: text(&url.host), hostname: text(hostname(&url.host)) })
    }
}

/// Checks an IP address as Go's `netip.ParseAddr` does.
///
/// # Errors
/// Go's text.
pub fn parse_ip(text: &str) -> Result<(), String> {
    super::ip::parse_address(text.as_bytes()).map(drop)
}

/// Go's `url.URL`, its parts decoded but for `query` and `opaque`.
#[derive(Debug, Default)]
pub struct Url {
    scheme: Vec<u8>,
    opaque: Vec<u8>,
    user: Option<User>,
    host: Vec<u8>,
    path: Vec<u8>,
    query: Vec<u8>,
    fragment: Vec<u8>,
}

#[derive(Debug)]
struct User {
    name: Vec<u8>,
    password: Option<Vec<u8>>,
}

impl User {
    fn parse(text: &[u8]) -> Result<User, String> {
        let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(byte);
        if !text.iter().all(allowed) {
            return Err("net/url: invalid userinfo".into());
        }
        let (name, password) = cut(text, b':');
        Ok(User { name: unescape(name, Part::User)?, password: password.map(|password| unescape(password, Part::User)).transpose()? })
    }

    fn encoded(&self) -> Vec<u8> {
        let mut out = escape(&self.name, Part::User);
        if let Some(password) = &self.password {
            out.push(b':');
            out.extend(escape(password, Part::User));
        }
        out
    }
}

impl Url {
    /// Go's `url.Parse`.
    ///
    /// # Errors
    /// The text of Go's error.
    pub fn parse(text: &[u8]) -> Result<Url, String> {
        let (rest, fragment) = cut(text, b'#');
        let mut url = Url::parse_without_fragment(rest).map_err(|error| format!("parse {}: {error}", quote(rest)))?;
        if let Some(fragment) = fragment {
            url.fragment = unescape(fragment, Part::Fragment).map_err(|error| format!("parse {}: {error}", quote(text)))?;
        }
        Ok(url)
    }

    /// Go's `url.ParseRequestURI`, for a text that has a scheme; without one it may take more than Go.
    ///
    /// # Errors
    /// The text of Go's error.
    pub fn parse_request(text: &[u8]) -> Result<Url, String> {
        Url::parse_without_fragment(text)
    }

    /// Returns the scheme in lower case; empty where there is none.
    pub fn scheme(&self) -> &[u8] {
        &self.scheme
    }

    /// Returns the host with its port.
    pub fn host(&self) -> &[u8] {
        &self.host
    }

    /// Returns the path, decoded.
    pub fn path(&self) -> &[u8] {
        &self.path
    }

    fn parse_without_fragment(text: &[u8]) -> Result<Url, String> {
        if text.iter().any(u8::is_ascii_control) {
            return Err("net/url: invalid control character in URL".into());
        }
        if text == b"*" {
            return Ok(Url { path: b"*".to_vec(), ..Url::default() });
        }
        let (scheme, rest) = scheme(text)?;
        let scheme = scheme.to_ascii_lowercase();
        let (mut rest, query) = cut(rest, b'?');
        let mut url = Url { query: query.unwrap_or_default().to_vec(), ..Url::default() };
        if !rest.starts_with(b"/") {
            if !scheme.is_empty() {
                return Ok(Url { scheme, opaque: rest.to_vec(), ..url });
            }
            if cut(rest, b'/').0.contains(&b':') {
                return Err("first path segment in URL cannot contain colon".into());
            }
        }
        if rest.starts_with(b"//") && (!scheme.is_empty() || !rest.starts_with(b"///")) {
            let end = memchr(b'/', &rest[2..]).map_or(rest.len(), |at| at + 2);
            (url.user, url.host) = parse_authority(&scheme, &rest[2..end])?;
            rest = &rest[end..];
        }
        url.path = unescape(rest, Part::Path)?;
        Ok(Url { scheme, ..url })
    }

    /// Go's `URL.String`.
    fn encoded(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if !self.scheme.is_empty() {
            out.extend_from_slice(&self.scheme);
            out.push(b':');
        }
        if self.opaque.is_empty() {
            self.encode_authority_and_path(&mut out);
        } else {
            out.extend_from_slice(&self.opaque);
        }
        if !self.query.is_empty() {
            out.push(b'?');
            out.extend_from_slice(&self.query);
        }
        if !self.fragment.is_empty() {
            out.push(b'#');
            out.extend(escape(&self.fragment, Part::Fragment));
        }
        out
    }

    fn encode_authority_and_path(&self, out: &mut Vec<u8>) {
        let (has_host, has_user) = (!self.host.is_empty(), self.user.is_some());
        if has_host || has_user || (!self.scheme.is_empty() && !self.path.is_empty()) {
            out.extend_from_slice(b"//");
        }
        if let Some(user) = &self.user {
            out.extend(user.encoded());
            out.push(b'@');
        }
        out.extend(escape(&self.host, Part::Host));
        let path = if self.path == b"*" { self.path.clone() } else { escape(&self.path, Part::Path) };
        if has_host && !path.is_empty() && path[0] != b'/' {
            out.push(b'/');
        }
        // Without it the first segment would read as a scheme.
        if out.is_empty() && cut(&path, b'/').0.contains(&b':') {
            out.extend_from_slice(b"./");
        }
        out.extend(path);
    }
}

/// Splits at the first separator; the second part is `None` where there is none.
fn cut(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    memchr(separator, text).map_or((text, None), |at| (&text[..at], Some(&text[at + 1..])))
}

fn scheme(text: &[u8]) -> Result<(&[u8], &[u8]), String> {
    let end = text.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"+-.".contains(byte)));
    match end {
        Some(0) if text[0] == b':' => Err("missing protocol scheme".into()),
        Some(at) if text[at] == b':' && text[0].is_ascii_alphabetic() => Ok((&text[..at], &text[at + 1..])),
        _ => Ok((b"", text)),
    }
}

fn parse_authority(scheme: &[u8], authority: &[u8]) -> Result<(Option<User>, Vec<u8>), String> {
    match memrchr(b'@', authority) {
        None => Ok((None, parse_host(scheme, authority)?)),
        Some(at) => {
            let host = parse_host(scheme, &authority[at + 1..])?;
            Ok((Some(User::parse(&authority[..at])?), host))
        }
    }
}

fn parse_host(scheme: &[u8], host: &[u8]) -> Result<Vec<u8>, String> {
    match memrchr(b'[', host) {
        Some(0) => return parse_ip_literal(host),
        Some(_) => return Err("invalid IP-literal".into()),
        None => {}
    }
    // Of several colons the web's schemes take the first for the port's, so that `a:b:80` is refused.
    let strict = matches!(scheme, b"http" | b"https");
    if let Some(at) = if strict { memchr(b':', host) } else { memrchr(b':', host) } {
        check_port(&host[at..])?;
    }
    unescape(host, Part::Host)
}

/// Parses `[address]`, perhaps with `%25zone` inside and `:port` behind.
fn parse_ip_literal(host: &[u8]) -> Result<Vec<u8>, String> {
    let close = memrchr(b']', host).ok_or("missing ']' in host")?;
    let port = &host[close + 1..];
    check_port(port)?;
    let inner = &host[1..close];
    let address = match memmem::find(inner, b"%25") {
        Some(zone) => [unescape(&inner[..zone], Part::Host)?, unescape(&inner[zone..], Part::Zone)?].concat(),
        None => unescape(inner, Part::Host)?,
    };
    match parse_address(&address) {
        Err(error) => Err(format!("invalid host: {error}")),
        Ok(Family::V4) => Err("invalid IP-literal".into()),
        Ok(Family::V6) => Ok([b"[", &address[..], b"]", port].concat()),
    }
}

fn check_port(port: &[u8]) -> Result<(), String> {
    if is_optional_port(port) { Ok(()) } else { Err(format!("invalid port {} after host", quote(port))) }
}

fn is_optional_port(port: &[u8]) -> bool {
    port.is_empty() || (port[0] == b':' && port[1..].iter().all(u8::is_ascii_digit))
}

/// Go's `URL.Hostname`: the host without port and brackets.
fn hostname(host: &[u8]) -> &[u8] {
    let host = match memrchr(b':', host) {
        Some(at) if is_optional_port(&host[at..]) => &host[..at],
        _ => host,
    };
    host.strip_prefix(b"[").and_then(|inner| inner.strip_suffix(b"]")).unwrap_or(host)
}

/// A part of a URL, by which the bytes that need escaping differ.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Path,
    Host,
    Zone,
    User,
    Fragment,
}

fn must_escape(byte: u8, part: Part) -> bool {
    match byte {
        byte if byte.is_ascii_alphanumeric() => false,
        b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'[' | b']' | b'<' | b'>' | b'"'
            if matches!(part, Part::Host | Part::Zone) =>
        {
            false
        }
        b'-' | b'_' | b'.' | b'~' => false,
        b'$' | b'&' | b'+' | b',' | b'/' | b':' | b';' | b'=' | b'?' | b'@' => match part {
            Part::Path => byte == b'?',
            Part::User => matches!(byte, b'@' | b'/' | b'?' | b':'),
            Part::Fragment => false,
            Part::Host | Part::Zone => true,
        },
        b'!' | b'(' | b')' | b'*' => part != Part::Fragment,
        _ => true,
    }
}

fn escape(text: &[u8], part: Part) -> Vec<u8> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        if must_escape(*byte, part) {
            out.extend([b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        } else {
            out.push(*byte);
        }
    }
    out
}

/// Decodes percent escapes; the error is the text of Go's.
fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, String> {
    let in_host = matches!(part, Part::Host | Part::Zone);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'%' {
            let decoded = hex_byte(after).filter(|decoded| may_be_escaped(*decoded, rest, part));
            let decoded = decoded.ok_or_else(|| format!("invalid URL escape {}", quote(&rest[..rest.len().min(3)])))?;
            out.push(decoded);
            rest = &rest[3..];
        } else {
            if in_host && byte.is_ascii() && must_escape(byte, part) {
                return Err(format!("invalid character {} in host name", quote(&[byte])));
            }
            out.push(byte);
            rest = after;
        }
    }
    Ok(out)
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*digits.get(at)?).to_digit(16);
    u8::try_from(digit(0)? << 4 | digit(1)?).ok()
}

/// In host names only bytes beyond ASCII may be escaped; in zones also what a host may hold, and blanks.
fn may_be_escaped(decoded: u8, escaped: &[u8], part: Part) -> bool {
    if escaped.starts_with(b"%25") {
        return true;
    }
    match part {
        Part::Host => decoded >= 0x80,
        Part::Zone => decoded == b' ' || !must_escape(decoded, Part::Host),
        _ => true,
    }
}
