//! `stackwright release`: work with single releases, a file a command, as helm's commands do.
//!
//! In: arguments. Out: an exit code.
//! May not know: how any operation works.
//! Rule: Helm 4.3.1 pkg/cmd; flags and their letters are helm's.

mod chart_flags;
mod command;
mod flags;
mod get;
mod history;
mod install;
mod list;
mod rollback;
mod run_flags;
mod status;
mod test;
mod uninstall;
mod unreadable;
mod upgrade;
mod work;

pub(super) use command::{Command, run};
pub(super) use flags::as_helms;
