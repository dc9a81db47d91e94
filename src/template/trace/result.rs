//! What a trace says when the render is done.

use super::paths::Key;
use super::sets::Source;
use super::tag::Tag;
use super::tracer::Tracer;
use crate::diag::Origin;
use crate::value::Str;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The trace of a render.
#[derive(Debug)]
pub struct Trace(Mutex<Box<Tracer>>);

/// A value that was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Read {
    /// The keys that lead to it from the top of the templates' data.
    pub path: Vec<Key>,
    /// Whether it was used with all that is below it.
    pub whole: bool,
}

/// A line of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The template file.
    pub file: Str,
    /// The line, from 1.
    pub line: u32,
    /// The calls that led there, the innermost first.
    pub via: Vec<(Str, u32)>,
}

/// A value in a line, or one that decided about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueTrace {
    /// The keys that lead to it from the top of the templates' data.
    pub path: Vec<Key>,
    /// Where it was written.
    pub origin: Origin,
    /// Whether all that is below it may be in the line.
    pub whole: bool,
}

/// Where a line of a text came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineTrace {
    /// The lines of templates; the first one wrote what the line begins with.
    pub places: Vec<Place>,
    /// The values in it.
    pub values: Vec<ValueTrace>,
    /// The values that decided that it is there, or which value is in it.
    pub conditions: Vec<ValueTrace>,
    /// Whether something wrote the line after the templates, a post-renderer: anything may be in it.
    pub rewritten: bool,
}

impl LineTrace {
    /// Adds what another line came from.
    pub fn add(&mut self, other: &LineTrace) {
        for (own, more) in [(&mut self.values, &other.values), (&mut self.conditions, &other.conditions)] {
            more.iter().for_each(|value| {
                if !own.contains(value) {
                    own.push(value.clone())
                }
            });
        }
        let new = |place: &&Place| !self.places.contains(place);
        let places: Vec<Place> = other.places.iter().filter(new).cloned().collect();
        self.places.extend(places);
        self.rewritten |= other.rewritten;
    }
}

impl Trace {
    pub(in crate::template) fn new(mut tracer: Box<Tracer>) -> Trace {
        tracer.containers.clear();
        Trace(Mutex::new(tracer))
    }

    /// Lines are worked out when they are asked for, and kept.
    fn tracer(&self) -> MutexGuard<'_, Box<Tracer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns all values that were read.
    pub fn reads(&self) -> Vec<Read> {
        let tracer = self.tracer();
        tracer.paths.reads().map(|(path, whole)| Read { path: tracer.paths.keys(path), whole }).collect()
    }

    /// Returns where a line of a text came from, counted from 0. Beyond the text there is nothing.
    pub fn line(&self, text: Tag, line: usize) -> LineTrace {
        let mut tracer = self.tracer();
        let line = tracer.lines(text).and_then(|lines| lines.get(line).copied()).unwrap_or_default();
        let mut trace = LineTrace::default();
        let mut places = Vec::new();
        let atoms = [line.data, line.conditions, line.places].into_iter().flat_map(|set| tracer.sets.atoms(set));
        for atom in atoms {
            match atom.source() {
                Source::Path(path) => trace.values.push(value(&tracer, path, false)),
                Source::Whole(path) => trace.values.push(value(&tracer, path, true)),
                Source::When(path) => trace.conditions.push(value(&tracer, path, false)),
                Source::Place(place) => places.push(place),
            }
        }
        for values in [&mut trace.values, &mut trace.conditions] {
            values.sort_by(|a, b| (&a.path, a.whole).cmp(&(&b.path, b.whole)));
            values.dedup();
        }
        places.sort_by_key(|place| *place != line.first);
        if line.first != 0 && places.first() != Some(&line.first) {
            places.insert(0, line.first);
        }
        trace.places = places.into_iter().map(|at| place(&tracer, at)).collect();
        trace.places.dedup();
        trace
    }

    /// Returns how many lines a text has.
    pub fn line_count(&self, text: Tag) -> usize {
        self.tracer().line_count(text).unwrap_or_default()
    }
}

fn value(tracer: &Tracer, path: u32, whole: bool) -> ValueTrace {
    ValueTrace { path: tracer.paths.keys(path), origin: tracer.paths.origin(path).clone(), whole }
}

fn place(tracer: &Tracer, place: u32) -> Place {
    let places = &tracer.places;
    let (file, line) = places.name(place);
    let mut via = Vec::new();
    let mut outer = places.line(place).outer;
    while outer != 0 {
        via.push(places.name(outer));
        outer = places.line(outer).outer;
    }
    Place { file, line, via }
}
