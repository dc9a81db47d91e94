//! Events -> `Tree`.

use super::node::{Tree, TreeKind, TreeStyle};
use crate::diag::Source;
use crate::yaml::depth::{MAX_DEPTH, TOO_DEEP, deeper};
use crate::yaml::error::{Error, Failure};
use crate::yaml::parser::{Event, EventKind, Parser};
use crate::yaml::resolve::{Scalar, is_old_boolean, resolve};
use crate::yaml::scanner::{Encoding, ScalarStyle};
use std::collections::BTreeSet;

/// Reads the first document of a text; `None` where there is none.
///
/// # Errors
/// Text that go-yaml does not read.
pub fn parse_tree(source: &Source) -> Result<Option<Tree>, Error> {
    // go-yaml takes a text without any byte for an empty line.
    let text = if source.text().is_empty() { "\n" } else { source.text() };
    let mut parser = Parser::new(Encoding::of_text(text));
    parser.keep_comments();
    let mut composer = Composer { parser, anchors: BTreeSet::new() };
    composer.document().map_err(|failure| Error::Yaml(with_line(failure, text).into_problem(Some(source), 0)))
}

/// v3 names the line where what it was reading began, not where it stopped, and counts it as v2 does: from 0 in the parser.
fn with_line(mut failure: Failure, text: &str) -> Failure {
    let Some((context, at)) = failure.context else { return failure };
    let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() as u32;
    let of_scanner = context.starts_with("while scanning") || matches!(context, "while parsing a tag" | "while parsing a %TAG directive");
    if line > 0 {
        failure.line = Some(line + u32::from(of_scanner));
    }
    failure
}

struct Composer<'a> {
    parser: Parser<'a>,
    anchors: BTreeSet<&'a str>,
}

impl<'a> Composer<'a> {
    fn document(&mut self) -> Result<Option<Tree>, Failure> {
        let start = self.parser.next_event()?;
        if matches!(start.kind, EventKind::StreamEnd) {
            return Ok(None);
        }
        let mut document = described(TreeKind::Document, &start);
        let event = self.parser.next_event()?;
        document.content.push(self.node(event, 0)?);
        if let Some(comments) = self.parser.next_event()?.comments {
            document.foot = comments.foot;
        }
        Ok(Some(document))
    }

    fn node(&mut self, event: Event<'a>, depth: usize) -> Result<Tree, Failure> {
        if depth > MAX_DEPTH {
            return Err(Failure::new(TOO_DEEP, event.start.at as usize));
        }
        if let Some(name) = event.anchor() {
            self.anchors.insert(name);
        }
        match event.kind {
            EventKind::Alias(name) if !self.anchors.contains(name) => {
                Err(Failure::new(format!("unknown anchor '{name}' referenced"), event.start.at as usize))
            }
            EventKind::Alias(name) => Ok(Tree { value: name.to_owned(), ..described(TreeKind::Alias, &event) }),
            EventKind::SequenceStart => deeper(|| self.sequence(&event, depth)),
            EventKind::MappingStart => deeper(|| self.mapping(&event, depth)),
            _ => Ok(scalar(event)),
        }
    }

    fn collection(&self, kind: TreeKind, tag: &str, event: &Event<'a>) -> Tree {
        let mut node = described(kind, event);
        node.style = if self.parser.is_flow() { TreeStyle::Flow } else { TreeStyle::Plain };
        set_tag(&mut node, event.tag(), tag);
        node
    }

    fn sequence(&mut self, event: &Event<'a>, depth: usize) -> Result<Tree, Failure> {
        let mut node = self.collection(TreeKind::Sequence, "!!seq", event);
        loop {
            let event = self.parser.next_event()?;
            if matches!(event.kind, EventKind::SequenceEnd) {
                end(&mut node, event);
                return Ok(node);
            }
            node.content.push(self.node(event, depth + 1)?);
        }
    }

    fn mapping(&mut self, event: &Event<'a>, depth: usize) -> Result<Tree, Failure> {
        let mut node = self.collection(TreeKind::Mapping, "!!map", event);
        let block = node.style != TreeStyle::Flow;
        loop {
            let event = self.parser.next_event()?;
            if matches!(event.kind, EventKind::MappingEnd) {
                end(&mut node, event);
                break;
            }
            let mut key = self.node(event, depth + 1)?;
            // The foot before a key in a block is that of the entry before it.
            let before = node.content.len().checked_sub(2).filter(|_| block && !key.foot.is_empty());
            if let Some(before) = before {
                node.content[before].foot = std::mem::take(&mut key.foot);
            }
            let event = self.parser.next_event()?;
            let mut value = self.node(event, depth + 1)?;
            if key.foot.is_empty() {
                key.foot = std::mem::take(&mut value.foot);
            }
            node.content.push(key);
            node.content.push(value);
        }
        let last = node.content.len().checked_sub(2).filter(|_| block && !node.foot.is_empty());
        if let Some(last) = last {
            node.content[last].foot = std::mem::take(&mut node.foot);
        }
        Ok(node)
    }
}

/// Makes a node with the comments and the anchor of an event.
fn described(kind: TreeKind, event: &Event<'_>) -> Tree {
    let mut node = Tree { kind, anchor: event.anchor().unwrap_or_default().to_owned(), ..Tree::default() };
    if let Some(comments) = &event.comments {
        node.head.clone_from(&comments.head);
        node.line.clone_from(&comments.line);
        node.foot.clone_from(&comments.foot);
    }
    node
}

/// Takes over the comments at the end of a collection.
fn end(node: &mut Tree, event: Event<'_>) {
    let comments = event.comments.map(|comments| *comments).unwrap_or_default();
    node.line = comments.line;
    node.foot = comments.foot;
}

fn scalar(event: Event<'_>) -> Tree {
    let mut node = described(TreeKind::Scalar, &event);
    let tag = event.tag().to_owned();
    let EventKind::Scalar { text, style, .. } = event.kind else { return node };
    node.value = text.as_str().to_owned();
    node.style = match style {
        ScalarStyle::Plain => TreeStyle::Plain,
        ScalarStyle::SingleQuoted => TreeStyle::SingleQuoted,
        ScalarStyle::DoubleQuoted => TreeStyle::DoubleQuoted,
        ScalarStyle::Literal => TreeStyle::Literal,
        ScalarStyle::Folded => TreeStyle::Folded,
    };
    let default = match node.style {
        TreeStyle::Plain if node.value == "<<" => "!!merge",
        TreeStyle::Plain => tag_of(&node.value),
        _ => "!!str",
    };
    set_tag(&mut node, &tag, default);
    node
}

const PREFIX: &str = "tag:yaml.org,2002:";

fn set_tag(node: &mut Tree, tag: &str, default: &str) {
    node.tagged = !tag.is_empty() && tag != "!";
    node.tag = if !node.tagged {
        default.to_owned()
    } else if let Some(name) = tag.strip_prefix(PREFIX) {
        format!("!!{name}")
    } else {
        tag.to_owned()
    };
}

/// Returns the type of a plain scalar (resolve.go of v3, which knows no old booleans).
pub(super) fn tag_of(text: &str) -> &'static str {
    if is_old_boolean(text) {
        return "!!str";
    }
    match resolve(text) {
        Scalar::Null => "!!null",
        Scalar::Bool(_) => "!!bool",
        Scalar::Int(_) | Scalar::Uint(_) => "!!int",
        Scalar::Float(_) => "!!float",
        Scalar::Timestamp => "!!timestamp",
        Scalar::Str if text == "<<" => "!!merge",
        Scalar::Str => "!!str",
    }
}
