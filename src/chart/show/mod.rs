//! What `show` tells of a chart.
//!
//! In: a chart. Out: text.
//! May not know: values of users, rendering.
//! Rule: Helm 4.3.1 pkg/action/show.go.

mod jsonpath;
mod parts;

pub use jsonpath::JsonPath;
pub use parts::{Part, show};
