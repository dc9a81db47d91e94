//! What templates see beside values: `.Chart`, `.Release`, `.Capabilities`, `.Files`.
//!
//! In: a chart, a release, capabilities. Out: values for the template's root.
//! May not know: loading, merging of values.
//! Rule: pkg/engine (recAllTpls, files.go), pkg/chart/common.go (structToMap), pkg/chart/common/capabilities.go.

mod capabilities;
mod chart_map;
mod files;
mod glob;
mod nil_map;
mod root;

pub use root::ReleaseContext;

pub(super) use root::{Scope, Shared, scopes};
