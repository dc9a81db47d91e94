//! Cutting a stack file at its `---` lines, and the order that its keys must have.

use super::error::Error;
use crate::diag::{Diagnostics, Source, Span};

/// One piece of a stack file between lines that are exactly `---`.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// The piece, with as many empty lines before it as the file has: its lines have the file's numbers.
    pub(super) source: Source,
}

/// Cuts a file into its parts. CRLF becomes LF first.
///
/// Rule: helmfile pkg/app/desired_state_file_loader.go `load`.
pub(super) fn split(name: &str, content: &str) -> Vec<Part> {
    let content = content.replace("\r\n", "\n");
    let mut lines = 0;
    let mut parts = Vec::new();
    for piece in content.split("\n---\n") {
        parts.push(Part { source: Source::new(name, format!("{}{piece}", "\n".repeat(lines))) });
        lines += memchr::memchr_iter(b'\n', piece.as_bytes()).count() + 2;
    }
    parts
}

/// Checks the text of a file, before any template in it is rendered: `bases` and `environments` stand before `releases`,
/// `environments` and `releases` in parts of their own.
///
/// Rule: helmfile pkg/policy/checker.go.
pub(super) fn check_order(name: &str, content: &str) -> Diagnostics {
    let source = Source::new(name, content.replace("\r\n", "\n"));
    let mut mistakes = Diagnostics::new();
    let mut releases: Option<Span> = None;
    let (mut part_releases, mut part_environments): (Option<Span>, Option<Span>) = (None, None);
    let mut told = false;
    for (key, span) in top_lines(&source) {
        match key {
            "---" => (part_releases, part_environments) = (None, None),
            "releases" => {
                releases.get_or_insert_with(|| span.clone());
                part_releases = Some(span);
            }
            "bases" | "environments" => {
                if let Some(releases) = releases.clone().filter(|_| !std::mem::replace(&mut told, releases.is_some())) {
                    mistakes.push(Error::LateKey { key: key.to_owned(), span: span.clone(), releases }.diagnostic());
                }
                if key == "environments" {
                    part_environments = Some(span);
                }
            }
            _ => {}
        }
        if let (Some(releases), Some(environments)) = (&part_releases, &part_environments)
            && !told
        {
            told = true;
            mistakes.push(Error::SamePart { releases: releases.clone(), environments: environments.clone() }.diagnostic());
        }
    }
    mistakes
}

/// Returns the lines that begin with a key made of letters, and the separators (`---`, with blanks after it).
fn top_lines(source: &Source) -> impl Iterator<Item = (&str, Span)> {
    let text = source.text();
    let mut start = 0;
    text.split('\n').filter_map(move |line| {
        let at = start;
        start += line.len() + 1;
        let key = if line.trim_end_matches(' ') == "---" { Some("---") } else { line.split_once(':').map(|(key, _)| key) };
        let key = key.filter(|key| *key == "---" || (!key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphabetic())))?;
        Some((key, source.span(at, at + key.len())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_the_line_numbers_of_the_file() {
        let parts = split("f", "a: 1\r\nb: 2\r\n---\r\nc: 3\n--- # more\nd: 4\n---\ne: 5\n");
        assert_eq!(parts.len(), 3);
        let place = |part: usize, text: &str| {
            let source = &parts[part].source;
            source.line_column(source.text().find(text).expect("it is there")).line
        };
        assert_eq!((place(0, "a:"), place(1, "c:"), place(1, "d:"), place(2, "e:")), (1, 4, 6, 8));
    }

    #[test]
    fn environments_come_first_and_in_a_part_of_their_own() {
        let count = |text: &str| check_order("f", text).iter().count();
        assert_eq!(count("environments:\n  a:\n---\nreleases: []\n"), 0);
        assert_eq!(count("bases: []\nreleases: []\n"), 0);
        assert_eq!(count("environments:\n  a:\nreleases: []\n"), 1);
        assert_eq!(count("releases: []\n---\nenvironments:\n"), 1);
        assert_eq!(count("releases: []\nbases: []\n"), 1);
    }
}
