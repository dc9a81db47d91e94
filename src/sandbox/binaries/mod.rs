//! The binaries of a control plane: found, or built once with Go and kept.
//!
//! In: a folder of ready binaries (optional), the cache folder. Out: a path for each program, with build events on the way.
//! May not know: sandboxes, ports, processes other than Go.
//! Rule: every dependency is pinned by the go.mod and go.sum files in `modules`, so a build gives the same program everywhere.

mod build;
mod find;
mod program;

pub use find::find;
pub use program::{Program, Versions};
