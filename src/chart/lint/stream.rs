//! The objects in a text, as the decoder of k8s.io/apimachinery gives them one by one.

use crate::chart::Unreadable;
use crate::diag::{Source, Span};
use crate::value::{Fields, StructType, Value};
use crate::yaml::{self, json};
use std::ops::Range;

/// What lint looks at in an object.
#[derive(Clone, Debug, Default)]
pub(super) struct Object {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) name: String,
    document: Value,
}

const OBJECT: StructType = StructType { name: "k8sYamlStruct", full: "rules.k8sYamlStruct" };
const METADATA: StructType = StructType { name: "k8sYamlMetadata", full: "rules.k8sYamlMetadata" };

impl Object {
    fn read(document: Value) -> Result<Object, Unreadable> {
        let fields = Fields::of(&document, OBJECT)?;
        let mut object = Object {
            api_version: fields.text("apiVersion").unwrap_or_default(),
            kind: fields.text("Kind").unwrap_or_default(),
            ..Object::default()
        };
        if let Some(metadata) = fields.structure("Metadata", METADATA) {
            object.name = metadata.text("Name").unwrap_or_default();
            metadata.text("Namespace");
            fields.adopt("Metadata", metadata);
        }
        fields.finish()?;
        object.document = document;
        Ok(object)
    }

    /// Returns the place of a key at the top of the object, or that of the whole object's first key.
    pub(super) fn place(&self, key: &str) -> Option<Span> {
        let map = self.document.as_map()?;
        map.origin(key).span().or_else(|| map.entries().into_iter().find_map(|entry| entry.origin.span()))
    }

    /// Returns the place of `metadata.name`, or that of `metadata`.
    pub(super) fn name_place(&self) -> Option<Span> {
        let metadata = self.document.as_map()?.get("metadata");
        let name = metadata.as_ref().and_then(Value::as_map).and_then(|metadata| metadata.origin("name").span());
        name.or_else(|| self.place("metadata"))
    }
}

/// A document that is no object.
pub(super) struct BadDocument {
    /// The decoder's words.
    pub(super) words: String,
    /// What the reader of YAML has to say, with its place.
    pub(super) cause: Unreadable,
}

/// The objects of a text; nothing for a document without content. Nothing comes after an error.
pub(super) struct Documents<'s> {
    source: &'s Source,
    /// The documents that are left; a bad separator ends them.
    ranges: std::vec::IntoIter<Result<Range<usize>, yaml::Error>>,
    done: bool,
}

impl<'s> Documents<'s> {
    pub(super) fn of(source: &'s Source) -> Documents<'s> {
        let ranges = json_documents(source.text()).map(|ranges| ranges.into_iter().map(Ok).collect());
        let ranges: Vec<_> = ranges.unwrap_or_else(|| yaml::document_ranges(source).collect());
        Documents { source, ranges: ranges.into_iter(), done: false }
    }
}

impl Iterator for Documents<'_> {
    type Item = Result<Option<Object>, BadDocument>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let range = self.ranges.next()?;
        let is_first = range.as_ref().is_ok_and(|range| range.start == 0);
        let parsed = range.and_then(|range| yaml::parse_part(self.source, range)).map_err(Unreadable::from);
        let object = parsed.and_then(|document| if document.is_nil() { Ok(None) } else { Object::read(document).map(Some) });
        self.done = object.is_err();
        Some(object.map_err(|cause| {
            // What begins like JSON is tried as JSON first, and that error is told.
            let json = is_first.then(|| self.source.text()).filter(|text| begins_like_json(text)).and_then(json::stream_error);
            BadDocument { words: json.unwrap_or_else(|| cause.to_string()), cause }
        }))
    }
}

fn begins_like_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// Returns where the values of a stream of JSON values are; nothing for a text that is none.
fn json_documents(text: &str) -> Option<Vec<Range<usize>>> {
    if !begins_like_json(text) {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
    let mut ranges = Vec::new();
    loop {
        let start = values.byte_offset();
        match values.next() {
            None => return Some(ranges),
            Some(Err(_)) => return None,
            Some(Ok(_)) => ranges.push(start..values.byte_offset()),
        }
    }
}
