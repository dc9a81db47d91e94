//! The functions that Go's text/template and sprig bring, a file a family.
//!
//! In: arguments that the interpreter has counted and converted. Out: a value, or the text of Go's error or panic.
//! May not know: charts, stacks, clusters, files; what is random or of the clock comes through `Effects`.
//! Rule: sprig v3.3.0 and the Go libraries that it calls; a family is a table at the top of its file.

pub mod builtins;
pub mod certificates;
pub mod crypto;
pub mod dates;
pub mod dicts;
pub mod durations;
pub mod encoding;
pub mod json;
pub mod letter_case;
pub mod lists;
pub mod logic;
pub mod math;
pub mod network;
pub mod paths;
pub mod random;
pub mod regex;
pub mod semver;
pub mod strings;
pub mod toml;
pub mod types;
pub mod url;

mod arguments;
mod cast;
mod compare;
mod escape;
mod ip;
mod memo;
mod merge;
mod number;
mod runes;
mod time_object;
mod toml_writer;
mod unicode;
mod words;

use super::function::Function;

/// All families of this room, for `Functions::new`.
pub static FAMILIES: &[&[Function]] = &[
    &builtins::FAMILY,
    &certificates::FAMILY,
    &crypto::FAMILY,
    &dates::FAMILY,
    &dicts::FAMILY,
    &encoding::FAMILY,
    &json::FAMILY,
    &letter_case::FAMILY,
    &lists::FAMILY,
    &logic::FAMILY,
    &math::FAMILY,
    &network::FAMILY,
    &paths::FAMILY,
    &random::FAMILY,
    &regex::FAMILY,
    &semver::FAMILY,
    &strings::FAMILY,
    &types::FAMILY,
    &url::FAMILY,
];

/// The families that Helm adds to these, and that need nothing of a chart.
pub static HELM_FAMILIES: &[&[Function]] = &[&durations::FAMILY, &toml::FAMILY];
