//! What is wrong with a schema itself, in Helm's words.

use super::check::options;
use super::findings::problems;
use super::parts::Parts;
use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{ReferencingError, ValidationError};
use serde_json::{Value as Json, json};

const HERE: &str = "file:///values.schema.json";

const DRAFTS: [&str; 5] = [
    "http://json-schema.org/draft-04/schema",
    "http://json-schema.org/draft-06/schema",
    "http://json-schema.org/draft-07/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
];

/// Returns the address of the draft that a schema is of; the newest where it does not say.
pub(super) fn draft_of(schema: &Json) -> Option<&'static str> {
    let newest = DRAFTS.last().copied();
    let Some(named) = schema.get("$schema").and_then(Json::as_str) else { return newest };
    let named = named.trim_end_matches('#');
    DRAFTS.into_iter().find(|draft| *draft == named)
}

/// Checks a schema against that of its draft.
pub(super) fn refusal(schema: &Json) -> Option<String> {
    let draft = draft_of(schema)?;
    // Those who write schemas are held to every format.
    let validator = options(draft).should_validate_formats(true).build(&json!({ "$schema": draft, "$ref": format!("{draft}#") })).ok()?;
    let errors: Vec<_> = validator.iter_errors(schema).collect();
    let mut text = String::new();
    for problem in problems(errors.iter(), &Parts::of_metaschema(draft, schema)) {
        let _ = problem.write(0, &mut text);
    }
    let text = text.trim_end();
    let words = format!("{HERE:?} is not valid against metaschema: jsonschema validation failed with '{draft}#'\n{text}");
    (!text.is_empty()).then(|| words.replacen(HERE, "file:///values.schema.json#", 1))
}

/// Returns the words for a schema that cannot be used though its form is right: references that lead nowhere.
pub(super) fn unusable(error: &ValidationError<'_>) -> String {
    let Kind::Referencing(error) = error.kind() else { return format!("\"{HERE}#\" is not valid against metaschema: {error}") };
    match error {
        ReferencingError::PointerToNowhere { pointer } => format!("json-pointer in \"{HERE}#{pointer}\" not found"),
        ReferencingError::NoSuchAnchor { anchor } | ReferencingError::InvalidAnchor { anchor } => {
            format!("anchor in \"{HERE}#{anchor}\" not found in schema \"{HERE}\"")
        }
        ReferencingError::Unretrievable { uri, .. } => format!("failing loading {uri:?}: schemas outside the chart are not read"),
        ReferencingError::UnknownSpecification { specification } => {
            format!("failing loading {specification:?}: schemas outside the chart are not read")
        }
        other => other.to_string(),
    }
}
