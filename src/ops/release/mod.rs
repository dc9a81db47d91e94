//! Operations on single releases, a file an operation, as helm's commands do them.
//!
//! In: a cluster to connect to, what a command means. Out: values for `report`.
//! May not know: arguments, terminals, stacks.
//! Rule: helm 4.3.1 pkg/action, pkg/storage.

mod content;
mod session;

pub use content::content;
pub use session::ReleaseSession;
