//! Lines of templates, each with the calls that led to it.

use super::tag::Tag;
use crate::template::set::{Compiled, Template};
use crate::value::Str;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A template source under a name.
#[derive(Debug)]
pub(super) struct File {
    name: Str,
    /// Where its lines start.
    starts: Vec<u32>,
    /// For a text that `tpl` executes: where the text came from, and the place of the call.
    pub(super) text: Option<(Tag, u32)>,
    /// Keeps the address that the file is known by, too.
    compiled: Arc<Compiled>,
}

/// A line of a file, and the place of the call that executes it; 0 is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Line {
    pub(super) file: u32,
    pub(super) line: u32,
    pub(super) outer: u32,
}

/// All places of a render. Place 0 is none.
#[derive(Debug)]
pub(super) struct Places {
    files: Vec<File>,
    by_template: FxHashMap<(usize, Str), u32>,
    by_text: FxHashMap<(usize, Tag, u32), u32>,
    lines: Vec<Line>,
    ids: FxHashMap<Line, u32>,
}

impl Default for Places {
    fn default() -> Places {
        Places {
            files: Vec::new(),
            by_template: FxHashMap::default(),
            by_text: FxHashMap::default(),
            lines: vec![Line { file: 0, line: 0, outer: 0 }],
            ids: FxHashMap::default(),
        }
    }
}

impl Places {
    /// Returns the file of a template.
    pub(super) fn file_of(&mut self, template: &Template) -> u32 {
        let key = (Arc::as_ptr(&template.compiled).addr(), template.file.clone());
        if let Some(file) = self.by_template.get(&key) {
            return *file;
        }
        let file = self.add(template, None);
        self.by_template.insert(key, file);
        file
    }

    /// Returns the file of a text that is executed at `place`; what the text defines is found by the template's file from
    /// then on.
    pub(super) fn file_of_text(&mut self, template: &Template, tag: Tag, place: u32) -> u32 {
        let address = Arc::as_ptr(&template.compiled).addr();
        let file = match self.by_text.get(&(address, tag, place)) {
            Some(file) => *file,
            None => {
                let file = self.add(template, Some((tag, place)));
                self.by_text.insert((address, tag, place), file);
                file
            }
        };
        self.by_template.insert((address, template.file.clone()), file);
        file
    }

    fn add(&mut self, template: &Template, text: Option<(Tag, u32)>) -> u32 {
        let file = u32::try_from(self.files.len()).expect("a render that is bounded in work has fewer files");
        let starts = line_starts(template.compiled.source.text().as_bytes());
        self.files.push(File { name: template.file.clone(), starts, text, compiled: Arc::clone(&template.compiled) });
        file
    }

    pub(super) fn file(&self, file: u32) -> &File {
        &self.files[file as usize]
    }

    /// Returns what a file was parsed to.
    pub(super) fn compiled(&self, file: u32) -> Arc<Compiled> {
        Arc::clone(&self.file(file).compiled)
    }

    /// Returns the line of a byte of a file, from 1.
    pub(super) fn line_at(&self, file: u32, at: u32) -> u32 {
        line_of(&self.file(file).starts, at)
    }

    pub(super) fn intern(&mut self, line: Line) -> u32 {
        if let Some(id) = self.ids.get(&line) {
            return *id;
        }
        let id = u32::try_from(self.lines.len()).expect("a render that is bounded in work has fewer places");
        self.lines.push(line);
        self.ids.insert(line, id);
        id
    }

    pub(super) fn line(&self, place: u32) -> Line {
        self.lines[place as usize]
    }

    /// Returns the name of the file and the line of a place.
    pub(super) fn name(&self, place: u32) -> (Str, u32) {
        let line = self.line(place);
        (self.file(line.file).name.clone(), line.line)
    }
}

/// Returns where the lines of a text start.
pub(super) fn line_starts(text: &[u8]) -> Vec<u32> {
    std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX))).collect()
}

/// Returns the line of a byte, from 1.
pub(super) fn line_of(starts: &[u32], at: u32) -> u32 {
    starts.partition_point(|start| *start <= at) as u32
}
