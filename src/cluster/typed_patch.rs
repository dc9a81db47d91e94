//! Objects that server-side apply cannot read: the server says so with code 500 and in words only.

use super::refusal::FieldError;

/// What begins the message; the object's name and kind in parentheses follow.
const BEGINNINGS: [&str; 2] = ["failed to create typed patch object (", "failed to convert new object ("];

/// Returns what is wrong with the object, or nothing where the message is about something else: the same object is refused again
/// however often it is sent, which cannot be said of other answers with code 500.
///
/// Rule: k8s.io/apimachinery pkg/util/managedfields (`structuredMergeManager.Apply`), and sigs.k8s.io/structured-merge-diff for the
/// list of errors.
pub(super) fn typed_patch_errors(message: &str) -> Option<Vec<FieldError>> {
    let rest = BEGINNINGS.iter().find_map(|beginning| message.strip_prefix(beginning))?;
    let (_, told) = rest.split_once(") to proper version: ").or_else(|| rest.split_once("): "))?;
    let lines: Vec<&str> = match told.strip_prefix("errors:") {
        Some(lines) => lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect(),
        None => vec![told],
    };
    Some(lines.into_iter().map(field_error).collect())
}

/// Reads `.spec.replicas: expected numeric (int or float), got string`. A field is there only where the text begins with a dot.
fn field_error(line: &str) -> FieldError {
    let reason = "FieldValueTypeInvalid".to_owned();
    match line.strip_prefix('.').and_then(|line| Some((line, end_of_field(line)?))) {
        Some((line, end)) => FieldError { field: line[..end].to_owned(), reason, message: in_plain_words(&line[end + 2..]) },
        None => FieldError { field: String::new(), reason, message: in_plain_words(line) },
    }
}

/// Finds the `: ` after the field; brackets and quotes may hold one too.
fn end_of_field(line: &str) -> Option<usize> {
    let (mut quoted, mut depth) = (false, 0_usize);
    let mut characters = line.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' if quoted => drop(characters.next()),
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            ':' if !quoted && depth == 0 && line[at + 1..].starts_with(' ') => return Some(at),
            _ => {}
        }
    }
    None
}

/// Turns `&value.valueUnstructured{Value:1}`, a name of the server's code, into the value.
fn in_plain_words(text: &str) -> String {
    match text.split_once("&value.valueUnstructured{Value:") {
        Some((before, value)) => format!("{before}{}", value.strip_suffix('}').unwrap_or(value)),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::typed_patch_errors;

    #[track_caller]
    fn check(message: &str, expected: &[(&str, &str)]) {
        let found = typed_patch_errors(message).expect("it is about the object");
        let found: Vec<(&str, &str)> = found.iter().map(|error| (error.field.as_str(), error.message.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn fields_and_their_errors_are_told_apart() {
        check(
            "failed to create typed patch object (/x; apps/v1, Kind=Deployment): .spec.foo: field not declared in schema",
            &[("spec.foo", "field not declared in schema")],
        );
        check(
            "failed to create typed patch object (n/x; apps/v1, Kind=Deployment): .spec.containers[name=\"a: b\"].env: duplicate entries for key [name=\"A\"]",
            &[("spec.containers[name=\"a: b\"].env", "duplicate entries for key [name=\"A\"]")],
        );
        check(
            "failed to create typed patch object (/x; apps/v1, Kind=Deployment): errors:\n  .a.value: expected string, got &value.valueUnstructured{Value:1}\n  .spec.replicas: expected numeric (int or float), got string",
            &[("a.value", "expected string, got 1"), ("spec.replicas", "expected numeric (int or float), got string")],
        );
        check(
            "failed to convert new object (/x; /v1, Kind=Secret) to proper version: unable to convert unstructured object to /v1, Kind=Secret: error decoding from json: illegal base64 data at input byte 0",
            &[(
                "",
                "unable to convert unstructured object to /v1, Kind=Secret: error decoding from json: illegal base64 data at input byte 0",
            )],
        );
    }

    #[test]
    fn other_failures_of_the_server_are_not_about_the_object() {
        assert_eq!(typed_patch_errors("etcdserver: request timed out"), None);
    }
}
