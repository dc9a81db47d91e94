//! Checks the values of every chart of a tree against the chart's schema.

use super::findings::problems;
use crate::chart::error::Error;
use crate::chart::tree::ChartNode;
use crate::diag::Span;
use crate::value::{Map, Value};
use crate::yaml::json;
use jsonschema::{PatternOptions, Retrieve, Uri};
use serde_json::Value as Json;
use std::fmt::Write as _;

/// Checks the values of a chart and its subcharts.
///
/// # Errors
/// All findings of all charts.
pub(in crate::chart) fn check(tree: &ChartNode<'_>, values: &Map) -> Result<(), Error> {
    let mut report = Report::default();
    report.chart(tree, values);
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
            Err(error) => return Some(error.to_string()),
        };
        let options = jsonschema::options().with_retriever(Remote).with_pattern_options(PatternOptions::regex());
        let validator = match options.build(&schema) {
            Ok(validator) => validator,
            Err(error) => return Some(format!("\"file:///values.schema.json#\" is not valid against metaschema: {error}")),
        };
        let values_json = Json::from(&Value::Map(values.clone()));
        let errors: Vec<_> = validator.iter_errors(&values_json).collect();
        let mut text = String::new();
        for problem in problems(errors.iter(), &schema) {
            let _ = problem.write(0, &mut text);
            if let Some(span) = place(values, &problem.at) {
                self.spans.push((span, problem.text.clone()));
            }
        }
        (!text.is_empty()).then_some(text)
    }
}

/// Answers references to other schemas: what is named by a URN takes anything, as in Helm; nothing is read or fetched.
struct Remote;

impl Retrieve for Remote {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Json, Box<dyn std::error::Error + Send + Sync>> {
        if uri.scheme().as_str() == "urn" { Ok(Json::Bool(true)) } else { Err("schemas outside the chart are not read".into()) }
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
