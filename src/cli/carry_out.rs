//! Carries out a plan that was agreed to, and shows how it goes and how it ended: `apply` and `destroy` alike.

use super::apply::RunFlags;
use super::exit::ExitCode;
use super::flags::OutputFormat;
use super::run::{Context, Stop};
use super::session::watch_interrupt;
use crate::execute::Interrupt;
use crate::ops::{self, Prepared, Session};
use crate::report::{ProgressView, write_outcome, write_outcome_json};

/// Runs a plan to its end or to the first Ctrl-C, and prints the outcome.
pub(super) async fn carry_out(
    context: &mut Context,
    session: &Session,
    prepared: &Prepared,
    flags: &RunFlags,
    output: OutputFormat,
) -> Result<ExitCode, Stop> {
    let interrupt = Interrupt::default();
    let watcher = watch_interrupt(interrupt.clone());
    let mut view = ProgressView::new(context.shell.look(), prepared.plan.names());
    let shell = &mut context.shell;
    let outcome = ops::execute(session, prepared, flags.concurrency as usize, interrupt.clone(), |event| {
        // A terminal that went away does not stop a run that has begun.
        let _ = view.show(shell, event);
    })
    .await;
    watcher.abort();
    view.finish();
    match output {
        OutputFormat::Text => write_outcome(&mut context.shell, &prepared.plan, &outcome)?,
        OutputFormat::Json => write_outcome_json(context.shell.out(), &prepared.plan, &outcome)?,
    }
    Ok(if interrupt.is_raised() {
        ExitCode::Interrupted
    } else if outcome.is_good() {
        ExitCode::Success
    } else {
        ExitCode::Failure
    })
}
