//! The command line: what was typed becomes one call of `ops`, its result becomes output and an exit code.
//!
//! In: arguments, the process's environment (read here, once). Out: an exit code.
//! May not know: how any operation works.
//! Rule: flags are named as in helm, helmfile and kubectl; docs/cli.md is generated from these definitions.

mod adopt;
mod apply;
mod carry_out;
mod chart;
mod completion;
mod destroy;
mod diff;
mod drift;
mod environment;
mod exit;
mod explain;
mod features;
mod findings_flags;
mod flags;
mod graph;
mod history;
mod import;
mod lint;
mod list;
mod plan;
mod plan_flags;
mod reference;
mod release;
mod rollback;
mod run;
mod sandbox;
mod schema;
mod secrets;
mod session;
mod status;
mod switch;
mod template;
mod when;

pub use environment::Environment;
pub use exit::ExitCode;
pub use reference::reference;
pub use run::{Cli, run};
