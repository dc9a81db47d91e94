//! `stackwright release history`: the revisions of a release, as `helm history`.

use super::super::exit::ExitCode;
use super::super::flags::ClusterFlags;
use super::super::run::{Context, Stop};
use super::flags::{TableFormat, open};
use super::unreadable::ended;
use crate::ops;
use crate::report::{write_release_history, write_release_history_encoded};
use clap::Args;

/// Arguments of `release history`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// The release
    #[arg(value_name = "RELEASE_NAME")]
    name: String,
    /// The last so many revisions
    #[arg(long, value_name = "NUMBER", default_value_t = 256, allow_negative_numbers = true)]
    max: i64,
    /// Show the revision that a rollback went back to
    #[arg(long)]
    show_rollback_revision: bool,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: TableFormat,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Shows the revisions. Exits with 1 where a record cannot be read.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let session = open(context, arguments.cluster).await?;
    let found = ops::release_history(&session, &arguments.name, arguments.max).await?;
    let out = context.shell.out();
    match arguments.output.encoding() {
        None => write_release_history(out, &found.revisions, arguments.show_rollback_revision)?,
        Some(encoding) => write_release_history_encoded(out, &found.revisions, encoding)?,
    }
    ended(found.unreadable)
}
