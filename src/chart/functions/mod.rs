//! The functions that Helm adds to Go's and sprig's, a file a family.
//!
//! In: arguments that the interpreter has checked, the render's state. Out: values.
//! May not know: charts' files, clusters but through `Lookup`.
//! Rule: pkg/engine/funcs.go, engine.go, lookup_func.go of Helm 4.3.1.

mod checks;
mod data;
mod lookup;
mod memo;
mod state;
mod table;
mod templates;

pub use lookup::{Lookup, NoCluster};
pub use table::functions;

pub(in crate::chart) use checks::ERROR_MARKERS;
pub(super) use memo::Memo;
pub(in crate::chart) use state::RenderState;
pub(in crate::chart) use templates::remove_no_value;
