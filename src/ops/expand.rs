//! Variables in a text: `$NAME` and `${NAME}`.

/// Replaces variables. `value` gives the value of a name; bad syntax in braces is eaten without a name.
///
/// Rule: Go's `os.Expand`.
pub(super) fn expand(text: &str, value: &dyn Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if after.is_empty() {
            rest = "$";
            break;
        }
        let (name, length) = name_of(after);
        match (name, length) {
            ("", 0) => out.push('$'),
            ("", _) => {}
            (name, _) => out.push_str(&value(name)),
        }
        rest = &after[length..];
    }
    out.push_str(rest);
    out
}

/// Returns the name that begins a text after `$`, and how many bytes it takes.
fn name_of(text: &str) -> (&str, usize) {
    let is_special = |byte: u8| b"*#$@!?-0123456789".contains(&byte);
    let Some(inner) = text.strip_prefix('{') else {
        if text.as_bytes().first().is_some_and(|byte| is_special(*byte)) {
            return (&text[..1], 1);
        }
        let end = text.find(|character: char| !character.is_ascii_alphanumeric() && character != '_').unwrap_or(text.len());
        return (&text[..end], end);
    };
    if inner.len() > 1 && is_special(inner.as_bytes()[0]) && inner.as_bytes()[1] == b'}' {
        return (&inner[..1], 3);
    }
    match inner.find('}') {
        Some(0) => ("", 2),
        Some(end) => (&inner[..end], end + 2),
        None => ("", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn variables_are_replaced_as_go_replaces_them() {
        let value = |name: &str| if name == "HOME" { "/h".to_owned() } else { format!("<{name}>") };
        for (text, expected) in [
            ("$HOME/x", "/h/x"),
            ("${HOME}x", "/hx"),
            ("a$", "a$"),
            ("$1x${2}", "<1>x<2>"),
            ("${}x", "x"),
            ("${x", "x"),
            ("$ x", "$ x"),
            ("é$ÄÖ", "é$ÄÖ"),
        ] {
            assert_eq!(expand(text, &value), expected, "{text}");
        }
    }
}
