//! `stackwright release`: work with single releases, a file a command, as helm's commands do.
//!
//! In: arguments. Out: an exit code.
//! May not know: how any operation works.
//! Rule: Helm 4.3.1 pkg/cmd; flags and their letters are helm's.

mod command;
mod flags;
mod get;
mod history;
mod list;
mod status;
mod unreadable;

pub(super) use command::{Command, run};
pub(super) use flags::as_helms;
