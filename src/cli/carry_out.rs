//! From a plan to its end, and back where that is asked for: `apply`, `destroy` and `rollback` alike.

use super::exit::ExitCode;
use super::flags::OutputFormat;
use super::plan_flags::RunFlags;
use super::run::{Context, Stop};
use super::session::{ask, watch_interrupt};
use crate::diag::Diagnostics;
use crate::execute::Interrupt;
use crate::ops::{self, Lock, Prepared, Ran, RunOptions, Session};
use crate::report::{ProgressView, lock_words, undo_heading, write_run, write_run_json};

/// What is asked before a plan is carried out, and what follows.
pub(super) struct Intent<'a> {
    /// The question.
    pub(super) question: &'static str,
    /// Whether the answer is given already.
    pub(super) yes: bool,
    /// How it is carried out.
    pub(super) run: &'a RunFlags,
    /// Whether everything is taken back when something fails.
    pub(super) atomic: bool,
    /// How the result is printed.
    pub(super) output: OutputFormat,
}

/// Plans, shows the plan (which may say that this is the end), asks, takes the lock, carries out, prints the outcome. Where the stack was changed by another run while
/// this one was asking or waiting for the lock, it is planned and shown again. Returns also whether there was work.
pub(super) async fn plan_and_carry_out(
    context: &mut Context,
    session: &Session,
    intent: &Intent<'_>,
    plan: impl AsyncFn() -> Result<Prepared, Diagnostics>,
    show: impl AsyncFn(&mut Context, &Prepared) -> Result<Option<ExitCode>, Stop>,
) -> Result<(ExitCode, bool), Stop> {
    let interrupt = Interrupt::default();
    let mut held: Option<Lock> = None;
    let mut prepared = loop {
        let mut prepared = plan().await?;
        let stop = show(context, &prepared).await?;
        context.shell.out().flush()?;
        if let Some(code) = stop {
            give_back(context, held).await?;
            return Ok((code, true));
        }
        if !prepared.plan.has_work() {
            break prepared;
        }
        if !intent.yes {
            if !ask(context, intent.question)? {
                give_back(context, held).await?;
                return Ok((ExitCode::Failure, true));
            }
            prepared.forget_absent();
        }
        if held.is_some() {
            break prepared;
        }
        let shell = &mut context.shell;
        let on_wait = |state: &crate::revision::LeaseState| drop(shell.note(&lock_words(state)));
        let (lock, holds) = ops::lock(session, &mut prepared, intent.run.lock_timeout, &interrupt, on_wait).await?;
        held = Some(lock);
        if holds {
            break prepared;
        }
        context.shell.note("the stack was changed meanwhile; planning again")?;
    };
    if !prepared.plan.has_work() && prepared.has_work() && held.is_none() {
        // An earlier run left no word about its end. If another one is at work, it will see to that.
        held = ops::lock(session, &mut prepared, std::time::Duration::ZERO, &interrupt, |_| {}).await.ok().map(|(lock, _)| lock);
    }
    let code = go(context, session, intent, &prepared, held.as_ref(), &interrupt).await?;
    give_back(context, held).await?;
    Ok((code, prepared.plan.has_work()))
}

async fn give_back(context: &mut Context, held: Option<Lock>) -> Result<(), Stop> {
    if let Some(lock) = held
        && let Some(warning) = ops::unlock(lock).await
    {
        context.shell.note(&format!("warning: {warning}"))?;
    }
    Ok(())
}

/// Carries a plan out, takes it back where that is asked for, and prints how both went.
async fn go(
    context: &mut Context,
    session: &Session,
    intent: &Intent<'_>,
    prepared: &Prepared,
    held: Option<&Lock>,
    interrupt: &Interrupt,
) -> Result<ExitCode, Stop> {
    let watcher = watch_interrupt(interrupt.clone());
    let ran = watched_run(context, session, intent, prepared, held, interrupt).await?;
    let mut undone: Option<(Prepared, Ran)> = None;
    let mut printed = false;
    if intent.atomic && !ran.outcome.is_good() && !interrupt.is_raised() {
        if intent.output == OutputFormat::Text {
            write_run(&mut context.shell, &prepared.plan, &ran)?;
            context.shell.out().flush()?;
            printed = true;
        }
        if let Some(back) = ops::plan_undo(session, prepared, &ran).await? {
            context.shell.note(&undo_heading(&back.plan))?;
            let result = watched_run(context, session, intent, &back, held, interrupt).await?;
            undone = Some((back, result));
        }
    }
    watcher.abort();
    match (intent.output, &undone) {
        (OutputFormat::Text, Some((back, result))) => write_run(&mut context.shell, &back.plan, result)?,
        (OutputFormat::Text, None) if !printed => write_run(&mut context.shell, &prepared.plan, &ran)?,
        (OutputFormat::Text, None) => {}
        (OutputFormat::Json, undone) => {
            let undone = undone.as_ref().map(|(back, result)| (&*back.plan, result));
            write_run_json(context.shell.out(), &prepared.plan, &ran, undone)?;
        }
    }
    Ok(if interrupt.is_raised() {
        ExitCode::Interrupted
    } else if ran.outcome.is_good() {
        ExitCode::Success
    } else {
        ExitCode::Failure
    })
}

async fn watched_run(
    context: &mut Context,
    session: &Session,
    intent: &Intent<'_>,
    prepared: &Prepared,
    held: Option<&Lock>,
    interrupt: &Interrupt,
) -> Result<Ran, Stop> {
    let mut view = ProgressView::new(context.shell.look(), prepared.plan.names());
    let shell = &mut context.shell;
    let on_event = |event: &crate::execute::Event| {
        // A terminal that went away does not stop a run that has begun.
        let _ = view.show(shell, event);
    };
    let options = RunOptions { concurrency: intent.run.concurrency as usize, interrupt: interrupt.clone() };
    let ran = ops::run(session, prepared, held, options, on_event).await;
    view.finish();
    Ok(ran?)
}
