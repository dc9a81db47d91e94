//! Addresses as messages show them.

use url::Url;

/// Returns an address without the password in it, as Go shows addresses. What is no address stays as it is.
pub fn redacted(url: &str) -> String {
    let Some(parsed) = Url::parse(url).ok().filter(|parsed| parsed.password().is_some()) else { return url.to_owned() };
    // Written by hand: the parser's own form may differ from what was typed in more than the password.
    let Some((before, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rsplit_once('@') {
        Some((_, host)) => format!("{before}://{}:xxxxx@{host}{}", parsed.username(), &rest[end..]),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(redacted("http://me:sec@ret@host:1/a?b=c@d"), "http://me:xxxxx@host:1/a?b=c@d");
        assert_eq!(redacted("http://host/me:x@y"), "http://host/me:x@y");
        assert_eq!(redacted("oci://host/a:1"), "oci://host/a:1");
        assert_eq!(redacted("no address"), "no address");
    }
}
