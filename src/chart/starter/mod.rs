//! New charts: our own first chart, or a copy of a starter.
//!
//! In: a name, perhaps a chart to start from. Out: the files of the new chart.
//! May not know: folders, terminals.
//! Rule: Helm 4.3.1 pkg/chart/v2/util/create.go. The texts of `files` are ours; they render to the objects that Helm's render to.

mod copy;
mod name;
mod own;

pub use copy::copy_starter;
pub use name::check_name;
pub use own::own_files;
