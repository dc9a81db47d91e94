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
mod held;
mod install;
mod request;
mod reuse;
mod rollback;
mod session;
mod test;
mod uninstall;
mod upgrade;
mod words;

pub use content::content;
pub use install::{InstallRequest, release_install};
pub use request::{ChartInput, Checks, DryRun, Listener, ReleaseOptions, ReleaseWork};
pub use reuse::Reuse;
pub use rollback::{RollbackRequest, release_rollback};
pub use session::ReleaseSession;
pub use test::{TestRequest, TestResult, release_test};
pub use uninstall::{UninstallRequest, release_uninstall};
pub use upgrade::{UpgradeRequest, Upgraded, release_upgrade};
