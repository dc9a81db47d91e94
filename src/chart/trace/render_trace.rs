//! The trace of a chart's render, by document.

use super::Secrets;
use super::fields::{Field, fields};
use super::rewritten;
use crate::manifest::{Document, split};
use crate::template::trace::{LineTrace, Read, Tag, Trace};

/// A rendered file: its text and what the trace knows of it.
#[derive(Debug)]
pub struct FileTrace {
    name: String,
    tag: Tag,
    /// The documents of the file, and the line on which each begins, from 0.
    documents: Vec<(String, usize)>,
}

impl FileTrace {
    /// Makes the trace of a file of this name and text.
    pub fn new(name: &str, text: &[u8], tag: Tag) -> FileTrace {
        let text = String::from_utf8_lossy(text);
        let line_of = |document: &str| {
            let at = document.as_ptr().addr() - text.as_ptr().addr();
            memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count()
        };
        let documents = split(&text).into_iter().map(|document| (document.to_owned(), line_of(document))).collect();
        FileTrace { name: name.to_owned(), tag, documents }
    }
}

/// Where the lines of all documents came from.
#[derive(Debug)]
pub struct RenderTrace {
    trace: Trace,
    files: Vec<FileTrace>,
}

impl RenderTrace {
    /// Makes the trace of a render from that of its templates.
    pub fn new(trace: Trace, files: Vec<FileTrace>) -> RenderTrace {
        RenderTrace { trace, files }
    }

    /// Returns all values that templates read, and those that they looked for in vain.
    pub fn reads(&self) -> Vec<Read> {
        self.trace.reads()
    }

    /// Returns where each line of a document came from. Of a document that a post-renderer changed, the lines of fields that it
    /// left as they were are known; the others are marked as rewritten.
    pub fn lines(&self, document: &Document) -> Vec<LineTrace> {
        let file = self.files.iter().find(|file| file.name == document.source);
        let found = file.and_then(|file| Some((file, file.documents.iter().find(|(text, _)| *text == document.text)?)));
        match found {
            Some((file, (text, first))) => self.lines_at(file, text, *first),
            None => rewritten::lines(document, self.original(document)),
        }
    }

    fn lines_at(&self, file: &FileTrace, text: &str, first: usize) -> Vec<LineTrace> {
        text.split('\n').enumerate().map(|(line, _)| self.trace.line(file.tag, first + line)).collect()
    }

    /// Finds what a document was before a post-renderer changed it: the object of the same kind and name.
    fn original(&self, document: &Document) -> Option<(&str, Vec<LineTrace>)> {
        let head = &document.head;
        let is_it = |file: &FileTrace, text: &str| {
            Document::parse(&file.name, text).is_ok_and(|original| original.head.kind == head.kind && original.head.name == head.name)
        };
        let all = self.files.iter().flat_map(|file| file.documents.iter().map(move |(text, first)| (file, text.as_str(), *first)));
        let mut found = all.filter(|(file, text, _)| is_it(file, text));
        let (file, text, first) = found.next()?;
        // Of two, such as in two namespaces, nobody knows which one it was.
        if found.next().is_some() { None } else { Some((text, self.lines_at(file, text, first))) }
    }

    /// Returns the lines of a document that hold something of a secret value, counted from 0.
    pub fn secret_lines(&self, document: &Document, secrets: &Secrets) -> Vec<usize> {
        let lines = self.lines(document);
        lines.iter().enumerate().filter(|(_, line)| secrets.is_in(line)).map(|(line, _)| line).collect()
    }

    /// Returns the fields of a document that hold something of a secret value, each by the values at its end: no maps or lists.
    pub fn secret_fields(&self, document: &Document, secrets: &Secrets) -> Vec<Field> {
        let secret = self.secret_lines(document, secrets);
        let is_secret = |field: &Field| field.lines.clone().any(|line| secret.binary_search(&line).is_ok());
        fields(&document.text).into_iter().filter(is_secret).collect()
    }
}
