//! Operations on single releases, a file an operation, as helm's commands do them.
//!
//! In: a cluster to connect to, what a command means. Out: values for `report`.
//! May not know: arguments, terminals, stacks.
//! Rule: helm 4.3.1 pkg/action, pkg/storage.

mod carry_out;
mod chart;
mod checks;
mod content;
mod dry_run;
mod go_record;
mod held;
mod history;
mod install;
mod list;
mod metadata;
mod request;
mod resources;
mod reuse;
mod rollback;
mod session;
mod status;
mod template;
mod test;
mod uninstall;
mod upgrade;
mod values;
mod words;

pub use content::content;
pub use history::{ReleaseRevision, ReleaseRevisions, release_history};
pub use install::{InstallRequest, release_install};
pub use list::{ListRequest, ListedRelease, ListedReleases, list};
pub use metadata::{ReleaseMetadata, release_metadata};
pub use request::{ChartInput, Checks, DryRun, Listener, ReleaseOptions, ReleaseWork};
pub use resources::Resources;
pub use reuse::Reuse;
pub use rollback::{RollbackRequest, release_rollback};
pub use session::ReleaseSession;
pub use status::{ShownRelease, TestRun, release_status};
pub use template::{WholeRelease, release_template, whole_release};
pub use test::{TestRequest, TestResult, release_test};
pub use uninstall::{UninstallRequest, release_uninstall};
pub use upgrade::{UpgradeRequest, Upgraded, release_upgrade};
pub use values::{ReleaseValues, release_values};
