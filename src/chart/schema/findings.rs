//! Puts the findings of the validator, a flat list, into the nesting in which Helm shows them.

use super::parts::Parts;
use super::problem::{Nature, Problem};
use super::wording::{bad_name, missing, missing_beside, not_allowed, words};
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The findings of one schema for one value.
#[derive(Default)]
struct Findings {
    /// By the keyword's rank: some keywords end the check, the others come in this order.
    own: Vec<(usize, Problem)>,
    /// Properties that are missing, by the property that asks for them (empty for `required`).
    missing: BTreeMap<String, Vec<String>>,
    /// What is wrong with the names of properties, by name.
    names: BTreeMap<String, Vec<Problem>>,
    /// The findings of schemas within this one.
    inner: BTreeMap<Step, Findings>,
    /// The place of the value.
    at: String,
}

/// The way from a schema to one within it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    rank: usize,
    keyword: String,
    /// The property or index in the schema, as in `allOf/0`.
    place: String,
    /// The property or index in the value, where the keyword goes into it.
    value: Option<String>,
}

/// The keywords in the order in which Helm's validator looks at them. The first four end the check of a value.
const ORDER: &[&str] = &[
    "type",
    "const",
    "enum",
    "format",
    "$ref",
    "minProperties",
    "maxProperties",
    "required",
    "dependencies",
    "minItems",
    "maxItems",
    "uniqueItems",
    "properties",
    "patternProperties",
    "prefixItems",
    "items",
    "additionalItems",
    "additionalProperties",
    "propertyNames",
    "dependentSchemas",
    "dependentRequired",
    "contains",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "$recursiveRef",
    "$dynamicRef",
    "not",
    "allOf",
    "anyOf",
    "oneOf",
    "if",
    "then",
    "else",
    "unevaluatedProperties",
    "unevaluatedItems",
];
const ENDING: usize = 4;

fn rank(keyword: &str) -> usize {
    ORDER.iter().position(|known| *known == keyword).unwrap_or(ORDER.len())
}

/// Returns the problems of a value, those of its parts within. `schema` is the whole schema.
pub(super) fn problems<'e>(errors: impl Iterator<Item = &'e ValidationError<'e>>, schema: &Parts<'_>) -> Vec<Problem> {
    nested(errors, schema, 0, "")
}

/// Makes problems of errors; the first `skipped` steps of their way are known to the caller.
fn nested<'e>(errors: impl Iterator<Item = &'e ValidationError<'e>>, schema: &Parts<'_>, skipped: usize, at: &str) -> Vec<Problem> {
    let mut findings = Findings { at: at.to_owned(), ..Findings::default() };
    for error in errors {
        let path = tokens(error.evaluation_path().as_str());
        let value = tokens(error.instance_path().as_str());
        let depth = at.matches('/').count();
        findings.add(error, schema, path.get(skipped..).unwrap_or_default(), value.get(depth..).unwrap_or_default());
    }
    findings.finish().map(Problem::dissolve).unwrap_or_default()
}

/// Splits a JSON pointer; the parts stay escaped.
fn tokens(pointer: &str) -> Vec<&str> {
    pointer.split('/').skip(1).collect()
}

/// Returns the property whose presence asks for a missing one, by `dependentRequired` or `dependencies`.
fn asking_property(error: &ValidationError<'_>, schema: &Parts<'_>, missing: &str) -> String {
    let dependencies = schema.get(error.schema_path().as_str()).and_then(Json::as_object);
    let asks = |names: &Json| names.as_array().is_some_and(|names| names.iter().any(|name| name == missing));
    let is_there = |name: &str| error.instance().get(name).is_some();
    let mut asking = dependencies.into_iter().flatten().filter(|(name, names)| is_there(name) && asks(names));
    asking.next().map(|(name, _)| name.clone()).unwrap_or_default()
}

impl Findings {
    /// Adds an error that lies `path` further down in the schema and `value` further down in the value.
    fn add(&mut self, error: &ValidationError<'_>, schema: &Parts<'_>, path: &[&str], value: &[&str]) {
        let Some((keyword, rest)) = path.split_first() else {
            return self.own.push((0, Problem::new(&self.at, words(error))));
        };
        let takes_place =
            matches!(*keyword, "properties" | "patternProperties" | "allOf" | "prefixItems" | "dependentSchemas" | "dependencies")
                || (*keyword == "items" && rest.first().is_some_and(|token| token.bytes().all(|byte| byte.is_ascii_digit())));
        let place = if takes_place { rest.first().copied().unwrap_or_default() } else { "" };
        let rest = &rest[usize::from(takes_place).min(rest.len())..];
        if rest.is_empty() && value.is_empty() && matches!(error.kind(), Kind::FalseSchema) && self.forbidden(error, schema, keyword) {
            return;
        }
        if rest.is_empty() && !matches!(error.kind(), Kind::FalseSchema) {
            return self.leaf(error, schema, keyword);
        }
        let goes_in = matches!(
            *keyword,
            "properties"
                | "patternProperties"
                | "additionalProperties"
                | "items"
                | "prefixItems"
                | "additionalItems"
                | "contains"
                | "unevaluatedProperties"
                | "unevaluatedItems"
        );
        let inner_value = value.first().filter(|_| goes_in).map(|token| (*token).to_owned());
        let at = inner_value.as_ref().map_or_else(|| self.at.clone(), |token| format!("{}/{token}", self.at));
        let step = Step { rank: rank(keyword), keyword: (*keyword).to_owned(), place: place.to_owned(), value: inner_value };
        let inner = self.inner.entry(step).or_insert_with(|| Findings { at, ..Findings::default() });
        inner.add(error, schema, rest, &value[usize::from(goes_in).min(value.len())..]);
    }

    /// Adds what `false` says of all properties, or of their names; says whether the keyword is about these.
    fn forbidden(&mut self, error: &ValidationError<'_>, schema: &Parts<'_>, keyword: &str) -> bool {
        let names = || schema.property_names(error.instance_path().as_str());
        match keyword {
            "additionalProperties" => {
                let words = not_allowed(&names());
                self.own.push((rank(keyword), Problem::new(&self.at, words)));
            }
            "propertyNames" => {
                for name in names() {
                    self.names.insert(name, vec![Problem::new("", "false schema")]);
                }
            }
            _ => return false,
        }
        true
    }

    /// Adds what a keyword of this schema itself says.
    fn leaf(&mut self, error: &ValidationError<'_>, schema: &Parts<'_>, keyword: &str) {
        let problem = match error.kind() {
            Kind::Required { property } => {
                let name = property.as_str().unwrap_or_default().to_owned();
                let asking = if keyword == "required" { String::new() } else { asking_property(error, schema, &name) };
                return self.missing.entry(asking).or_default().push(name);
            }
            Kind::PropertyNames { error: inner } => {
                let name = inner.instance().as_str().unwrap_or_default().to_owned();
                return self.names.entry(name).or_default().push(Problem::new("", words(inner)));
            }
            Kind::AnyOf { context } => self.alternatives("'anyOf' failed", context, error, schema),
            Kind::OneOfNotValid { context } => self.alternatives("'oneOf' failed, none matched", context, error, schema),
            Kind::OneOfMultipleValid { context } => {
                let mut matched = (0..context.len()).filter(|index| context[*index].is_empty());
                let (first, second) = (matched.next().unwrap_or(0), matched.next().unwrap_or(1));
                Problem::new(&self.at, format!("'oneOf' failed, subschemas {first}, {second} matched"))
            }
            Kind::Contains => return self.own.extend(contained(error, schema, &self.at).map(|problem| (rank("contains"), problem))),
            Kind::UnevaluatedProperties { unexpected } => {
                let path = error.schema_path().as_str();
                for name in unexpected {
                    let at = format!("{}/{}", self.at, name.replace('~', "~0").replace('/', "~1"));
                    let value = error.instance().get(name).cloned().unwrap_or_default();
                    self.own.extend(schema.problems(path, &value, &at).into_iter().map(|problem| (rank(keyword), problem)));
                }
                return;
            }
            Kind::UnevaluatedItems { .. } => return self.own.extend(unevaluated_items(error, schema, &self.at)),
            _ => Problem::new(&self.at, words(error)),
        };
        self.own.push((rank(keyword), problem));
    }

    fn alternatives(
        &self,
        text: &str,
        context: &[Vec<ValidationError<'static>>],
        error: &ValidationError<'_>,
        schema: &Parts<'_>,
    ) -> Problem {
        // Alternatives tell their ways from the top of the schema: up to the keyword, and the number of the alternative.
        let skipped = tokens(error.evaluation_path().as_str()).len() + 1;
        let causes = context.iter().filter_map(|errors| Problem::join(&self.at, nested(errors.iter(), schema, skipped, &self.at)));
        Problem::of(&self.at, text, causes.collect())
    }

    /// Makes one problem of all findings, or none.
    fn finish(self) -> Option<Problem> {
        let Findings { mut own, missing: lacking, names, inner, at } = self;
        for (name, causes) in names {
            own.push((rank("propertyNames"), bad_name(&at, &name, causes)));
        }
        for (property, names) in lacking {
            own.push(match property.as_str() {
                "" => (rank("required"), Problem::new(&at, missing(&names))),
                property => (rank("dependentRequired"), Problem::new(&at, missing_beside(&names, property))),
            });
        }
        own.sort_by_key(|(rank, _)| *rank);
        if own.first().is_some_and(|(rank, _)| *rank < ENDING) {
            return own.into_iter().next().map(|(_, problem)| problem);
        }
        let mut all_of = Vec::new();
        for (step, findings) in inner {
            let Some(problem) = findings.finish() else { continue };
            match step.keyword.as_str() {
                "allOf" => all_of.push(problem),
                "$ref" | "$dynamicRef" | "$recursiveRef" => {
                    let causes = problem.dissolve();
                    own.push((step.rank, Problem { nature: Nature::Reference, ..Problem::of(&at, "validation failed", causes) }));
                }
                _ => own.push((step.rank, problem)),
            }
        }
        if !all_of.is_empty() {
            own.push((rank("allOf"), Problem::of(&at, "'allOf' failed", all_of)));
        }
        own.sort_by_key(|(rank, _)| *rank);
        Problem::join(&at, own.into_iter().map(|(_, problem)| problem).collect())
    }
}

/// Says which items are not what `contains` wants, or how many are.
fn contained(error: &ValidationError<'_>, schema: &Parts<'_>, at: &str) -> Option<Problem> {
    let Json::Array(items) = error.instance().as_ref() else { return None };
    let path = error.schema_path().as_str();
    let (around, _) = path.rsplit_once('/')?;
    // Older drafts do not count.
    let count = |keyword: &str| schema.get(&format!("{around}/{keyword}")).filter(|_| !schema.is_old()).and_then(Json::as_u64);
    let (mut matched, mut causes) = (Vec::new(), Vec::new());
    for (index, item) in items.iter().enumerate() {
        match Problem::join(&format!("{at}/{index}"), schema.problems(&format!("{around}/contains"), item, &format!("{at}/{index}"))) {
            Some(problem) => causes.push(problem),
            None => matched.push(index.to_string()),
        }
    }
    let places = matched.join(" ");
    Some(match (count("minContains"), count("maxContains")) {
        (_, Some(most)) if matched.len() as u64 > most => {
            let words = format!("max {most} items required to match contains schema, but matched {} items at {places}", matched.len());
            Problem::new(at, words)
        }
        (Some(least), _) if matched.is_empty() => {
            Problem::of(at, &format!("min {least} items required to match contains schema, but none matched"), causes)
        }
        (Some(least), _) => {
            let words = format!("min {least} items required to match contains schema, but matched {} items at {places}", matched.len());
            Problem::of(at, &words, causes)
        }
        (None, _) => Problem::of(at, "no items match contains schema", causes),
    })
}

/// Says what is wrong with the items that nothing else looked at: those past the ones that have schemas of their own.
fn unevaluated_items(error: &ValidationError<'_>, schema: &Parts<'_>, at: &str) -> Vec<(usize, Problem)> {
    let Json::Array(items) = error.instance().as_ref() else { return Vec::new() };
    let path = error.schema_path().as_str();
    let around = path.rsplit_once('/').map_or("", |(around, _)| around);
    let own = ["prefixItems", "items"].iter().find_map(|keyword| schema.get(&format!("{around}/{keyword}"))?.as_array().map(Vec::len));
    let first = own.unwrap_or_default();
    let of_item = |(index, item): (usize, &Json)| schema.problems(path, item, &format!("{at}/{index}"));
    items.iter().enumerate().skip(first).flat_map(of_item).map(|problem| (rank("unevaluatedItems"), problem)).collect()
}
