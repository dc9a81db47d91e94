//! Cuts rendered text into documents.

/// Returns the documents of a rendered text: cut at every line that begins with `---`, blank ones dropped, each without
/// leading white space and with everything else as it is.
///
/// The rest of a separator line (after blanks) belongs to the document that follows, as in `--- # note`. The cut is by
/// text, not by YAML: a block scalar with such a line is cut too (pkg/release/v1/util/manifest.go).
pub fn split(text: &str) -> Vec<&str> {
    let text = text.trim_start();
    let mut documents = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(separator) = next_separator(text, at) {
        push(&text[start..separator], &mut documents);
        let rest = &text[separator + 3..];
        start = text.len() - rest.trim_start_matches([' ', '\t']).len();
        at = start;
    }
    push(&text[start..], &mut documents);
    documents
}

/// Returns the offset of the first `---` at the start of a line, from `at` on.
fn next_separator(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes[at..].starts_with(b"---") && (at == 0 || bytes[at - 1] == b'\n') {
        return Some(at);
    }
    memchr::memmem::find(&bytes[at..], b"\n---").map(|newline| at + newline + 1)
}

fn push<'a>(document: &'a str, documents: &mut Vec<&'a str>) {
    let document = document.trim_start();
    if !document.is_empty() {
        documents.push(document);
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[track_caller]
    fn check(text: &str, documents: &[&str]) {
        assert_eq!(split(text), documents);
    }

    #[test]
    fn separators_cut_and_blank_documents_go() {
        check("", &[]);
        check("\n---\n---\n \n", &[]);
        check("---\na: 1\n---\nb: 2\n", &["a: 1\n", "b: 2\n"]);
        check("a: 1\n---b: 2", &["a: 1\n", "b: 2"]);
        check("a: 1\n--- \t# note\nb: 2", &["a: 1\n", "# note\nb: 2"]);
        check("a: 1\n--------\nb: 2\n", &["a: 1\n", "-----\nb: 2\n"]);
    }

    #[test]
    fn only_the_start_of_a_line_cuts() {
        check("a: x---\n ---\nb: 1\n", &["a: x---\n ---\nb: 1\n"]);
        check("a: |\n  ---\n---\r\nb: 1\n\n\n", &["a: |\n  ---\n", "b: 1\n\n\n"]);
    }

    #[test]
    fn leading_white_space_goes_and_trailing_stays() {
        check("\n\n  a: 1\n\n---\n\n  b: 2\n \n", &["a: 1\n\n", "b: 2\n \n"]);
    }
}
