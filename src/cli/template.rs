//! `stackwright template`: prints the manifests of the stack's releases, without asking a cluster.

use super::exit::ExitCode;
use super::flags::StackFlags;
use super::run::{Context, Stop};
use super::session::session;
use crate::ops;
use clap::Args;

/// Arguments of `template`.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    stack: StackFlags,
    /// Print custom resource definitions from crds/ too
    #[arg(long)]
    include_crds: bool,
    /// Leave tests out
    #[arg(long)]
    skip_tests: bool,
    /// Leave hooks out
    #[arg(long)]
    no_hooks: bool,
}

/// Renders every selected release and prints the manifests in the order of the stack file.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let session = session(context, arguments.stack)?;
    let options =
        ops::TemplateOptions { include_crds: arguments.include_crds, skip_tests: arguments.skip_tests, no_hooks: arguments.no_hooks };
    for text in ops::template(&session, &options).await? {
        context.shell.out().write_all(text.as_bytes())?;
    }
    // The program ends here: to take charts and templates apart piece by piece would take longer than to load some of them.
    std::mem::forget(session);
    Ok(ExitCode::Success)
}
