//! Parts of a schema, tried on their own: the validator does not tell everything that its findings are made of.

use super::check::options;
use super::findings::problems;
use super::metaschema::draft_of;
use super::problem::Problem;
use serde_json::{Value as Json, json};
use std::borrow::Cow;

/// A whole schema, whose parts can be tried.
pub(super) struct Parts<'s> {
    schema: Cow<'s, Json>,
    draft: &'static str,
    /// What is looked at.
    value: &'s Json,
}

impl<'s> Parts<'s> {
    /// Takes a schema, and the value that is checked.
    pub(super) fn of(schema: &'s Json, value: &'s Json) -> Parts<'s> {
        Parts { schema: Cow::Borrowed(schema), draft: draft_of(schema).unwrap_or_default(), value }
    }

    /// Takes the schema of a draft, of which no part is tried.
    pub(super) fn of_metaschema(draft: &'static str, schema: &'s Json) -> Parts<'s> {
        Parts { schema: Cow::Owned(Json::Bool(true)), draft, value: schema }
    }

    /// Returns the names of the properties of the value at a JSON pointer.
    pub(super) fn property_names(&self, pointer: &str) -> Vec<String> {
        let fields = self.value.pointer(pointer).and_then(Json::as_object);
        fields.into_iter().flat_map(|fields| fields.keys().cloned()).collect()
    }

    /// Says whether the draft is older than that of 2019.
    pub(super) fn is_old(&self) -> bool {
        self.draft.contains("/draft-0")
    }

    /// Returns the part at a JSON pointer.
    pub(super) fn get(&self, pointer: &str) -> Option<&Json> {
        self.schema.pointer(pointer)
    }

    /// Returns what the part at a JSON pointer says of a value that stands at `at`.
    pub(super) fn problems(&self, pointer: &str, value: &Json, at: &str) -> Vec<Problem> {
        // The whole schema under a name of its own, so that references within it lead where they led.
        let mut whole = self.schema.clone().into_owned();
        if let Json::Object(fields) = &mut whole {
            fields.insert("$id".into(), Json::from(WHOLE));
            fields.entry("$schema").or_insert_with(|| Json::from(self.draft));
        }
        let wrapper = json!({ "$schema": self.draft, "$ref": format!("{WHOLE}#{pointer}"), "definitions": { "whole": whole } });
        let Ok(validator) = options(self.draft).build(&wrapper) else { return Vec::new() };
        let errors: Vec<_> = validator.iter_errors(value).collect();
        let found = problems(errors.iter(), &Parts { schema: Cow::Borrowed(&self.schema), draft: self.draft, value });
        found.into_iter().flat_map(Problem::without_reference).map(|problem| problem.below(at)).collect()
    }
}

const WHOLE: &str = "json-schema:///whole";
