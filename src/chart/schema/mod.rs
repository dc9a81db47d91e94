//! Values against values.schema.json.
//!
//! In: a chart's tree and its coalesced values. Out: nothing, or every finding in Helm's words.
//! May not know: templates.
//! Rule: pkg/chart/common/util/jsonschema.go; the words and their nesting are those of santhosh-tekuri/jsonschema v6.0.3.

mod check;
mod findings;
mod formats;
mod metaschema;
mod number;
mod parts;
mod problem;
mod weigh;
mod wording;

pub(super) use check::{check, check_one};
