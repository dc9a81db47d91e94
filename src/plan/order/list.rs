//! Lists in annotations.

use crate::value::scalar_text;
use crate::yaml;

/// Reads a list of texts: JSON as the proposal writes it, `["a", "b"]`, or YAML's `[a, b]`.
pub(super) fn texts(text: &str) -> Option<Vec<String>> {
    let value = yaml::parse_str(text).ok()?;
    value.as_list()?.iter().map(scalar_text).collect()
}

#[cfg(test)]
mod tests {
    use super::texts;

    #[track_caller]
    fn check(text: &str, expected: Option<&[&str]>) {
        let expected: Option<Vec<String>> = expected.map(|texts| texts.iter().map(|&text| text.to_owned()).collect());
        assert_eq!(texts(text), expected);
    }

    #[test]
    fn a_list_is_json_or_yaml_and_nothing_else() {
        check(r#"["a", "b c"]"#, Some(&["a", "b c"]));
        check("[a,1]", Some(&["a", "1"]));
        check("[]", Some(&[]));
        check("a", None);
        check("a: b", None);
        check("[[a]]", None);
        check("[a", None);
    }
}
