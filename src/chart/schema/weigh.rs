//! How much work a check is, before it is done: references can double it at every step, and the validator does not stop.

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value as Json;

/// How often parts of a schema may be held against parts of the values.
pub(super) const MOST_STEPS: u64 = 1 << 24;
/// How deep references and parts may lie within each other.
const MOST_DEPTH: usize = 4000;

/// Says whether checking the value would take more than [`MOST_STEPS`], or go too deep for the stack.
pub(super) fn is_too_much(schema: &Json, value: &Json) -> bool {
    let mut places = Places { root: schema, named: FxHashMap::default(), has_references: false };
    places.collect(schema);
    if !places.has_references {
        return false;
    }
    let mut weigher = Weigher { places, known: FxHashMap::default(), open: FxHashSet::default(), is_too_deep: false };
    let steps = weigher.steps(schema, value, 0);
    steps > MOST_STEPS || weigher.is_too_deep
}

/// Where references of a schema lead.
struct Places<'s> {
    root: &'s Json,
    /// Parts by their `$id`, and by their anchors with a `#`.
    named: FxHashMap<String, &'s Json>,
    has_references: bool,
}

impl<'s> Places<'s> {
    fn collect(&mut self, part: &'s Json) {
        match part {
            Json::Object(fields) => {
                for (key, field) in fields {
                    match (key.as_str(), field) {
                        ("$id" | "id", Json::String(id)) => drop(self.named.insert(id.trim_end_matches('#').to_owned(), part)),
                        ("$anchor" | "$dynamicAnchor", Json::String(name)) => drop(self.named.insert(format!("#{name}"), part)),
                        ("$ref" | "$dynamicRef" | "$recursiveRef", _) => self.has_references = true,
                        _ => {}
                    }
                    self.collect(field);
                }
            }
            Json::Array(items) => items.iter().for_each(|item| self.collect(item)),
            _ => {}
        }
    }

    /// Returns the part that a reference leads to; nothing where it leads out of the schema.
    fn get(&self, reference: &str) -> Option<&'s Json> {
        let (base, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let around = if base.is_empty() { self.root } else { self.named.get(base).copied()? };
        if fragment.is_empty() {
            return Some(around);
        }
        around.pointer(fragment).or_else(|| self.root.pointer(fragment)).or_else(|| self.named.get(&format!("#{fragment}")).copied())
    }
}

struct Weigher<'s> {
    places: Places<'s>,
    /// Steps by the addresses of a part of the schema and a part of the values.
    known: FxHashMap<(usize, usize), u64>,
    /// What is being weighed: a reference back to it ends nowhere, and the validator sees that itself.
    open: FxHashSet<(usize, usize)>,
    is_too_deep: bool,
}

impl<'s> Weigher<'s> {
    fn steps(&mut self, schema: &'s Json, value: &Json, depth: usize) -> u64 {
        let Json::Object(fields) = schema else { return 1 };
        let pair = (std::ptr::from_ref(schema).addr(), std::ptr::from_ref(value).addr());
        if let Some(known) = self.known.get(&pair) {
            return *known;
        }
        if depth > MOST_DEPTH || self.known.len() as u64 > MOST_STEPS / 4 {
            self.is_too_deep = true;
        }
        if self.is_too_deep || !self.open.insert(pair) {
            return 1;
        }
        let steps = fields.iter().fold(1_u64, |sum, (keyword, field)| {
            let more = stacker::maybe_grow(64 << 10, 1 << 20, || self.keyword(keyword, field, fields, value, depth + 1));
            sum.saturating_add(more)
        });
        self.open.remove(&pair);
        self.known.insert(pair, steps);
        steps
    }

    /// Returns the steps of what a keyword applies to the value, or to what is in it.
    fn keyword(&mut self, keyword: &str, field: &'s Json, around: &serde_json::Map<String, Json>, value: &Json, depth: usize) -> u64 {
        match (keyword, field, value) {
            ("$ref" | "$dynamicRef" | "$recursiveRef", Json::String(reference), _) => {
                self.places.get(reference).map_or(1, |part| self.steps(part, value, depth))
            }
            ("allOf" | "anyOf" | "oneOf", Json::Array(parts), _) => self.sum(parts.iter().map(|part| (part, value)), depth),
            ("not" | "if" | "then" | "else", part, _) => self.steps(part, value, depth),
            ("dependentSchemas" | "dependencies", Json::Object(parts), Json::Object(_)) => {
                self.sum(parts.values().map(|part| (part, value)), depth)
            }
            ("properties", Json::Object(parts), Json::Object(values)) => {
                self.sum(parts.iter().filter_map(|(name, part)| Some((part, values.get(name)?))), depth)
            }
            ("patternProperties", Json::Object(parts), Json::Object(values)) => {
                self.sum(parts.values().flat_map(|part| values.values().map(move |value| (part, value))), depth)
            }
            ("additionalProperties", part, Json::Object(values)) => {
                let listed = around.get("properties").and_then(Json::as_object);
                let others = values.iter().filter(|(name, _)| listed.is_none_or(|listed| !listed.contains_key(*name)));
                self.sum(others.map(|(_, value)| (part, value)), depth)
            }
            ("unevaluatedProperties", part, Json::Object(values)) => self.sum(values.values().map(|value| (part, value)), depth),
            ("propertyNames", part, Json::Object(values)) => self.steps(part, &Json::Null, depth).saturating_mul(values.len() as u64),
            ("items" | "prefixItems", Json::Array(parts), Json::Array(values)) => self.sum(parts.iter().zip(values), depth),
            ("items" | "additionalItems" | "contains" | "unevaluatedItems", part, Json::Array(values)) => {
                self.sum(values.iter().map(|value| (part, value)), depth)
            }
            _ => 1,
        }
    }

    fn sum<'v>(&mut self, pairs: impl Iterator<Item = (&'s Json, &'v Json)>, depth: usize) -> u64 {
        pairs.fold(1, |sum, (part, value)| sum.saturating_add(self.steps(part, value, depth)))
    }
}
