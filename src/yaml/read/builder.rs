//! Events -> `Value`, in one pass.
//!
//! go-yaml reads a whole document, then decodes it, and sigs.k8s.io/yaml then converts the result to JSON and back. Each
//! step fails at its first mistake, and a mistake of an earlier step goes first. So a syntax error ends the pass, and a
//! mistake of a later step is kept until the document is known to be sound.

use super::aliases::{AliasBudget, EXCESSIVE, WANT_MAP};
use crate::diag::{Origin, Source};
use crate::value::format_float32;
use crate::value::{Entry, IntKind, List, Map, MapKind, Str, Value};
use crate::yaml::depth::{MAX_DEPTH, TOO_DEEP};
use crate::yaml::error::Failure;
use crate::yaml::lossy::to_go_text;
use crate::yaml::parser::{Event, EventKind, Parser, Properties};
use crate::yaml::resolve::{Scalar, resolve, resolve_tagged};
use crate::yaml::scanner::{Encoding, Mark, Text};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// What becomes of integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::yaml) enum Numbers {
    /// They become `float64`, as encoding/json decodes them into an empty interface.
    Floats,
    /// They stay what they are, as go-yaml decodes them; beyond `i64` they become `float64`.
    AsWritten,
    /// They stay what they are, and are text beyond `i64`: text fields of Go structs take them.
    ForText,
}

impl Numbers {
    /// Returns the value of a scalar; `text` makes its text, where it is that.
    pub(super) fn value(self, scalar: Scalar, text: impl FnOnce() -> Str) -> Value {
        match scalar {
            Scalar::Null => Value::Nil,
            Scalar::Bool(value) => Value::Bool(value),
            Scalar::Int(value) if self != Numbers::Floats => Value::Int(value, IntKind::Int),
            Scalar::Int(value) => Value::Float(value as f64),
            Scalar::Uint(value) if self == Numbers::ForText => Value::str(value.to_string()),
            Scalar::Uint(value) => Value::Float(value as f64),
            Scalar::Float(value) => Value::Float(value),
            Scalar::Timestamp | Scalar::Str => Value::Str(text()),
        }
    }
}

/// What a document came to.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) value: Value,
    /// The first mistake of decoding.
    pub(super) failure: Option<Failure>,
    /// Whether a key is neither text, number nor boolean: a null, or an integer beyond `i64`.
    pub(super) has_odd_key: bool,
    /// The byte of the first collection that is a key.
    pub(super) collection_key: Option<usize>,
    /// Whether a number is infinite or none.
    pub(super) has_non_finite: bool,
    /// Whether something was not kept that cannot be judged without what it means: an anchor, an alias, a tag, an odd key,
    /// a number that is none. Then the document has to be read whole.
    pub(super) is_partial: bool,
}

/// Builds the values of the documents of a text, one at a time.
pub(super) struct Builder<'a, 's> {
    parser: Parser<'a>,
    source: Option<&'s Source>,
    /// Where the text starts in the source.
    offset: usize,
    numbers: Numbers,
    frames: Vec<Frame<'a>>,
    /// Items of the sequences that are open.
    items: Vec<Value>,
    /// Entries of the mappings that are open.
    entries: Vec<Entry>,
    anchors: FxHashMap<&'a str, Anchor>,
    budget: AliasBudget,
    built: Built,
    /// The entries of a document's mapping that are wanted; `None` for all.
    wanted: Option<&'static [&'static str]>,
    /// Whether what comes is the value of an entry that is not wanted: it is read, but not kept.
    skips: bool,
}

/// An open collection.
struct Frame<'a> {
    kind: FrameKind,
    /// The first of its items or entries.
    first: usize,
    anchor: Option<&'a str>,
    /// What the budget had counted before it.
    counted: u64,
    mark: Mark,
    /// How deep the collections in it are nested, itself included.
    height: usize,
}

enum FrameKind {
    Sequence,
    /// Holds the key whose value is next.
    Mapping(Pending),
    /// The mapping after `<<`: its entries go to the mapping around it.
    Merged(Pending),
    /// The sequence after `<<`.
    MergedSequence,
}

enum Pending {
    Nothing,
    Key(Str, Mark),
    Merge,
}

/// What an anchor stands for; `None` while it is open.
struct Anchor(Option<Anchored>);

#[derive(Clone)]
struct Anchored {
    value: Value,
    /// For aliases as keys: what the scalar is.
    scalar: Option<Scalar>,
    /// The number of nodes.
    nodes: u64,
    /// How deep collections are nested in it.
    height: usize,
}

impl<'a, 's> Builder<'a, 's> {
    pub(super) fn new(encoding: Encoding<'a>, source: Option<&'s Source>, offset: usize, numbers: Numbers) -> Self {
        Builder {
            parser: Parser::new(encoding),
            source,
            offset,
            numbers,
            frames: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            anchors: FxHashMap::default(),
            budget: AliasBudget::default(),
            built: Built::new(),
            wanted: None,
            skips: false,
        }
    }

    /// Keeps only these entries of a document that is a mapping; see `Built::is_partial`.
    pub(super) fn keep_only(mut self, wanted: &'static [&'static str]) -> Self {
        self.wanted = Some(wanted);
        self
    }

    /// Builds the next document; `None` at the end of the stream.
    ///
    /// # Errors
    /// The first mistake of syntax.
    pub(super) fn next_document(&mut self) -> Result<Option<Built>, Failure> {
        if matches!(self.parser.next_event()?.kind, EventKind::StreamEnd) {
            return Ok(None);
        }
        self.anchors.clear();
        self.budget = AliasBudget::default();
        self.budget.count();
        loop {
            let event = self.parser.next_event()?;
            if self.skips && self.skip(&event) {
                continue;
            }
            match event.kind {
                EventKind::Scalar { text, implicit, .. } => self.scalar(text, implicit, event.properties, event.start),
                EventKind::Alias(name) => self.alias(name, event.start)?,
                EventKind::MappingStart | EventKind::SequenceStart => self.open(event),
                EventKind::MappingEnd | EventKind::SequenceEnd => self.close(),
                EventKind::DocumentEnd | EventKind::DocumentStart | EventKind::StreamEnd => {
                    return Ok(Some(std::mem::replace(&mut self.built, Built::new())));
                }
            }
        }
    }

    /// Takes an event of what is not wanted; says whether that was all there is to do.
    fn skip(&mut self, event: &Event<'a>) -> bool {
        self.built.is_partial |= event.properties.is_some();
        match &event.kind {
            EventKind::Scalar { text, implicit, .. } => {
                let scalar = if *implicit { resolve(text.as_str()) } else { Scalar::Str };
                let is_key = self.expects_key();
                self.built.is_partial |= match scalar {
                    Scalar::Null | Scalar::Uint(_) => is_key,
                    Scalar::Float(value) => !value.is_finite(),
                    _ => *implicit && text.as_str() == "<<",
                };
                self.count(event.start);
                if is_key {
                    self.set_pending(Pending::Key(Str::default(), event.start));
                } else {
                    self.place_skipped();
                }
                true
            }
            EventKind::Alias(_) => {
                self.built.is_partial = true;
                false
            }
            EventKind::MappingStart | EventKind::SequenceStart => {
                // A collection as a key is for the whole reading to refuse.
                self.built.is_partial |= self.expects_key();
                false
            }
            EventKind::MappingEnd | EventKind::SequenceEnd => {
                self.frames.pop();
                self.place_skipped();
                true
            }
            _ => false,
        }
    }

    /// Goes on behind a value that is not kept.
    fn place_skipped(&mut self) {
        self.set_pending(Pending::Nothing);
        self.skips = self.frames.len() > 1;
    }

    /// Keeps the first mistake of decoding.
    fn fail(&mut self, words: impl Into<Cow<'static, str>>, mark: Mark) {
        if !self.has_failed() {
            self.built.failure = Some(Failure::new(words, mark.at as usize));
        }
    }

    /// A document that failed is only read on for its syntax: keeping its values could take all memory and stack.
    fn has_failed(&self) -> bool {
        self.built.failure.is_some() || self.built.collection_key.is_some()
    }

    fn count(&mut self, mark: Mark) {
        if !self.budget.count() {
            self.fail(EXCESSIVE, mark);
        }
    }

    fn scalar(&mut self, text: Text<'a>, implicit: bool, properties: Option<Box<Properties<'a>>>, mark: Mark) {
        let (anchor, tag) = match properties {
            Some(properties) => (properties.anchor, properties.tag),
            None => (None, String::new()),
        };
        let is_key = self.expects_key();
        if is_key && text.as_str() == "<<" && (implicit || tag == "tag:yaml.org,2002:merge") {
            if let Some(name) = anchor {
                self.anchors
                    .insert(name, Anchor(Some(Anchored { value: Value::str("<<"), scalar: Some(Scalar::Str), nodes: 1, height: 0 })));
            }
            self.set_pending(Pending::Merge);
            return;
        }
        if matches!(self.pending(), Some(Pending::Merge)) {
            self.fail(WANT_MAP, mark);
            self.set_pending(Pending::Nothing);
            return;
        }
        self.count(mark);
        let (scalar, text) = if tag.is_empty() {
            (if implicit { resolve(text.as_str()) } else { Scalar::Str }, text.into_str())
        } else {
            self.tagged(&tag, text, mark)
        };
        if anchor.is_none() && is_key {
            let key = self.key(scalar, text);
            self.skips = self.frames.len() == 1 && self.wanted.is_some_and(|wanted| !wanted.iter().any(|name| key == *name));
            self.set_pending(Pending::Key(key, mark));
            return;
        }
        let value = self.scalar_value(scalar, text);
        if let Some(name) = anchor {
            self.anchors.insert(name, Anchor(Some(Anchored { value: value.clone(), scalar: Some(scalar), nodes: 1, height: 0 })));
        }
        self.place(value, Some(scalar), 0, mark);
    }

    fn tagged(&mut self, tag: &str, text: Text<'a>, mark: Mark) -> (Scalar, Str) {
        let resolved = resolve_tagged(tag, text.as_str()).map(|(scalar, bytes)| match bytes {
            Cow::Borrowed(_) => (scalar, None),
            Cow::Owned(bytes) => (scalar, Some(to_go_text(&Str::from_bytes(bytes)).into())),
        });
        match resolved {
            Ok((scalar, Some(decoded))) => (scalar, decoded),
            Ok((scalar, None)) => (scalar, text.into_str()),
            Err(words) => {
                self.fail(words, mark);
                (Scalar::Str, Str::default())
            }
        }
    }

    fn scalar_value(&mut self, scalar: Scalar, text: Str) -> Value {
        self.built.has_non_finite |= matches!(scalar, Scalar::Float(value) if !value.is_finite());
        self.numbers.value(scalar, || text)
    }

    /// Makes the string of a key (sigs.k8s.io/yaml, `convertToJSONableObject`).
    fn key(&mut self, scalar: Scalar, text: Str) -> Str {
        match scalar {
            Scalar::Timestamp | Scalar::Str => text,
            Scalar::Bool(value) => if value { "true" } else { "false" }.into(),
            Scalar::Int(value) => value.to_string().into(),
            Scalar::Float(value) => format_float32(value).into(),
            Scalar::Null | Scalar::Uint(_) => {
                self.built.has_odd_key = true;
                text
            }
        }
    }

    fn alias(&mut self, name: &'a str, mark: Mark) -> Result<(), Failure> {
        let anchored = match self.anchors.get(name) {
            None => return Err(Failure::new(format!("unknown anchor '{name}' referenced"), mark.at as usize)),
            Some(Anchor(anchored)) => anchored.clone(),
        };
        self.count(mark);
        let Some(anchored) = anchored else {
            self.fail(format!("anchor '{name}' value contains itself"), mark);
            self.place(Value::Nil, Some(Scalar::Str), 0, mark);
            return Ok(());
        };
        if !self.budget.count_aliased(anchored.nodes) {
            self.fail(EXCESSIVE, mark);
        }
        if self.frames.len() + anchored.height > MAX_DEPTH {
            self.fail(TOO_DEEP, mark);
        }
        let value = if self.has_failed() { Value::Nil } else { anchored.value.deep_copy() };
        self.place(value, anchored.scalar, anchored.height, mark);
        Ok(())
    }

    fn open(&mut self, event: Event<'a>) {
        let is_sequence = matches!(event.kind, EventKind::SequenceStart);
        let merges = matches!(self.pending(), Some(Pending::Merge));
        if self.frames.len() >= MAX_DEPTH {
            self.fail(TOO_DEEP, event.start);
        }
        let anchor = event.anchor();
        if let Some(name) = anchor {
            self.anchors.insert(name, Anchor(None));
        }
        let counted = self.budget.decoded;
        if !(merges && is_sequence) {
            self.count(event.start);
        }
        let (kind, first) = match (is_sequence, merges) {
            (true, false) => (FrameKind::Sequence, self.items.len()),
            (true, true) => (FrameKind::MergedSequence, self.items.len()),
            (false, false) => (FrameKind::Mapping(Pending::Nothing), self.entries.len()),
            (false, true) => (FrameKind::Merged(Pending::Nothing), self.entries.len()),
        };
        self.frames.push(Frame { kind, first, anchor, counted, mark: event.start, height: 1 });
    }

    fn close(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        let failed = self.has_failed();
        let value = match frame.kind {
            FrameKind::Sequence | FrameKind::MergedSequence => Value::List(List::new(self.items.drain(frame.first..).collect())),
            FrameKind::Mapping(_) => Value::Map(Map::from_entries(MapKind::Any, self.entries.drain(frame.first..).collect())),
            FrameKind::Merged(_) => return self.close_merged(&frame),
        };
        let value = if failed { Value::Nil } else { value };
        // Shared with the document until it is built; aliases get copies.
        if frame.anchor.is_some() {
            self.close_anchor(&frame, value.clone());
        }
        match frame.kind {
            FrameKind::MergedSequence => self.merge_items(&value, frame.mark),
            _ => self.place(value, None, frame.height, frame.mark),
        }
    }

    fn close_merged(&mut self, frame: &Frame<'a>) {
        if frame.anchor.is_some() {
            let copy = Map::from_entries(MapKind::Any, self.entries[frame.first..].to_vec()).deep_copy();
            self.close_anchor(frame, Value::Map(copy));
        }
        if let Some(parent) = self.frames.last_mut() {
            parent.height = parent.height.max(frame.height);
        }
        self.set_pending(Pending::Nothing);
    }

    fn close_anchor(&mut self, frame: &Frame<'a>, value: Value) {
        if let Some(name) = frame.anchor {
            // An anchor of the same name inside this collection came later, and stays.
            if let Some(anchor) = self.anchors.get_mut(name)
                && anchor.0.is_none()
            {
                anchor.0 = Some(Anchored { value, scalar: None, nodes: self.budget.decoded - frame.counted, height: frame.height });
            }
        }
    }

    /// Merges the mappings of a sequence, the last one first, so that earlier ones win.
    fn merge_items(&mut self, items: &Value, mark: Mark) {
        let items = items.as_list().cloned().unwrap_or_else(|| List::new(Vec::new()));
        for item in items.iter().rev() {
            self.merge(item, mark);
        }
        self.set_pending(Pending::Nothing);
    }

    fn merge(&mut self, value: &Value, mark: Mark) {
        match value {
            Value::Map(map) => map.read(|entries| self.entries.extend_from_slice(entries)),
            _ => self.fail(WANT_MAP, mark),
        }
    }

    /// Puts a value where the innermost collection wants it. `scalar` is what it is if it is a scalar.
    fn place(&mut self, value: Value, scalar: Option<Scalar>, height: usize, mark: Mark) {
        let Some(frame) = self.frames.last_mut() else {
            self.built.value = value;
            return;
        };
        frame.height = frame.height.max(height + 1);
        let pending = match &mut frame.kind {
            FrameKind::Sequence | FrameKind::MergedSequence => {
                self.items.push(value);
                return;
            }
            FrameKind::Mapping(pending) | FrameKind::Merged(pending) => std::mem::replace(pending, Pending::Nothing),
        };
        match pending {
            Pending::Key(key, place) => {
                let origin = self.source.map_or(Origin::NONE, |source| source.origin(self.offset + place.at as usize));
                self.entries.push(Entry { key, value, origin });
            }
            Pending::Merge => self.merge(&value, mark),
            Pending::Nothing => {
                let key = match (scalar, &value) {
                    (Some(scalar), Value::Str(text)) => self.key(scalar, text.clone()),
                    (Some(scalar), _) => self.key(scalar, Str::default()),
                    (None, _) => {
                        self.fail_collection_key(mark);
                        Str::default()
                    }
                };
                self.set_pending(Pending::Key(key, mark));
            }
        }
    }

    fn fail_collection_key(&mut self, mark: Mark) {
        if self.built.failure.is_none() {
            self.built.collection_key.get_or_insert(mark.at as usize);
        }
    }

    fn pending(&self) -> Option<&Pending> {
        match &self.frames.last()?.kind {
            FrameKind::Mapping(pending) | FrameKind::Merged(pending) => Some(pending),
            _ => None,
        }
    }

    fn expects_key(&self) -> bool {
        matches!(self.pending(), Some(Pending::Nothing))
    }

    fn set_pending(&mut self, next: Pending) {
        if let Some(Frame { kind: FrameKind::Mapping(pending) | FrameKind::Merged(pending), .. }) = self.frames.last_mut() {
            *pending = next;
        }
    }
}

impl Built {
    /// Says whether the value is all that there is to say.
    pub(super) fn is_sound(&self) -> bool {
        let is_strange = self.is_partial || self.has_odd_key || self.has_non_finite;
        !is_strange && self.failure.is_none() && self.collection_key.is_none()
    }

    fn new() -> Built {
        Built { value: Value::Nil, failure: None, has_odd_key: false, collection_key: None, has_non_finite: false, is_partial: false }
    }
}
