//! `stackwright release uninstall`: removes releases, as `helm uninstall`.

use super::super::exit::ExitCode;
use super::super::flags::ClusterFlags;
use super::super::run::{Context, Stop};
use super::run_flags::WaitFlags;
use super::work::{Teller, interruptible, work};
use crate::cluster::Propagation;
use crate::diag::Diagnostic;
use crate::ops::{self, ReleaseOptions, UninstallRequest};
use crate::plan::Removal;
use clap::Args;

/// Arguments of `release uninstall`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// The releases
    #[arg(value_name = "RELEASE_NAME", required = true)]
    names: Vec<String>,
    /// Keep the records, so that the release can be rolled back
    #[arg(long)]
    keep_history: bool,
    /// What becomes of objects that the release's objects own
    #[arg(long, value_name = "background|orphan|foreground", default_value = "background", hide_default_value = true)]
    cascade: String,
    /// A release that is not there is as good as removed
    #[arg(long)]
    ignore_not_found: bool,
    /// What the record says, where it is kept
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Do nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    wait: WaitFlags,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Removes the releases, one after another; the first that cannot be removed ends the command.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let propagation = cascade(&arguments.cascade)?;
    let removal = Removal { propagation, keep_history: arguments.keep_history, ..Removal::default() };
    let options = ReleaseOptions { description: arguments.description, removal, ..ReleaseOptions::default() };
    let options = arguments.wait.over(context, options)?;
    let request = UninstallRequest { options, ignore_not_found: arguments.ignore_not_found, dry_run: arguments.dry_run };
    let work = work(context, arguments.cluster);
    for name in &arguments.names {
        let uninstall = async |teller: &mut Teller<'_>| ops::release_uninstall(&work, name, &request, teller).await;
        let info = interruptible(context, &work.interrupt, name, uninstall).await?;
        let out = context.shell.out();
        if !info.is_empty() {
            writeln!(out, "{info}")?;
        }
        writeln!(out, "release \"{name}\" uninstalled")?;
    }
    Ok(ExitCode::Success)
}

fn cascade(text: &str) -> Result<Propagation, Diagnostic> {
    match text {
        "background" => Ok(Propagation::Background),
        "foreground" => Ok(Propagation::Foreground),
        "orphan" => Ok(Propagation::Orphan),
        other => {
            let words = format!("invalid cascade value ({other}). Must be \"background\", \"foreground\", or \"orphan\"");
            Err(Diagnostic::error(words.clone()).verbatim(words))
        }
    }
}
