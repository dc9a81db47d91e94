//! Checks the values of every chart of a tree against the chart's schema.

use super::findings::problems;
use super::formats::{FORMATS, UNKNOWN};
use super::metaschema::{draft_of, refusal, unusable};
use super::parts::Parts;
use super::weigh::{MOST_STEPS, is_too_much};
use crate::chart::error::Error;
use crate::chart::notice::Notice;
use crate::chart::tree::ChartNode;
use crate::diag::Span;
use crate::value::{Map, Value};
use crate::yaml::json;
use jsonschema::{PatternOptions, Retrieve, Uri, ValidationOptions};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

/// Checks the values of a chart and its subcharts.
///
/// # Errors
/// All findings of all charts.
pub(in crate::chart) fn check(tree: &ChartNode<'_>, values: &Map, notices: &mut Vec<Notice>) -> Result<(), Error> {
    let mut report = Report::default();
    report.chart(tree, values);
    let urns = std::mem::take(&mut *report.urns.lock().unwrap_or_else(PoisonError::into_inner));
    notices.extend(urns.into_iter().map(|urn| Notice::warn("unresolved URN reference ignored; using permissive schema").with("urn", urn)));
    if report.message.is_empty() { Ok(()) } else { Err(Error::Schema { message: report.message, spans: report.spans }) }
}

/// What is wrong with the values of one chart.
pub(in crate::chart) struct Violations {
    /// All findings, in the validator's words.
    pub(in crate::chart) text: String,
    /// The places of the values at fault.
    pub(in crate::chart) spans: Vec<(Span, String)>,
}

/// Checks the values of one chart against a schema.
///
/// # Errors
/// What is wrong with the values, or with the schema.
pub(in crate::chart) fn check_one(schema: &str, values: &Map) -> Result<(), Violations> {
    let mut report = Report::default();
    match report.findings(schema, values) {
        None => Ok(()),
        Some(text) => Err(Violations { text, spans: report.spans }),
    }
}

#[derive(Default)]
struct Report {
    message: String,
    spans: Vec<(Span, String)>,
    /// URNs that schemas refer to.
    urns: Arc<Mutex<BTreeSet<String>>>,
}

impl Report {
    fn chart(&mut self, node: &ChartNode<'_>, values: &Map) {
        if let Some(schema) = &node.chart.schema
            && let Some(text) = self.findings(&String::from_utf8_lossy(&schema.data), values)
        {
            let _ = write!(self.message, "{}:\n{text}", node.name());
        }
        for child in &node.children {
            match values.get(child.name()) {
                None | Some(Value::Nil) => {}
                Some(Value::Map(values)) => self.chart(child, &values),
                Some(other) => {
                    let (name, found) = (child.name(), other.type_name());
                    let _ = writeln!(self.message, "{name}:\ninvalid type for values: expected object (map), got {found}");
                }
            }
        }
    }

    /// Returns what is wrong with values (or with the schema itself), if anything is.
    fn findings(&mut self, schema: &str, values: &Map) -> Option<String> {
        let schema = match json::parse(schema) {
            Ok(schema) => Json::from(&schema),
            Err(error) => return Some(decoder_words(schema, &error.to_string())),
        };
        if let Some(refusal) = refusal(&schema) {
            return Some(refusal);
        }
        let values_json = Json::from(&Value::Map(values.clone()));
        if is_too_much(&schema, &values_json) {
            return Some(format!("the schema takes more than {MOST_STEPS} steps to check: let its references double less\n"));
        }
        let options = options(draft_of(&schema).unwrap_or_default()).with_retriever(Remote(Arc::clone(&self.urns)));
        let validator = match options.build(&schema) {
            Ok(validator) => validator,
            Err(error) => return Some(unusable(&error)),
        };
        let errors: Vec<_> = validator.iter_errors(&values_json).collect();
        let mut text = String::new();
        for problem in problems(errors.iter(), &Parts::of(&schema, &values_json)) {
            let _ = problem.write(0, &mut text);
            if let Some(span) = place(values, &problem.at) {
                self.spans.push((span, problem.text.clone()));
            }
        }
        (!text.is_empty()).then_some(text)
    }
}

/// Returns how schemas of a draft are read: with Helm's formats and patterns, and nothing that only describes.
pub(super) fn options(draft: &str) -> ValidationOptions<'static> {
    let mut options = jsonschema::options().with_pattern_options(PatternOptions::regex());
    for (name, check) in FORMATS {
        options = options.with_format(*name, move |text: &str| check(text).is_ok());
    }
    for name in UNKNOWN {
        options = options.with_format(*name, |_: &str| true);
    }
    // The drafts up to 7 assert formats; their metaschemas do too.
    options = options.should_validate_formats(draft.contains("/draft-0") || draft.is_empty());
    options.without_content_encoding_support("base64").without_content_media_type_support("application/json")
}

/// Returns Go's words for text that is no JSON: the decoder of a stream tells less of where it ends.
fn decoder_words(text: &str, words: &str) -> String {
    if text.trim().is_empty() {
        "EOF".into()
    } else if words == "unexpected end of JSON input" {
        "unexpected EOF".into()
    } else if words.ends_with("after top-level value") {
        "invalid character after top-level value".into()
    } else {
        words.to_owned()
    }
}

/// Answers references to other schemas: what is named by a URN takes anything, as in Helm; nothing is read or fetched.
struct Remote(Arc<Mutex<BTreeSet<String>>>);

impl Retrieve for Remote {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Json, Box<dyn std::error::Error + Send + Sync>> {
        if uri.scheme().as_str() != "urn" {
            return Err("schemas outside the chart are not read".into());
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(uri.to_string());
        Ok(Json::Bool(true))
    }
}

/// Returns where the value at a JSON pointer, or the nearest one around it, was written.
fn place(values: &Map, pointer: &str) -> Option<Span> {
    let mut span = None;
    let mut at = Value::Map(values.clone());
    for token in pointer.split('/').skip(1) {
        let Value::Map(map) = &at else { break };
        let key = token.replace("~1", "/").replace("~0", "~");
        span = map.origin(&key).span().or(span);
        at = map.get(&key).unwrap_or_default();
    }
    span
}
