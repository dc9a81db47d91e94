//! The lines of a text that is used again, with what led to them the next time.

use super::sets::Source;
use super::texts::Line;
use super::tracer::Tracer;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Puts a call and conditions around lines that were made without any.
pub(super) struct Move<'t> {
    tracer: &'t mut Tracer,
    frame: u32,
    conditions: u32,
    /// Places that were moved.
    places: FxHashMap<u32, u32>,
    /// Sets of places that were moved.
    sets: FxHashMap<u32, u32>,
}

impl Move<'_> {
    pub(super) fn new(tracer: &mut Tracer, frame: u32, conditions: u32) -> Move<'_> {
        Move { tracer, frame, conditions, places: FxHashMap::default(), sets: FxHashMap::default() }
    }

    pub(super) fn lines(&mut self, lines: &[Line]) -> Arc<[Line]> {
        lines.iter().map(|line| self.line(*line)).collect()
    }

    fn line(&mut self, line: Line) -> Line {
        if line == Line::default() {
            return line;
        }
        let conditions = self.tracer.sets.union(line.conditions, self.conditions);
        Line { data: line.data, conditions, places: self.set(line.places), first: self.place(line.first) }
    }

    fn set(&mut self, set: u32) -> u32 {
        if let Some(moved) = self.sets.get(&set) {
            return *moved;
        }
        let places: Vec<u32> = self.tracer.sets.atoms(set).iter().filter_map(|atom| atom.source().place()).collect();
        let mut moved = 0;
        for place in places {
            let one = Source::Place(self.place(place));
            let one = self.tracer.sets.of(one);
            moved = self.tracer.sets.union(moved, one);
        }
        self.sets.insert(set, moved);
        moved
    }

    fn place(&mut self, place: u32) -> u32 {
        if place == 0 {
            return 0;
        }
        if let Some(moved) = self.places.get(&place) {
            return *moved;
        }
        let line = self.tracer.places.line(place);
        let outer = if line.outer == 0 { self.frame } else { self.place(line.outer) };
        let moved = self.tracer.places.intern(super::places::Line { outer, ..line });
        self.places.insert(place, moved);
        moved
    }
}
