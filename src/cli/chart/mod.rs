//! `stackwright chart`: work with charts, a file a command, as helm's commands do.
//!
//! In: arguments. Out: an exit code.
//! May not know: how any operation works.
//! Rule: Helm 4.3.1 pkg/cmd; flags and their letters are helm's.

mod command;
mod create;
mod dependency;
mod explain;
mod lint;
mod package;
mod passphrase;
mod pull;
mod push;
mod registry;
mod repo;
mod search;
mod seed;
mod show;
mod source;
mod template;
mod unused;
mod values;
mod verify;

pub(super) use command::{Command, run};
pub(super) use source::SourceFlags;
pub(super) use template::label;
pub(super) use values::ValuesFlags;
