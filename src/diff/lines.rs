//! The lines that differ between two texts, with context.

use similar::{Algorithm, ChangeTag, TextDiff};
use std::time::Duration;

/// How long one object may be compared before the comparison settles for a coarser result. Keeps a pathological pair of
/// texts (every line moved) from holding up a whole diff.
const DEADLINE: Duration = Duration::from_millis(500);

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LineKind {
    /// On both sides.
    Same,
    /// Only on the old side.
    Old,
    /// Only on the new side.
    New,
}

/// A line of a hunk, without its line break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub kind: LineKind,
    /// Its text.
    pub text: String,
}

/// A run of lines that differ, with the lines around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// Line number (from 1) of the first line on the old side.
    pub old_start: usize,
    /// Line number (from 1) of the first line on the new side.
    pub new_start: usize,
    /// The keys that the first line stands below, outermost first.
    pub within: Vec<String>,
    /// The lines.
    pub lines: Vec<Line>,
}

/// Returns the hunks that turn `old` into `new`, each with up to `context` equal lines before and after; `None` means all.
pub fn hunks(old: &str, new: &str, context: Option<usize>) -> Vec<Hunk> {
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).timeout(DEADLINE).diff_lines(old, new);
    let groups = match context {
        Some(lines) => diff.grouped_ops(lines),
        None => vec![diff.ops().to_vec()],
    };
    let texts: [Vec<&str>; 2] = [old.lines().collect(), new.lines().collect()];
    let mut hunks = Vec::with_capacity(groups.len());
    for group in groups.iter().filter(|group| !group.is_empty()) {
        let lines = group.iter().flat_map(|operation| diff.iter_changes(operation)).map(|change| Line {
            kind: match change.tag() {
                ChangeTag::Equal => LineKind::Same,
                ChangeTag::Delete => LineKind::Old,
                ChangeTag::Insert => LineKind::New,
            },
            text: change.value().trim_end_matches('\n').to_owned(),
        });
        let (old_start, new_start) = (group[0].old_range().start, group[0].new_range().start);
        let within = if old_start > 0 { keys_above(&texts[0], old_start) } else { keys_above(&texts[1], new_start) };
        hunks.push(Hunk { old_start: old_start + 1, new_start: new_start + 1, within, lines: lines.collect() });
    }
    hunks
}

/// Returns the keys that a line of an object's text stands below, by its indentation.
fn keys_above(lines: &[&str], at: usize) -> Vec<String> {
    let depth_of = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    let mut keys = Vec::new();
    let Some(first) = lines.get(at) else { return keys };
    let mut depth = depth_of(first);
    for line in lines[..at].iter().rev() {
        if depth == 0 {
            break;
        }
        let own = depth_of(line);
        if own < depth && !line.trim().is_empty() {
            depth = own;
            keys.extend(line.trim_start_matches([' ', '-']).split_once(':').map(|(key, _)| key.to_owned()));
        }
    }
    keys.reverse();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &str, new: &str, context: Option<usize>, expected: &str) {
        let mut text = String::new();
        for hunk in hunks(old, new, context) {
            text.push_str(&format!("@{},{}\n", hunk.old_start, hunk.new_start));
            for line in hunk.lines {
                let mark = match line.kind {
                    LineKind::Same => ' ',
                    LineKind::Old => '-',
                    LineKind::New => '+',
                };
                text.push_str(&format!("{mark}{}\n", line.text));
            }
        }
        assert_eq!(text, expected);
    }

    #[test]
    fn context_lines_surround_a_change() {
        check("a\nb\nc\nd\ne\n", "a\nb\nX\nd\ne\n", Some(1), "@2,2\n b\n-c\n+X\n d\n");
    }

    #[test]
    fn without_a_limit_all_lines_are_shown() {
        check("a\nb\n", "a\nc\n", None, "@1,1\n a\n-b\n+c\n");
    }

    #[test]
    fn a_hunk_says_below_which_keys_it_stands() {
        let text = |value| format!("data:\n  a.conf: |\n    one\n    two\n    three\n    four\n    {value}\nkind: ConfigMap\n");
        assert_eq!(hunks(&text("x"), &text("y"), Some(1))[0].within, ["data", "a.conf"]);
        assert_eq!(hunks("a: 1\nb: 2\nc: 3\n", "a: 1\nb: 2\nc: 4\n", Some(0))[0].within, [""; 0]);
    }

    #[test]
    fn equal_texts_have_no_hunks_with_context() {
        check("a\n", "a\n", Some(3), "");
    }
}
