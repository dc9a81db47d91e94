//! Reading texts whole.

use super::builder::{Builder, Built, Numbers};
use super::composer::Composer;
use super::documents::split_documents;
use super::go_syntax;
use super::node::Node;
use super::plain::{self, Reading};
use crate::diag::Source;
use crate::value::{List, Map, Value};
use crate::yaml::error::{Error, Failure, Problem};
use crate::yaml::json;
use crate::yaml::scanner::Encoding;
use std::ops::Range;

/// Reads the first document as sigs.k8s.io/yaml `Unmarshal` does into an `interface{}`: numbers are `float64`, keys
/// strings. Entries of maps keep the place of their key. An empty text is nil; later documents are not looked at.
///
/// # Errors
/// Go's error text, with the place of the mistake.
pub fn parse(source: &Source) -> Result<Value, Error> {
    parse_text(source.text(), Some(source), 0, Numbers::Floats)
}

/// Reads like [`parse`], but integers stay integers: for a Go struct, whose text fields show a number as it is.
///
/// # Errors
/// Go's error text, with the place of the mistake.
pub fn parse_for_struct(source: &Source) -> Result<Value, Error> {
    parse_text(source.text(), Some(source), 0, Numbers::ForText)
}

/// Reads like [`parse`] a text that has no name; entries have no origin.
///
/// # Errors
/// Go's error text, without a place.
pub fn parse_str(text: &str) -> Result<Value, Error> {
    parse_text(text, None, 0, Numbers::Floats)
}

/// Reads like [`parse_for_struct`] a text that has no name, and of a mapping keeps only the entries of these names: for a look
/// at a text that is to be sound, at less than the price of its tree.
///
/// # Errors
/// Go's error text, without a place, for mistakes in what is not kept too.
pub fn parse_entries(text: &str, names: &'static [&'static str]) -> Result<Value, Error> {
    let reading = Reading { source: None, numbers: Numbers::ForText, wanted: Some(names) };
    if let Some(value) = plain::document(text, reading) {
        return Ok(value);
    }
    let mut builder = Builder::new(Encoding::of_text(text), None, 0, Numbers::ForText).keep_only(names);
    match builder.next_document() {
        Ok(Some(built)) if built.is_sound() => Ok(built.value),
        _ => parse_whole(text.as_bytes(), Encoding::of_text(text), None, 0, Numbers::ForText),
    }
}

/// Reads like [`parse_str`] bytes that may not be UTF-8, which is an error as in Go.
///
/// # Errors
/// Go's error text, without a place.
pub fn parse_bytes(bytes: &[u8]) -> Result<Value, Error> {
    match std::str::from_utf8(bytes) {
        Ok(text) => parse_str(text),
        Err(_) => parse_whole(bytes, Encoding::of_bytes(bytes), None, 0, Numbers::Floats),
    }
}

/// Reads every document of a values file as Helm 4 does: lines that start with `---` separate documents, and each is then
/// read like [`parse`]. A document without content is nil.
///
/// # Errors
/// Go's error text, with the place of the mistake; `Error::Separator` for a separator line that holds more than a comment.
pub fn parse_documents(source: &Source) -> Result<Vec<Value>, Error> {
    split_documents(source)?
        .into_iter()
        .map(|range| parse_text(&source.text()[range.clone()], Some(source), range.start, Numbers::Floats))
        .collect()
}

/// Reads every document of a stream as a tree that keeps the place of each node. Aliases and merge keys are expanded.
///
/// # Errors
/// Go's error text (go-yaml's own, without what sigs.k8s.io/yaml puts before it), with the place of the mistake.
pub fn nodes(source: &Source) -> Result<Vec<Node>, Error> {
    let mut composer = Composer::new(Encoding::of_text(source.text()), source.clone());
    let mut nodes = Vec::new();
    while let Some(node) = composer.next_document().map_err(|failure| Error::Yaml(failure.into_problem(Some(source), 0)))? {
        nodes.push(node);
    }
    Ok(nodes)
}

/// Takes the map of what was read, as Go's decoding into a `map[string]interface{}` does; nil is an empty map.
///
/// # Errors
/// Go's error text for a value of another kind.
pub fn expect_map(value: Value) -> Result<Map, Error> {
    match value {
        Value::Map(map) => Ok(map),
        Value::Nil => Ok(Map::new()),
        other => Err(Error::Decode(Problem::of_value(json::mismatch(&other, "map[string]interface {}")))),
    }
}

/// Takes the list of what was read, as Go's decoding into a `[]interface{}` does; nil is an empty list.
///
/// # Errors
/// Go's error text for a value of another kind.
pub fn expect_list(value: Value) -> Result<List, Error> {
    match value {
        Value::List(list) => Ok(list),
        Value::Nil => Ok(List::new(Vec::new())),
        other => Err(Error::Decode(Problem::of_value(json::mismatch(&other, "[]interface {}")))),
    }
}

/// Reads a text with go-yaml alone, integers kept, as sigs.k8s.io/yaml `JSONToYAML` does.
pub(in crate::yaml) fn parse_as_written(text: &str) -> Result<Value, Error> {
    let yaml = |failure: Failure| Error::Yaml(failure.into_problem(None, 0));
    match Builder::new(Encoding::of_text(text), None, 0, Numbers::AsWritten).next_document().map_err(yaml)? {
        None => Ok(Value::Nil),
        Some(Built { failure: Some(failure), .. }) => Err(yaml(failure)),
        Some(built) => Ok(built.value),
    }
}

/// Reads like [`parse_for_struct`] a part of a source. The range must lie between characters.
///
/// # Errors
/// As [`parse`].
pub fn parse_part(source: &Source, range: Range<usize>) -> Result<Value, Error> {
    parse_text(&source.text()[range.clone()], Some(source), range.start, Numbers::ForText)
}

/// Reads the first document; `offset` is where the text starts in the source.
fn parse_text(text: &str, source: Option<&Source>, offset: usize, numbers: Numbers) -> Result<Value, Error> {
    let reading = Reading { source: source.map(|source| (source, offset)), numbers, wanted: None };
    match plain::document(text, reading) {
        Some(value) => Ok(value),
        None => parse_whole(text.as_bytes(), Encoding::of_text(text), source, offset, numbers),
    }
}

/// Reads the first document with the parser. `bytes` are the same text unchecked.
pub(super) fn parse_whole(
    bytes: &[u8],
    encoding: Encoding<'_>,
    source: Option<&Source>,
    offset: usize,
    numbers: Numbers,
) -> Result<Value, Error> {
    let read = |failure: Failure| Error::Read(failure.into_problem(source, offset));
    let Some(built) = Builder::new(encoding, source, offset, numbers).next_document().map_err(read)? else {
        return Ok(Value::Nil);
    };
    let span = |at: usize| source.map(|source| source.span(offset + at, offset + at));
    if let Some(failure) = built.failure {
        return Err(read(failure));
    }
    if let Some(at) = built.collection_key {
        return Err(Error::Read(Problem::at(go_syntax::invalid_key(bytes, at), span(at))));
    }
    if built.has_odd_key
        && let Some((at, words)) = go_syntax::unsupported_key(bytes)
    {
        return Err(Error::Convert(Problem::at(words, span(at))));
    }
    if built.has_non_finite
        && let Err(error) = json::check(&built.value)
    {
        return Err(Error::Convert(Problem::of_value(error.words())));
    }
    Ok(built.value)
}
