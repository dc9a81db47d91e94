//! Why a patch cannot be applied.

use super::parse::Hunk;
use crate::diag::{Diagnostic, Span};
use similar::{ChangeTag, TextDiff};

/// What is wrong with a patch, or with the chart for it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PatchError {
    /// The text is no unified diff.
    #[error("the patch cannot be read: {what}")]
    Malformed {
        /// What is wrong.
        what: String,
        /// Where.
        span: Span,
    },
    /// The chart has no such file.
    #[error("the chart has no file {file} to patch")]
    NoFile {
        /// The file.
        file: String,
        /// A file of a similar name.
        near: Option<String>,
        /// Where the patch names it.
        span: Span,
    },
    /// A file that the patch makes is there.
    #[error("the patch makes {file}, which the chart has already")]
    Exists {
        /// The file.
        file: String,
        /// Where the patch names it.
        span: Span,
    },
    /// A file that the patch removes keeps lines.
    #[error("the patch removes {file}, but not all of its lines")]
    NotEmpty {
        /// The file.
        file: String,
        /// Where the patch names it.
        span: Span,
    },
    /// A hunk does not fit.
    #[error("hunk {number} does not fit {file}")]
    Conflict {
        /// The file.
        file: String,
        /// Which hunk of that file, from 1.
        number: usize,
        /// The line of the file that it was compared with, from 1.
        line: usize,
        /// What the hunk expects (`-`) and what is there (`+`), line by line.
        diff: String,
        /// Whether what it would make is there already.
        is_done: bool,
        /// The hunk.
        span: Span,
    },
}

impl PatchError {
    /// Compares a hunk with the place of a file that is most like what it expects.
    pub(super) fn conflict(file: &str, number: usize, hunk: &Hunk, lines: &[&[u8]], is_done: bool) -> PatchError {
        let expected = hunk.lines_before();
        let at = most_alike(&expected, lines, hunk.start.saturating_sub(1));
        let found = &lines[at..(at + expected.len()).min(lines.len())];
        let text = |lines: &[&[u8]]| lines.iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect::<String>();
        let (file, span) = (file.to_owned(), hunk.span.clone());
        PatchError::Conflict { file, number, line: at + 1, diff: written(&text(&expected), &text(found)), is_done, span }
    }

    /// Returns the error with its place in the patch.
    pub fn diagnostic(&self) -> Diagnostic {
        let error = Diagnostic::error(self.to_string());
        match self {
            PatchError::Malformed { span, .. } => error.at(span.clone(), ""),
            PatchError::NoFile { near, span, .. } => {
                let error = error.at(span.clone(), "");
                match near {
                    Some(near) => error.help(format!("there is a file {near}")),
                    None => error.help("names are taken as `patch -p1` takes them, below the chart's folder"),
                }
            }
            PatchError::Exists { span, .. } => error.at(span.clone(), "").help("delete the patch if the chart has it now"),
            PatchError::NotEmpty { span, .. } => error.at(span.clone(), "").help("make the patch anew against this version of the chart"),
            PatchError::Conflict { file, line, diff, is_done, span, .. } => {
                let error = error.at(span.clone(), "this hunk");
                let error = error.note(format!("{file}:{line}: what the hunk expects (-) and what is there (+)\n{}", diff.trim_end()));
                error.help(match is_done {
                    true => "what it makes is there already: delete the patch, or this hunk",
                    false => "make the patch anew against this version of the chart",
                })
            }
        }
    }
}

/// Returns the place where most of the expected lines stand; of several the one nearest to where they should.
fn most_alike(expected: &[&[u8]], lines: &[&[u8]], wanted: usize) -> usize {
    let last = lines.len().saturating_sub(expected.len());
    let alike = |at: usize| expected.iter().zip(&lines[at..]).filter(|(one, other)| one == other).count();
    (0..=last).max_by_key(|at| (alike(*at), std::cmp::Reverse(at.abs_diff(wanted)))).unwrap_or(0)
}

fn written(expected: &str, found: &str) -> String {
    let mut text = String::new();
    for change in TextDiff::from_lines(expected, found).iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Equal => ' ',
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
        };
        text.push(sign);
        text.push_str(change.value().trim_end_matches('\n'));
        text.push('\n');
    }
    text
}
