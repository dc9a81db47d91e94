//! `stackwright adopt`: takes over objects that are there already for the releases whose charts make them.

use super::exit::ExitCode;
use super::flags::StackFlags;
use super::run::{Context, Stop};
use super::session::{ask, session};
use crate::ops::{self, AdoptRequest};
use crate::report::write_adoptions;
use clap::Args;

/// Arguments of `adopt`.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    stack: StackFlags,
    /// Release that takes the objects (default: each takes those that its chart makes)
    release: Option<String>,
    /// Only these objects (default: all that are there and belong to nobody)
    #[arg(value_name = "KIND/NAME")]
    objects: Vec<String>,
    /// Take objects from other releases too
    #[arg(long)]
    take_ownership: bool,
    /// Show what would be taken, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(short, long, alias = "auto-approve")]
    yes: bool,
}

/// Finds the objects, shows them, asks unless told not to, and marks them.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let session = session(context, arguments.stack)?;
    let request = AdoptRequest { release: arguments.release, objects: arguments.objects, take_ownership: arguments.take_ownership };
    let adoptions = ops::plan_adopt(&session, &request).await?;
    write_adoptions(context.shell.out(), &adoptions)?;
    context.shell.out().flush()?;
    if adoptions.objects.is_empty() || arguments.dry_run {
        return Ok(ExitCode::Success);
    }
    if !arguments.yes && !ask(context, "Take these over?")? {
        return Ok(ExitCode::Failure);
    }
    ops::adopt(&adoptions).await?;
    Ok(ExitCode::Success)
}
