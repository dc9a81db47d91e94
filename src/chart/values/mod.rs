//! Values of charts and users: read, set, merged, coalesced.
//!
//! In: sources, `--set` texts, charts. Out: `Map`s with the origin of every entry.
//! May not know: templates, clusters.
//! Rule: pkg/cli/values, pkg/strvals, pkg/chart/common/util/coalesce.go.

mod coalesce;
mod documents;
mod error;
mod merge;
mod options;
mod reader;
mod strvals;

pub use coalesce::{NoTable, coalesce_tables, coalesce_to_read, coalesce_values, merge_tables, merge_to_read};
pub use documents::parse_documents;
pub use error::Error;
pub use merge::merge_maps;
pub use options::ValueOptions;
pub use strvals::{SetError, parse_file_into, parse_into, parse_json_into, parse_literal_into, parse_string_into};
