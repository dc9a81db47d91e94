//! What becomes of tags in calls of functions.

use super::containers::{address, look_up};
use super::rule::Rule;
use super::tag::Tag;
use super::tracer::Tracer;
use crate::template::function::Function;
use crate::value::{Map, Str, Value};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// What has to be known of the time before a call.
#[derive(Debug)]
pub(in crate::template) struct Before {
    rule: Rule,
    /// The call that everything was executed in.
    frame: u32,
    /// The entries that the call may change, as they were.
    entries: Vec<Remembered>,
    /// Whether the call sets an entry to what it is.
    sets_the_same: bool,
}

/// An entry of a map before something is merged into it.
#[derive(Debug)]
struct Remembered {
    /// The keys that lead to the map, from the first argument on.
    keys: Arc<[Str]>,
    map: Map,
    key: Str,
    value: Option<Value>,
}

/// Maps may be nested deeper, but what is below is then not compared.
const DEEPEST: usize = 100;

impl Tracer {
    /// A function is about to run. `at` is the byte of the call in the template that is being executed.
    pub(in crate::template) fn before(&mut self, function: &'static Function, at: u32, values: &[Value], tags: &[Tag]) -> Before {
        let address = std::ptr::from_ref(function).addr();
        let rule = *self.rules.entry(address).or_insert_with(|| Rule::of(function.name));
        let mut before = Before { rule, frame: self.frame, entries: Vec::new(), sets_the_same: false };
        match rule {
            Rule::Execute => {
                self.frame = self.place_at(at);
                self.captured = Tag::NONE;
                self.data_tag = tags.get(1).copied().unwrap_or_default();
                self.source_tag = (function.name == "tpl").then(|| tags[0]);
            }
            Rule::Set => {
                if let [Value::Map(map), Value::Str(key), value] = values {
                    before.sets_the_same = look_up(map, key).is_some_and(|then| then.is_identical(value));
                }
            }
            Rule::Merge => {
                if let Some(Value::Map(map)) = values.first() {
                    let sources = values[1..].iter().filter_map(Value::as_map).cloned().collect();
                    remember(map, sources, &Arc::default(), &mut FxHashSet::default(), &mut before.entries);
                }
            }
            _ => {}
        }
        before
    }

    /// A function has run. Returns the tag of its result.
    pub(in crate::template) fn after(&mut self, before: Before, values: &[Value], tags: &[Tag], result: &Value) -> Tag {
        match before.rule {
            Rule::Execute => {
                self.frame = before.frame;
                (self.data_tag, self.source_tag) = (Tag::NONE, None);
                let captured = std::mem::take(&mut self.captured);
                if captured.is_none() && !matches!(result, Value::Str(text) if text.is_empty()) { self.all_of(tags) } else { captured }
            }
            Rule::Default => self.chosen(tags, usize::from(values.get(1).is_some_and(Value::truth)), &[1]),
            Rule::Coalesce => {
                let at = values.iter().position(Value::truth).unwrap_or(0);
                self.chosen(tags, at, &(0..at).collect::<Vec<_>>())
            }
            Rule::Ternary => self.chosen(tags, usize::from(!values.get(2).is_some_and(Value::truth)), &[2]),
            Rule::Required => self.chosen(tags, 1, &[]),
            Rule::Index => self.below(&values[0], tags[0], values[1..].iter().zip(tags[1..].iter().copied())),
            Rule::Dig => self.dug(values, tags),
            Rule::First => self.end_of(values, tags, |_| 0),
            Rule::Last => self.end_of(values, tags, |length| length.saturating_sub(1)),
            Rule::HasKey => self.below(&values[0], tags[0], values[1..].iter().zip(tags[1..].iter().copied())),
            Rule::Shallow => self.all_of(tags),
            Rule::Dict => self.made_dict(values, tags, result),
            Rule::List => self.made_list(tags, result),
            Rule::Set => self.set(&before, values, tags),
            Rule::Merge => {
                self.merged(&before, values, tags);
                tags.first().copied().unwrap_or_default()
            }
            Rule::Structure => self.structure(values, tags, result),
            Rule::Indent => self.indented(tags, 0),
            Rule::IndentBelow => self.indented(tags, 1),
            Rule::ToYaml => self.written_yaml(values, tags, result),
            Rule::FromYaml => self.read_yaml(values, tags, result),
            Rule::Whole => self.whole(values, tags, result),
        }
    }

    fn indented(&mut self, tags: &[Tag], by: usize) -> Tag {
        match tags {
            [_, text] if self.line_count(*text).is_some() => self.shifted(*text, by),
            _ => self.all_of(tags),
        }
    }

    fn all_of(&mut self, tags: &[Tag]) -> Tag {
        Tag::of_set(self.flat_of_all(tags))
    }

    /// Returns the tag of the argument that was taken; what others decided.
    fn chosen(&mut self, tags: &[Tag], at: usize, asked: &[usize]) -> Tag {
        let mut tag = tags.get(at).copied().unwrap_or_default();
        for other in asked.iter().filter(|other| **other != at) {
            let deciding = tags.get(*other).copied().unwrap_or_default();
            let conditions = self.conditions_of(deciding);
            tag = self.with(tag, conditions);
        }
        tag
    }

    /// Returns the sources of a value as conditions.
    pub(in crate::template) fn conditions_of(&mut self, tag: Tag) -> u32 {
        let flat = self.flat(tag);
        self.sets.as_conditions(flat)
    }

    /// Returns the tag with what decided.
    pub(in crate::template) fn decided_by(&mut self, tag: Tag, deciding: Tag) -> Tag {
        let conditions = self.conditions_of(deciding);
        self.with(tag, conditions)
    }

    /// Returns the tag of what is below a value, and marks it and all on the way as read.
    fn below<'v>(&mut self, value: &Value, tag: Tag, keys: impl Iterator<Item = (&'v Value, Tag)>) -> Tag {
        let (mut at, mut tag, mut conditions) = (value.clone(), tag, 0);
        for (key, key_tag) in keys {
            let deciding = self.conditions_of(key_tag);
            conditions = self.sets.union(conditions, deciding);
            (at, tag) = self.step(&at, tag, key);
        }
        self.with(tag, conditions)
    }

    fn step(&mut self, value: &Value, tag: Tag, key: &Value) -> (Value, Tag) {
        match (value, key) {
            (Value::Map(map), Value::Str(key)) => {
                let found = look_up(map, key);
                let tag = self.entry(map, tag, key, found.as_ref());
                (found.unwrap_or_default(), tag)
            }
            (Value::List(list), Value::Int(index, _)) => {
                let index = usize::try_from(*index).unwrap_or(usize::MAX);
                let found = list.items().get(index);
                let tag = self.item(list, tag, index, found);
                (found.cloned().unwrap_or_default(), tag)
            }
            _ => (Value::Nil, tag),
        }
    }

    fn dug(&mut self, values: &[Value], tags: &[Tag]) -> Tag {
        let (Some(map), true) = (values.last(), values.len() > 2) else { return self.all_of(tags) };
        let keys = values.len() - 2;
        let (mut at, mut tag) = (map.clone(), tags[tags.len() - 1]);
        for key in &values[..keys] {
            let is_there = matches!((&at, key), (Value::Map(map), Value::Str(key)) if look_up(map, key).is_some());
            (at, tag) = self.step(&at, tag, key);
            if !is_there {
                return self.decided_by(tags[keys], tag);
            }
        }
        tag
    }

    fn end_of(&mut self, values: &[Value], tags: &[Tag], place: impl Fn(usize) -> usize) -> Tag {
        match values.first() {
            Some(Value::List(list)) => {
                let index = place(list.len());
                self.item(list, tags[0], index, list.items().get(index))
            }
            _ => self.all_of(tags),
        }
    }

    fn made_dict(&mut self, values: &[Value], tags: &[Tag], result: &Value) -> Tag {
        if let Some(container) = self.container(result, Tag::NONE) {
            for (pair, tags) in values.chunks(2).zip(tags.chunks(2)) {
                let key = match &pair[0] {
                    Value::Str(key) => key.clone(),
                    other => crate::value::display(other).into(),
                };
                container.entries.insert(key, tags.get(1).copied().unwrap_or_default());
            }
        }
        Tag::NONE
    }

    fn made_list(&mut self, tags: &[Tag], result: &Value) -> Tag {
        if let Some(container) = self.container(result, Tag::NONE) {
            container.items = tags.to_vec();
        }
        Tag::NONE
    }

    fn set(&mut self, before: &Before, values: &[Value], tags: &[Tag]) -> Tag {
        let tag = self.assigned(tags[2]);
        if let (map, Value::Str(key)) = (&values[0], &values[1]) {
            match before.sets_the_same {
                true => self.put_again(map, tags[0], key.clone(), tag),
                false => self.put(map, tags[0], key.clone(), tag),
            }
        }
        tags[0]
    }

    /// Finds what a merge brought into maps that were there before.
    fn merged(&mut self, before: &Before, values: &[Value], tags: &[Tag]) {
        for then in &before.entries {
            let Some(now) = look_up(&then.map, &then.key) else { continue };
            if then.value.as_ref().is_some_and(|then| then.is_identical(&now)) {
                continue;
            }
            let mut found = None;
            for (source, tag) in values[1..].iter().zip(&tags[1..]).rev() {
                found = found.or_else(|| self.entry_at(source, *tag, &then.keys, &then.key, &now));
            }
            let found = found.unwrap_or_else(|| self.all_of(&tags[1..]));
            self.put(&Value::Map(then.map.clone()), tags[0], then.key.clone(), found);
        }
    }

    /// Returns the tag of the same entry in another map, by the keys that lead to it.
    fn entry_at(&mut self, source: &Value, tag: Tag, keys: &[Str], key: &Str, value: &Value) -> Option<Tag> {
        let (mut at, mut tag) = (source.as_map()?.clone(), tag);
        for key in keys {
            let found = look_up(&at, key)?;
            tag = self.entry_unread(&at, tag, key, Some(&found));
            at = found.as_map()?.clone();
        }
        let found = look_up(&at, key)?;
        found.is_identical(value).then(|| self.entry_unread(&at, tag, key, Some(&found)))
    }

    fn structure(&mut self, values: &[Value], tags: &[Tag], result: &Value) -> Tag {
        match result {
            Value::Str(text) => self.align(text, values, tags, 0),
            _ => {
                let all = self.flat_of_all(tags);
                self.derive(result, values, tags, all)
            }
        }
    }

    fn whole(&mut self, values: &[Value], tags: &[Tag], result: &Value) -> Tag {
        let mut whole = Vec::new();
        for (value, tag) in values.iter().zip(tags).filter(|(value, _)| address(value).is_some()) {
            whole.push(self.consume(value, *tag));
        }
        let whole = self.sets.union_of(&mut whole);
        match result {
            Value::Str(text) => self.align(text, values, tags, whole),
            _ => {
                let all = self.flat_of_all(tags);
                let all = self.sets.union(all, whole);
                self.derive(result, values, tags, all)
            }
        }
    }
}

/// Keeps the entries of a map, and of the maps below it, that others name: a merge changes no others.
fn remember(map: &Map, sources: Vec<Map>, keys: &Arc<[Str]>, seen: &mut FxHashSet<Box<[usize]>>, entries: &mut Vec<Remembered>) {
    let these = std::iter::once(map).chain(&sources).map(Map::address).collect();
    if keys.len() > DEEPEST || !seen.insert(these) {
        return;
    }
    let mut named: Vec<Str> = Vec::new();
    sources.iter().for_each(|source| source.look(|entries| named.extend(entries.iter().map(|entry| entry.key.clone()))));
    if sources.len() > 1 {
        named.sort_unstable();
        named.dedup();
    }
    for key in named {
        let value = look_up(map, &key);
        if let Some(Value::Map(below)) = &value {
            let sources = sources.iter().filter_map(|source| look_up(source, &key)?.as_map().cloned()).collect();
            let keys: Arc<[Str]> = keys.iter().cloned().chain([key.clone()]).collect();
            remember(below, sources, &keys, seen, entries);
        }
        entries.push(Remembered { keys: Arc::clone(keys), map: map.clone(), key, value });
    }
}
