//! Conditions of a script, as far as its variables decide them.

/// Decides `[ … ]`, `[[ … ]]` and `test …`; none for what asks the outside, and what is not read.
pub(super) fn holds(words: &[String]) -> Option<bool> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let inner = match words.as_slice() {
        ["true"] => return Some(true),
        ["false"] => return Some(false),
        ["[", inner @ .., "]"] | ["[[", inner @ .., "]]"] | ["test", inner @ ..] => inner,
        _ => return None,
    };
    // What a command would say is not known.
    if inner.iter().any(|word| word.contains(super::expand::MARK)) {
        return None;
    }
    match inner {
        ["!", rest @ ..] => {
            holds(&std::iter::once("test").chain(rest.iter().copied()).map(str::to_owned).collect::<Vec<_>>()).map(|holds| !holds)
        }
        ["-z"] | ["-z", ""] => Some(true),
        ["-z", _] => Some(false),
        ["-n"] | ["-n", ""] => Some(false),
        ["-n", _] => Some(true),
        [left, "==" | "=", right] => Some(left == right),
        [left, "!=", right] => Some(left != right),
        ["==" | "=", right] => Some(right.is_empty()),
        ["!=", right] => Some(!right.is_empty()),
        // (^|[[:space:]])NAME($|[[:space:]]): a name in a list. The brackets come as words of their own.
        [list @ .., "=~", "(", "^", "|", "[[:space:]]", ")", name, "(", "$", "|", "[[:space:]]", ")"] => {
            Some(list.iter().flat_map(|list| list.split_whitespace()).any(|item| item == *name))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn conditions_on_variables_are_decided() {
        for (text, expected) in [
            ("[ xno != xno ]", Some(false)),
            ("[ xyes == xyes ]", Some(true)),
            ("[[ a tls b =~ ( ^ | [[:space:]] ) tls ( $ | [[:space:]] ) ]]", Some(true)),
            ("[[ =~ ( ^ | [[:space:]] ) tls ( $ | [[:space:]] ) ]]", Some(false)),
            ("[ -n ]", Some(false)),
            ("[ ! -z x ]", Some(true)),
            ("openstack service list", None),
            ("[ -s /tmp/x ]", None),
        ] {
            let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            assert_eq!(holds(&words), expected, "{text}");
        }
    }
}
