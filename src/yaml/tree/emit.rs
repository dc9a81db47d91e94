//! `Tree` -> text.

use super::layout::Page;
use super::node::{Tree, TreeKind, TreeStyle};
use super::scalar::{Wanted, wanted};
use crate::yaml::depth::deeper;

/// Keys up to this many bytes, on one line, need no `?`.
const MAX_SIMPLE_KEY: usize = 128;

/// Writes documents, each but the first after a `---`.
pub fn write_trees<'t>(documents: impl IntoIterator<Item = &'t Tree>) -> String {
    let mut page = Page::new();
    for (number, document) in documents.into_iter().enumerate() {
        page.document(document, number == 0);
    }
    if page.open_ended {
        page.write_indicator("...", true, false, false);
        page.write_indent();
    }
    page.out
}

/// Where a node stands.
#[derive(Clone, Copy, Default)]
struct Place {
    root: bool,
    /// A key or a value.
    in_mapping: bool,
    simple_key: bool,
    /// An entry of a block sequence.
    in_sequence: bool,
}

const VALUE: Place = Place { root: false, in_mapping: true, simple_key: false, in_sequence: false };
const KEY: Place = Place { simple_key: true, ..VALUE };
const ENTRY: Place = Place { root: false, in_mapping: false, simple_key: false, in_sequence: true };
const FLOW_ENTRY: Place = Place { in_sequence: false, ..ENTRY };

impl Page {
    fn document(&mut self, node: &Tree, first: bool) {
        let (head, root, foot) = match node.kind {
            TreeKind::Document => (node.head.as_str(), node.content.first(), node.foot.as_str()),
            _ => ("", Some(node), ""),
        };
        set(&mut self.waiting.head, head);
        if !first {
            self.write_indent();
            self.write_indicator("---", true, false, false);
            self.write_indent();
        }
        if !self.waiting.head.is_empty() {
            self.write_head();
            self.put_break();
        }
        if let Some(root) = root {
            self.begin(root, "");
            self.write_head();
            self.node(root, Place { root: true, ..Place::default() });
        }
        set(&mut self.waiting.foot, foot);
        self.foot_indent = 0;
        self.write_foot();
        self.foot_indent = -1;
        self.write_indent();
    }

    /// Takes over the comments that a node begins with. `tail` is the foot of the entry before.
    fn begin(&mut self, node: &Tree, tail: &str) {
        set(&mut self.waiting.head, &node.head);
        if matches!(node.kind, TreeKind::Scalar | TreeKind::Alias) {
            set(&mut self.waiting.line, &node.line);
            set(&mut self.waiting.foot, &node.foot);
        }
        if matches!(node.kind, TreeKind::Scalar | TreeKind::Mapping) {
            set(&mut self.waiting.tail, tail);
        }
    }

    /// Takes over the comments that a collection ends with.
    fn end(&mut self, node: &Tree, tail: &str) {
        set(&mut self.waiting.line, &node.line);
        set(&mut self.waiting.foot, &node.foot);
        set(&mut self.waiting.tail, tail);
    }

    /// Writes a node with the comments after it, or after its beginning where it is a collection.
    fn node(&mut self, node: &Tree, place: Place) {
        self.start(node, place);
        self.write_line();
        self.write_foot();
        self.inside(node, place);
    }

    /// Writes a scalar, an alias, or what stands before a collection.
    fn start(&mut self, node: &Tree, place: Place) {
        match node.kind {
            TreeKind::Alias => self.write_indicator(&format!("*{}", node.value), true, false, false),
            TreeKind::Scalar => {
                self.write_anchor(node);
                self.write_scalar(&wanted(node), place.root, place.simple_key, place.in_sequence);
            }
            _ => {
                self.write_anchor(node);
                self.write_tag(collection_tag(node));
            }
        }
    }

    fn write_anchor(&mut self, node: &Tree) {
        if !node.anchor.is_empty() {
            self.write_indicator(&format!("&{}", node.anchor), true, false, false);
        }
    }

    /// Writes what a collection holds.
    fn inside(&mut self, node: &Tree, place: Place) {
        let flow = self.flow_level > 0 || node.style == TreeStyle::Flow || node.content.is_empty();
        deeper(|| match node.kind {
            TreeKind::Sequence if flow => self.flow_sequence(node, place),
            TreeKind::Sequence => self.block_sequence(node, place),
            TreeKind::Mapping if flow => self.flow_mapping(node, place),
            TreeKind::Mapping => self.block_mapping(node, place),
            _ => {}
        });
    }

    fn block_sequence(&mut self, node: &Tree, place: Place) {
        let compact = place.in_mapping && (self.column == 0 || !self.indention);
        self.increase_indent(false, place.in_sequence, compact);
        for child in &node.content {
            self.begin(child, "");
            self.write_head();
            self.write_indent();
            self.write_indicator("-", true, false, true);
            self.node(child, ENTRY);
        }
        self.end(node, "");
        self.decrease_indent();
    }

    fn block_mapping(&mut self, node: &Tree, place: Place) {
        self.increase_indent(false, place.in_sequence, false);
        let mut tail = "";
        for pair in node.content.chunks_exact(2) {
            let (key, value) = (&pair[0], &pair[1]);
            self.begin_key(key, tail);
            tail = &key.foot;
            self.write_head();
            self.write_indent();
            if !self.waiting.line.is_empty() {
                self.waiting.key_line = std::mem::take(&mut self.waiting.line);
            }
            if is_simple_key(key) {
                self.key(key, KEY);
                self.begin(value, "");
                self.write_indicator(":", false, false, false);
            } else {
                self.write_indicator("?", true, false, true);
                self.key(key, VALUE);
                self.begin(value, "");
                self.write_indent();
                self.write_indicator(":", true, false, true);
            }
            self.place_key_comment(value);
            self.node(value, VALUE);
        }
        self.end(node, tail);
        self.write_head();
        self.decrease_indent();
    }

    /// A key's foot comes after its value, with the next key.
    fn begin_key(&mut self, key: &Tree, tail: &str) {
        set(&mut self.waiting.head, &key.head);
        if matches!(key.kind, TreeKind::Scalar | TreeKind::Alias) {
            set(&mut self.waiting.line, &key.line);
        }
        if matches!(key.kind, TreeKind::Scalar | TreeKind::Mapping) {
            set(&mut self.waiting.tail, tail);
        }
    }

    /// Writes a key: its comments wait until its value is known.
    fn key(&mut self, key: &Tree, place: Place) {
        self.start(key, place);
        self.inside(key, place);
    }

    /// A comment beside a key goes before an indented block, and after a scalar.
    fn place_key_comment(&mut self, value: &Tree) {
        if self.waiting.key_line.is_empty() {
            return;
        }
        match value.kind {
            TreeKind::Scalar if self.waiting.line.is_empty() => self.waiting.line = std::mem::take(&mut self.waiting.key_line),
            TreeKind::Mapping | TreeKind::Sequence if value.style != TreeStyle::Flow => {
                let line = std::mem::replace(&mut self.waiting.line, std::mem::take(&mut self.waiting.key_line));
                self.write_line();
                self.waiting.line = line;
            }
            _ => {}
        }
    }

    fn flow_sequence(&mut self, node: &Tree, place: Place) {
        self.write_indicator("[", true, true, false);
        self.increase_indent(true, place.in_sequence, false);
        self.flow_level += 1;
        let mut needs_comma = false;
        for child in &node.content {
            self.begin(child, "");
            self.next_in_flow(needs_comma);
            needs_comma = self.entry_in_flow(child, FLOW_ENTRY);
        }
        self.end(node, "");
        self.flow_level -= 1;
        self.decrease_indent();
        if self.column == 0 {
            self.write_indent();
        }
        self.write_indicator("]", false, false, false);
        self.write_line();
        self.write_foot();
    }

    /// Writes what stands before an entry.
    fn next_in_flow(&mut self, needs_comma: bool) {
        if needs_comma {
            self.write_indicator(",", false, false, false);
        }
        self.write_head();
        if self.column == 0 {
            self.write_indent();
        }
    }

    /// Writes an entry; says whether its comma is still to come. Before comments it stands at once.
    fn entry_in_flow(&mut self, node: &Tree, place: Place) -> bool {
        let needs_comma = !self.waiting.after_entry();
        self.start(node, place);
        if self.waiting.after_entry() {
            self.write_indicator(",", false, false, false);
        }
        self.write_line();
        self.write_foot();
        self.inside(node, place);
        needs_comma
    }

    fn flow_mapping(&mut self, node: &Tree, place: Place) {
        self.write_indicator("{", true, true, false);
        self.increase_indent(true, place.in_sequence, false);
        self.flow_level += 1;
        let (mut needs_comma, mut tail) = (false, "");
        for pair in node.content.chunks_exact(2) {
            let (key, value) = (&pair[0], &pair[1]);
            self.begin_key(key, tail);
            tail = &key.foot;
            self.next_in_flow(needs_comma);
            let simple = is_simple_key(key);
            if !simple {
                self.write_indicator("?", true, false, false);
            }
            self.key(key, if simple { KEY } else { VALUE });
            self.begin(value, "");
            self.write_indicator(":", !simple, false, false);
            needs_comma = self.entry_in_flow(value, VALUE);
        }
        self.end(node, tail);
        let waiting = &self.waiting;
        if needs_comma && !(waiting.head.is_empty() && waiting.foot.is_empty() && waiting.tail.is_empty()) {
            self.write_indicator(",", false, false, false);
        }
        self.write_head();
        self.flow_level -= 1;
        self.decrease_indent();
        self.write_indicator("}", false, false, false);
        self.write_line();
        self.write_foot();
    }
}

/// An event that has no comment leaves those of the ones before it waiting.
fn set(waiting: &mut String, comment: &str) {
    if !comment.is_empty() {
        comment.clone_into(waiting);
    }
}

/// Returns the tag to write before a collection; empty for that which it has anyway.
fn collection_tag(node: &Tree) -> &str {
    let own = if node.kind == TreeKind::Mapping { "!!map" } else { "!!seq" };
    if !node.tagged && node.tag == own { "" } else { &node.tag }
}

fn is_simple_key(key: &Tree) -> bool {
    let length = match key.kind {
        TreeKind::Alias => key.value.len(),
        TreeKind::Scalar => {
            let Wanted { analysis, tag, value, .. } = wanted(key);
            if analysis.multiline {
                return false;
            }
            key.anchor.len() + tag.len() + value.len()
        }
        _ if key.content.is_empty() => key.anchor.len() + collection_tag(key).len(),
        _ => return false,
    };
    length <= MAX_SIMPLE_KEY
}
