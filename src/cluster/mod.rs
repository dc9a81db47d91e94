//! The Kubernetes API: what lives in a cluster, what it can do, and how it is changed.
//!
//! In: kubeconfig files and flags (as values, never the environment), objects as JSON, `ObjectId`s. Out: live objects, `Kinds`,
//! `Snapshot`, the server's answers with its warnings, `Status`, `Watch`; `Event`s through a callback.
//! May not know: charts, stacks, releases (it carries release records unread), terminals.
//! Rule: helm 4.3.1 pkg/kube, kubectl's reading of kubeconfig files, and the Kubernetes API conventions. Only this room talks to a
//! cluster; every call is bounded in time and in number, and is repeated only where that cannot do a thing twice.

mod access;
mod apply;
mod call;
mod connect;
mod delete;
mod discovery;
mod error;
mod explain;
mod gather;
mod inquiry;
mod kinds;
mod kubeconfig;
mod log;
mod managed_fields;
mod namespace;
mod patch;
mod path;
mod read;
mod refusal;
mod retry;
mod scaling;
mod settle;
mod snapshot;
pub mod status;
mod stored;
mod table;
mod transport;
mod typed_patch;
mod watch;

pub use access::{AccessReview, Asked, Granted};
pub use apply::{Applied, ApplyOptions, FIELD_MANAGER};
pub use call::{Event, Limits};
pub use connect::{Cluster, ConnectOptions, Target};
pub use delete::Propagation;
pub use error::Error;
pub use explain::{Cause, explain};
pub use gather::Wanted;
pub use inquiry::Explanation;
pub use kinds::{Kind, Kinds, ServerVersion};
pub use log::{LogSource, LogTail};
pub use managed_fields::upgrade_patch;
pub use patch::PatchKind;
pub use read::ListOptions;
pub use refusal::{FieldConflict, FieldError, Refusal, RefusalKind};
pub use retry::Retry;
pub use scaling::Scaled;
pub use settle::{Awaited, Goal, Outcome, Progress, Settled};
pub use snapshot::{DryRun, Snapshot};
pub use stored::{Driver, StoredRecord};
pub use table::{Column, Row, Table};
pub use watch::Watch;
