//! Reads unified diffs as git, diff and quilt write them.

use super::conflict::PatchError;
use crate::diag::{Source, Span};

/// What a patch does to one file.
#[derive(Clone, Debug)]
pub(super) struct FilePatch {
    /// The file as the old side names it; none for a file that is made.
    pub(super) old: Option<String>,
    /// The file as the new side names it; none for a file that is removed.
    pub(super) new: Option<String>,
    pub(super) hunks: Vec<Hunk>,
    /// Where it begins.
    pub(super) span: Span,
}

/// One run of lines that change.
#[derive(Clone, Debug)]
pub(super) struct Hunk {
    /// The line of the old file that it begins at, from 1; 0 where the old file has no lines.
    pub(super) start: usize,
    pub(super) lines: Vec<Line>,
    /// Its `@@` line.
    pub(super) span: Span,
}

impl Hunk {
    /// Returns the lines that must be there.
    pub(super) fn lines_before(&self) -> Vec<&[u8]> {
        self.side(LineKind::New)
    }

    /// Returns the lines that are there afterwards.
    pub(super) fn lines_after(&self) -> Vec<&[u8]> {
        self.side(LineKind::Old)
    }

    fn side(&self, other: LineKind) -> Vec<&[u8]> {
        self.lines.iter().filter(|line| line.kind != other).map(|line| line.text.as_slice()).collect()
    }
}

/// A line of a hunk, with its line break if it has one.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) kind: LineKind,
    pub(super) text: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    /// It stays.
    Context,
    /// It goes.
    Old,
    /// It comes.
    New,
}

/// Reads a patch. Text before and between files (a mail, a commit's message, `Index:`) is passed over.
///
/// # Errors
/// A hunk that is cut short or miscounted, a binary patch, a copy, a text without any change.
pub(super) fn parse(source: &Source) -> Result<Vec<FilePatch>, PatchError> {
    let mut reader = Reader { source, at: 0 };
    let mut files = Vec::new();
    while let Some(file) = reader.file()? {
        files.push(file);
    }
    if files.is_empty() {
        return Err(PatchError::Malformed { what: "it changes no file".to_owned(), span: source.span(0, 0) });
    }
    Ok(files)
}

struct Reader<'s> {
    source: &'s Source,
    at: usize,
}

/// What git says of a file before its hunks.
#[derive(Default)]
struct Header {
    old: Option<String>,
    new: Option<String>,
    is_made: bool,
    is_removed: bool,
    is_renamed: bool,
}

impl<'s> Reader<'s> {
    /// Returns the line at the current place, without its break.
    fn peek(&self) -> Option<&'s str> {
        let rest = &self.source.text()[self.at..];
        if rest.is_empty() { None } else { Some(rest.split('\n').next().unwrap_or(rest)) }
    }

    fn span(&self) -> Span {
        self.source.span(self.at, self.at + self.peek().map_or(0, str::len))
    }

    fn advance(&mut self) {
        let length = self.peek().map_or(0, str::len) + 1;
        self.at = (self.at + length).min(self.source.text().len());
    }

    fn malformed<T>(&self, what: impl Into<String>) -> Result<T, PatchError> {
        Err(PatchError::Malformed { what: what.into(), span: self.span() })
    }

    fn file(&mut self) -> Result<Option<FilePatch>, PatchError> {
        while let Some(line) = self.peek() {
            if line.starts_with("diff --git ") {
                return self.git_file().map(Some);
            }
            if line.starts_with("--- ") && self.next_line().is_some_and(|next| next.starts_with("+++ ")) {
                let span = self.span();
                let (old, new) = self.names()?;
                let hunks = self.hunks()?;
                return Ok(Some(FilePatch { old, new, hunks, span }));
            }
            if line.starts_with("@@ -") {
                return self.malformed("this hunk is of no file: there is no `---` and `+++` before it");
            }
            self.advance();
        }
        Ok(None)
    }

    fn next_line(&self) -> Option<&'s str> {
        let next = Reader { source: self.source, at: (self.at + self.peek()?.len() + 1).min(self.source.text().len()) };
        next.peek()
    }

    /// Reads a file after `diff --git`.
    fn git_file(&mut self) -> Result<FilePatch, PatchError> {
        let span = self.span();
        let line = self.peek().unwrap_or_default();
        let (old, new) = git_names(line).map_or((None, None), |(old, new)| (Some(old), Some(new)));
        let mut header = Header { old, new, ..Header::default() };
        self.advance();
        while let Some(line) = self.peek() {
            if line.starts_with("--- ") || line.starts_with("diff --git ") || line.starts_with("@@ -") || line.is_empty() || line == "-- " {
                break;
            }
            if line.starts_with("GIT binary patch") || line.starts_with("Binary files ") {
                return self.malformed("binary files are not patched");
            }
            header.read(line).or_else(|what| self.malformed(what))?;
            self.advance();
        }
        let mut hunks = Vec::new();
        if self.peek().is_some_and(|line| line.starts_with("--- ")) {
            let (old, new) = self.names()?;
            (header.old, header.new) = (old, new);
            hunks = self.hunks()?;
        }
        let Header { old, new, is_made, is_removed, is_renamed } = header;
        if hunks.is_empty()
            && !is_made
            && !is_removed
            && !is_renamed
            && (old.is_none() || old != new.as_ref().map(|name| name.replacen('b', "a", 1)))
        {
            return Err(PatchError::Malformed { what: "it says of this file neither names nor changes".to_owned(), span });
        }
        Ok(FilePatch { old: old.filter(|_| !is_made), new: new.filter(|_| !is_removed), hunks, span })
    }

    /// Reads the names after `---` and `+++`.
    fn names(&mut self) -> Result<(Option<String>, Option<String>), PatchError> {
        let old = self.peek().and_then(|line| line.strip_prefix("--- ")).map(name);
        self.advance();
        let Some(new) = self.peek().and_then(|line| line.strip_prefix("+++ ")).map(name) else {
            return self.malformed("expected a line `+++ FILE`");
        };
        self.advance();
        match (old.flatten(), new) {
            (None, None) => self.malformed("neither side names a file"),
            names => Ok(names),
        }
    }

    fn hunks(&mut self) -> Result<Vec<Hunk>, PatchError> {
        let mut hunks = Vec::new();
        while self.peek().is_some_and(|line| line.starts_with("@@ -")) {
            hunks.push(self.hunk()?);
        }
        Ok(hunks)
    }

    fn hunk(&mut self) -> Result<Hunk, PatchError> {
        let span = self.span();
        let Some((start, mut old_left, mut new_left)) = self.peek().and_then(ranges) else {
            return self.malformed("expected `@@ -LINE,COUNT +LINE,COUNT @@`");
        };
        self.advance();
        let mut lines: Vec<Line> = Vec::new();
        while old_left > 0 || new_left > 0 {
            let Some(line) = self.peek() else {
                return self.malformed(format!("the hunk ends {old_left} old and {new_left} new lines too early"));
            };
            let (kind, text) = match line.as_bytes() {
                // Mail programs drop the blank of an empty line.
                [] => (LineKind::Context, line),
                [b' ', ..] => (LineKind::Context, &line[1..]),
                [b'-', ..] => (LineKind::Old, &line[1..]),
                [b'+', ..] => (LineKind::New, &line[1..]),
                [b'\\', ..] => {
                    drop_break(&mut lines);
                    self.advance();
                    continue;
                }
                _ => return self.malformed(format!("the hunk ends {old_left} old and {new_left} new lines too early")),
            };
            let left = |left: usize, counts: bool| if counts { left.checked_sub(1) } else { Some(left) };
            let (Some(old), Some(new)) = (left(old_left, kind != LineKind::New), left(new_left, kind != LineKind::Old)) else {
                return self.malformed("the hunk has more lines than its `@@` line says");
            };
            (old_left, new_left) = (old, new);
            lines.push(Line { kind, text: format!("{text}\n").into_bytes() });
            self.advance();
        }
        if self.peek().is_some_and(|line| line.starts_with('\\')) {
            drop_break(&mut lines);
            self.advance();
        }
        Ok(Hunk { start, lines, span })
    }
}

/// `\ No newline at end of file` is about the line before it.
fn drop_break(lines: &mut [Line]) {
    if let Some(line) = lines.last_mut()
        && line.text.last() == Some(&b'\n')
    {
        line.text.pop();
    }
}

impl Header {
    fn read(&mut self, line: &str) -> Result<(), String> {
        if line.starts_with("new file mode") {
            self.is_made = true;
        } else if line.starts_with("deleted file mode") {
            self.is_removed = true;
        } else if let Some(old) = line.strip_prefix("rename from ") {
            (self.old, self.is_renamed) = (Some(format!("a/{old}")), true);
        } else if let Some(new) = line.strip_prefix("rename to ") {
            (self.new, self.is_renamed) = (Some(format!("b/{new}")), true);
        } else if line.starts_with("copy from ") {
            return Err("copies are not made; write the patch without `-C`".to_owned());
        }
        Ok(())
    }
}

/// Returns both names of `diff --git a/NAME b/NAME`; none where blanks leave them open.
fn git_names(line: &str) -> Option<(String, String)> {
    let names = line.strip_prefix("diff --git ")?;
    let (old, new) = names.split_once(" b/")?;
    (!new.contains(" b/")).then(|| (old.to_owned(), format!("b/{new}")))
}

/// Returns a name of `---` or `+++`; none for /dev/null and for the time that diff gives a file that is not there.
fn name(text: &str) -> Option<String> {
    let (name, time) = text.split_once('\t').unwrap_or((text, ""));
    let name = name.trim_end_matches('\r').trim_matches('"');
    let is_nothing = name == "/dev/null" || time.starts_with("1970-01-01 ") || time.starts_with("1969-12-31 ");
    (!is_nothing).then(|| name.to_owned())
}

/// Reads `@@ -START,COUNT +START,COUNT @@`: the old start, and both counts.
fn ranges(line: &str) -> Option<(usize, usize, usize)> {
    let (old, rest) = line.strip_prefix("@@ -")?.split_once(" +")?;
    let (new, _) = rest.split_once(" @@")?;
    let range = |text: &str| match text.split_once(',') {
        Some((start, count)) => Some((start.parse::<usize>().ok()?, count.parse::<usize>().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    };
    let ((start, old), (_, new)) = (range(old)?, range(new)?);
    Some((start, old, new))
}
