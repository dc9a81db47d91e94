//! Events -> `Node`.

use super::aliases::{AliasBudget, EXCESSIVE, WANT_MAP};
use super::node::{Node, NodeValue};
use crate::diag::{Source, Span};
use crate::value::Str;
use crate::yaml::depth::{MAX_DEPTH, TOO_DEEP};
use crate::yaml::error::Failure;
use crate::yaml::lossy::to_go_text;
use crate::yaml::parser::{Event, EventKind, Parser};
use crate::yaml::resolve::{Scalar, resolve, resolve_tagged};
use crate::yaml::scanner::{Encoding, Mark};
use rustc_hash::FxHashMap;

/// Composes the nodes of the documents of a text, one at a time. Unlike go-yaml it stops at the first mistake of any kind.
pub(super) struct Composer<'a> {
    parser: Parser<'a>,
    source: Source,
    frames: Vec<Frame<'a>>,
    anchors: FxHashMap<&'a str, Option<Anchored>>,
    budget: AliasBudget,
}

/// An open collection; a mapping holds its keys and values in turns.
struct Frame<'a> {
    is_mapping: bool,
    nodes: Vec<Node>,
    anchor: Option<&'a str>,
    start: Mark,
    counted: u64,
    height: usize,
    /// Whether the node that comes next is merged.
    merges: bool,
}

struct Anchored {
    node: Node,
    nodes: u64,
    height: usize,
}

impl<'a> Composer<'a> {
    pub(super) fn new(encoding: Encoding<'a>, source: Source) -> Composer<'a> {
        Composer {
            parser: Parser::new(encoding),
            source,
            frames: Vec::new(),
            anchors: FxHashMap::default(),
            budget: AliasBudget::default(),
        }
    }

    /// Composes the next document; `None` at the end of the stream.
    pub(super) fn next_document(&mut self) -> Result<Option<Node>, Failure> {
        if matches!(self.parser.next_event()?.kind, EventKind::StreamEnd) {
            return Ok(None);
        }
        self.anchors.clear();
        self.budget = AliasBudget::default();
        let mut root = None;
        loop {
            let event = self.parser.next_event()?;
            let placed = match event.kind {
                EventKind::Scalar { .. } => self.scalar(event)?,
                EventKind::Alias(name) => self.alias(name, event.start, event.end)?,
                EventKind::MappingStart | EventKind::SequenceStart => {
                    self.open(&event)?;
                    None
                }
                EventKind::MappingEnd | EventKind::SequenceEnd => self.close(event.end)?,
                EventKind::DocumentEnd | EventKind::DocumentStart | EventKind::StreamEnd => return Ok(root),
            };
            root = placed.or(root);
        }
    }

    fn span(&self, start: Mark, end: Mark) -> Span {
        self.source.span(start.at as usize, end.at as usize)
    }

    fn scalar(&mut self, event: Event<'a>) -> Result<Option<Node>, Failure> {
        let span = self.span(event.start, event.end);
        let anchor = event.anchor();
        let tag = event.tag().to_owned();
        let EventKind::Scalar { text, implicit, .. } = event.kind else { return Ok(None) };
        if self.expects_key() && text.as_str() == "<<" && (implicit || tag == "tag:yaml.org,2002:merge") {
            if let Some(frame) = self.frames.last_mut() {
                frame.merges = true;
            }
            return Ok(None);
        }
        self.count(event.start)?;
        let (scalar, text) = if tag.is_empty() {
            (if implicit { resolve(text.as_str()) } else { Scalar::Str }, text.into_str())
        } else {
            let (scalar, bytes) = resolve_tagged(&tag, text.as_str()).map_err(|words| Failure::new(words, event.start.at as usize))?;
            (scalar, to_go_text(&Str::from_bytes(bytes.into_owned())).into())
        };
        let value = match scalar {
            Scalar::Null => NodeValue::Null,
            Scalar::Bool(value) => NodeValue::Bool(value),
            Scalar::Int(value) => NodeValue::Number(text, value as f64),
            Scalar::Uint(value) => NodeValue::Number(text, value as f64),
            Scalar::Float(value) => NodeValue::Number(text, value),
            Scalar::Timestamp | Scalar::Str => NodeValue::String(text),
        };
        let node = Node { span, value };
        if let Some(name) = anchor {
            self.anchors.insert(name, Some(Anchored { node: node.clone(), nodes: 1, height: 0 }));
        }
        self.place(node, 0, event.start)
    }

    fn count(&mut self, mark: Mark) -> Result<(), Failure> {
        if self.budget.count() { Ok(()) } else { Err(Failure::new(EXCESSIVE, mark.at as usize)) }
    }

    fn alias(&mut self, name: &str, start: Mark, end: Mark) -> Result<Option<Node>, Failure> {
        let at = start.at as usize;
        let span = self.span(start, end);
        let anchored = match self.anchors.get(name) {
            None => return Err(Failure::new(format!("unknown anchor '{name}' referenced"), at)),
            Some(None) => return Err(Failure::new(format!("anchor '{name}' value contains itself"), at)),
            Some(Some(anchored)) => anchored,
        };
        if !self.budget.count() || !self.budget.count_aliased(anchored.nodes) {
            return Err(Failure::new(EXCESSIVE, at));
        }
        if self.frames.len() + anchored.height > MAX_DEPTH {
            return Err(Failure::new(TOO_DEEP, at));
        }
        let node = Node { span, value: anchored.node.value.clone() };
        let height = anchored.height;
        self.place(node, height, start)
    }

    fn open(&mut self, event: &Event<'a>) -> Result<(), Failure> {
        if self.frames.len() >= MAX_DEPTH {
            return Err(Failure::new(TOO_DEEP, event.start.at as usize));
        }
        let anchor = event.anchor();
        if let Some(name) = anchor {
            self.anchors.insert(name, None);
        }
        let counted = self.budget.decoded;
        self.count(event.start)?;
        let is_mapping = matches!(event.kind, EventKind::MappingStart);
        self.frames.push(Frame { is_mapping, nodes: Vec::new(), anchor, start: event.start, counted, height: 1, merges: false });
        Ok(())
    }

    fn close(&mut self, end: Mark) -> Result<Option<Node>, Failure> {
        let Some(frame) = self.frames.pop() else { return Ok(None) };
        let last = frame.nodes.last().map_or(frame.start.at, |node| node.span.end);
        // A block collection ends with its last node, not where the next token was found.
        let closing = self.source.text().as_bytes().get((end.at as usize).wrapping_sub(1));
        let is_flow = end.at > last && matches!(closing, Some(b']' | b'}'));
        let end = if is_flow { end.at } else { last.max(frame.start.at) };
        let span = self.source.span(frame.start.at as usize, end as usize);
        let value = if frame.is_mapping { NodeValue::Mapping(pairs(frame.nodes)) } else { NodeValue::Sequence(frame.nodes) };
        let node = Node { span, value };
        if let Some(name) = frame.anchor
            && let Some(anchor @ None) = self.anchors.get_mut(name)
        {
            *anchor = Some(Anchored { node: node.clone(), nodes: self.budget.decoded - frame.counted, height: frame.height });
        }
        self.place(node, frame.height, frame.start)
    }

    fn expects_key(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.is_mapping && !frame.merges && frame.nodes.len().is_multiple_of(2))
    }

    /// Puts a node where the innermost collection wants it; gives it back if it is the document.
    fn place(&mut self, node: Node, height: usize, mark: Mark) -> Result<Option<Node>, Failure> {
        let Some(frame) = self.frames.last_mut() else {
            return Ok(Some(node));
        };
        frame.height = frame.height.max(height + 1);
        if frame.merges {
            frame.merges = false;
            merge(&mut frame.nodes, node).map_err(|words| Failure::new(words, mark.at as usize))?;
        } else {
            frame.nodes.push(node);
        }
        Ok(None)
    }
}

fn pairs(nodes: Vec<Node>) -> Vec<(Node, Node)> {
    let mut pairs = Vec::with_capacity(nodes.len() / 2);
    let mut nodes = nodes.into_iter();
    while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
        pairs.push((key, value));
    }
    pairs
}

/// Adds the entries of what stands after `<<`; of several mappings, the first one's last, so that they win.
fn merge(nodes: &mut Vec<Node>, merged: Node) -> Result<(), &'static str> {
    match merged.value {
        NodeValue::Mapping(entries) => nodes.extend(entries.into_iter().flat_map(|(key, value)| [key, value])),
        NodeValue::Sequence(items) => {
            for item in items.into_iter().rev() {
                let NodeValue::Mapping(entries) = item.value else { return Err(WANT_MAP) };
                nodes.extend(entries.into_iter().flat_map(|(key, value)| [key, value]));
            }
        }
        _ => return Err(WANT_MAP),
    }
    Ok(())
}
