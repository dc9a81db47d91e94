//! What a template wrote, piece by piece, and the lines that come of it.

use super::places::Line as PlaceLine;
use super::sets::Source;
use super::tag::Tag;
use super::texts::Line;
use super::tracer::Tracer;
use crate::value::Str;

/// Where a piece was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) file: u32,
    /// The line of the file.
    pub(super) line: u32,
    /// The place of the call that executed the file.
    pub(super) frame: u32,
    /// What decided that it was written.
    pub(super) conditions: u32,
}

/// Something that was written in one go.
#[derive(Debug)]
pub(super) enum Piece {
    /// Bytes of the file.
    Own { spot: Spot, start: u32, end: u32 },
    /// A value that was printed; its text, if it has more than one line.
    Value { spot: Spot, data: u32, text: Option<Str> },
    /// A text whose lines have sources of their own.
    Text { spot: Spot, tag: Tag, text: Str },
}

/// A text that is being written.
#[derive(Debug, Default)]
pub(super) struct Writing {
    pub(super) pieces: Vec<Piece>,
    pub(super) breaks: usize,
}

impl Tracer {
    /// Returns the lines of a text that was put together from pieces.
    pub(super) fn lines_of(&mut self, pieces: &[Piece]) -> Vec<Line> {
        let mut lines = vec![Line::default()];
        for piece in pieces {
            match piece {
                Piece::Own { spot, start, end } => {
                    let compiled = self.places.compiled(spot.file);
                    let bytes = &compiled.source.text().as_bytes()[*start as usize..*end as usize];
                    for (number, line) in (spot.line..).zip(bytes.split(|byte| *byte == b'\n')) {
                        let around = (!is_blank(line)).then(|| self.around(Spot { line: number, ..*spot }));
                        self.add_to(&mut lines, number > spot.line, around);
                    }
                }
                Piece::Value { spot, data, text: None } => {
                    let part = self.around(*spot);
                    let part = self.part(Line::of(*data), part);
                    self.add_to(&mut lines, false, Some(part));
                }
                Piece::Value { spot, data, text: Some(text) } => {
                    let part = self.around(*spot);
                    let part = self.part(Line::of(*data), part);
                    for (index, line) in text.as_bytes().split(|byte| *byte == b'\n').enumerate() {
                        self.add_to(&mut lines, index > 0, (!is_blank(line)).then_some(part));
                    }
                }
                Piece::Text { spot, tag, text } => {
                    let around = self.around(*spot);
                    let known = self.lines(*tag).unwrap_or_default();
                    for (index, line) in text.as_bytes().split(|byte| *byte == b'\n').enumerate() {
                        let own = known.get(index).copied().unwrap_or_default();
                        let part = (!is_blank(line)).then(|| self.part(own, around));
                        self.add_to(&mut lines, index > 0, part);
                    }
                }
            }
        }
        lines
    }

    /// Returns all values that pieces came from.
    pub(super) fn flat_of_pieces(&mut self, pieces: &[Piece]) -> u32 {
        let mut sets = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let (spot, data, last) = match piece {
                Piece::Own { spot, end, .. } => (spot, 0, self.places.line_at(spot.file, end.saturating_sub(1))),
                Piece::Value { spot, data, .. } => (spot, *data, spot.line),
                Piece::Text { spot, tag, .. } => (spot, self.flat(*tag), spot.line),
            };
            sets.extend([data, spot.conditions]);
            if self.places.file(spot.file).text.is_some() {
                for line in spot.line..=last {
                    let around = self.around(Spot { line, ..*spot });
                    sets.extend([around.data, around.conditions]);
                }
            }
        }
        self.sets.union_of(&mut sets)
    }

    /// Returns what everything that is written somewhere comes from: the place; where the file is a text itself, what its line
    /// comes from.
    fn around(&mut self, spot: Spot) -> Line {
        let Spot { file, line, frame, conditions } = spot;
        let (own, place) = match self.places.file(file).text {
            None => (Line::default(), self.places.intern(PlaceLine { file, line, outer: frame })),
            Some((tag, place)) => {
                let own = self.lines(tag).and_then(|lines| lines.get(line as usize - 1).copied());
                (own.unwrap_or_else(|| Line::of(self.flat(tag))), place)
            }
        };
        let places = self.sets.of(Source::Place(place));
        self.part(own, Line { conditions, places, first: place, ..Line::default() })
    }

    /// Returns both; what the first one begins with comes first.
    fn part(&mut self, a: Line, b: Line) -> Line {
        Line {
            data: self.sets.union(a.data, b.data),
            conditions: self.sets.union(a.conditions, b.conditions),
            places: self.sets.union(a.places, b.places),
            first: if a.first == 0 { b.first } else { a.first },
        }
    }

    /// Adds to the last line, or to a new one.
    fn add_to(&mut self, lines: &mut Vec<Line>, is_new: bool, part: Option<Line>) {
        if is_new {
            lines.push(Line::default());
        }
        if let (Some(part), Some(line)) = (part, lines.last_mut()) {
            *line = self.part(*line, part);
        }
    }
}

fn is_blank(line: &[u8]) -> bool {
    line.trim_ascii().is_empty()
}
