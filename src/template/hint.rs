//! How to mend a template that cannot be parsed.

use std::fmt::Write as _;

/// Returns a hint for a message of the parser about what stands at byte `at` of a text.
pub(super) fn hint(message: &str, text: &str, at: usize) -> Option<String> {
    let line_of = |at: usize| text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    match message {
        "unexpected {{else}}" | "unexpected {{end}}" => {
            let mut hint = "no if, with, range, define or block is open here".to_owned();
            if let Some(closed) = blocks(text, at).last_closed {
                let (word, opened, ended) = (closed.word, line_of(closed.opened), line_of(closed.ended));
                let _ = write!(hint, ": the {word} of line {opened} was closed by the end of line {ended}");
            }
            Some(hint)
        }
        "unexpected EOF" => {
            let open = blocks(text, text.len()).open.pop()?;
            Some(format!("the {} of line {} has no end", open.word, line_of(open.opened)))
        }
        _ => None,
    }
}

#[derive(Clone, Copy)]
struct Block<'t> {
    word: &'t str,
    opened: usize,
    ended: usize,
}

struct Blocks<'t> {
    open: Vec<Block<'t>>,
    last_closed: Option<Block<'t>>,
}

/// Follows the blocks of a text up to an offset.
fn blocks(text: &str, until: usize) -> Blocks<'_> {
    let mut blocks = Blocks { open: Vec::new(), last_closed: None };
    let mut from = 0;
    while let Some(start) = text[from..].find("{{").map(|at| from + at) {
        let (word, end) = action(text, start + 2);
        if end > until {
            break;
        }
        match word {
            "if" | "with" | "range" | "define" | "block" => blocks.open.push(Block { word, opened: start, ended: start }),
            "end" => blocks.last_closed = blocks.open.pop().map(|block| Block { ended: start, ..block }).or(blocks.last_closed),
            _ => {}
        }
        from = end;
    }
    blocks
}

/// Returns the first word of an action, and where the text goes on after it.
fn action(text: &str, start: usize) -> (&str, usize) {
    let inside = &text[start..];
    let trimmed = inside.strip_prefix('-').filter(|rest| rest.starts_with(char::is_whitespace)).unwrap_or(inside).trim_start();
    let first = text.len() - trimmed.len();
    if trimmed.starts_with("/*") {
        let end = text[first..].find("*/").map_or(text.len(), |at| first + at + 2);
        return ("", text[end..].find("}}").map_or(text.len(), |at| end + at + 2));
    }
    let length = trimmed.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(trimmed.len());
    (&trimmed[..length], end_of_action(text, first + length))
}

/// Returns where an action ends; braces in quotes do not end it.
fn end_of_action(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut quote = None;
    let mut at = start;
    while at < bytes.len() {
        match (bytes[at], quote) {
            (b'\\', Some(b'"' | b'\'')) => at += 1,
            (byte, Some(open)) if byte == open => quote = None,
            (byte @ (b'"' | b'`' | b'\''), None) => quote = Some(byte),
            (b'}', None) if bytes.get(at + 1) == Some(&b'}') => return at + 2,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::hint;

    #[track_caller]
    fn check(message: &str, text: &str, marked: &str, expected: &str) {
        let at = text.rfind(marked).unwrap_or(text.len());
        assert_eq!(hint(message, text, at).as_deref(), Some(expected));
    }

    #[test]
    fn an_else_without_if_is_told_what_was_closed() {
        let text = "{{- if .a }}\n{{ \"}} {{end\" }}{{/* {{ if }} */}}\n{{- end }}\n{{- else }}\n{{ end }}";
        check(
            "unexpected {{else}}",
            text,
            "{{- else",
            "no if, with, range, define or block is open here: the if of line 1 was closed by the end of line 3",
        );
        check("unexpected {{end}}", "{{ end }}", "{{ end", "no if, with, range, define or block is open here");
    }

    #[test]
    fn the_innermost_open_block_lacks_its_end() {
        check("unexpected EOF", "{{ define \"a\" }}\n{{ range .x }}\n{{ if 1 }}{{ end }}", "", "the range of line 2 has no end");
    }
}
