//! Operations on single releases, a file an operation, as helm's commands do them.
//!
//! In: a cluster to connect to, what a command means. Out: values for `report`.
//! May not know: arguments, terminals, stacks.
//! Rule: helm 4.3.1 pkg/action, pkg/storage.

mod content;
mod go_record;
mod history;
mod list;
mod metadata;
mod resources;
mod session;
mod status;
mod template;
mod values;

pub use content::content;
pub use history::{ReleaseRevision, ReleaseRevisions, release_history};
pub use list::{ListRequest, ListedRelease, ListedReleases, list};
pub use metadata::{ReleaseMetadata, release_metadata};
pub use resources::Resources;
pub use session::ReleaseSession;
pub use status::{ShownRelease, TestRun, release_status};
pub use template::{WholeRelease, release_template, whole_release};
pub use values::{ReleaseValues, release_values};
