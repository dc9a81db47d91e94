//! `stackwright release list`: the releases of a namespace, as `helm list`.

use super::super::exit::ExitCode;
use super::super::flags::ClusterFlags;
use super::super::run::{Context, Stop};
use super::flags::{TableFormat, open};
use super::unreadable::ended;
use crate::ops::{self, ListRequest};
use crate::release::Status;
use crate::report::{ListLook, write_release_list, write_release_list_encoded, write_release_names};
use clap::Args;

/// Arguments of `release list`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// Of all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    #[command(flatten)]
    states: StateFlags,
    /// Only those whose names match this regular expression
    #[arg(short, long, value_name = "REGEXP", default_value = "", hide_default_value = true)]
    filter: String,
    /// Only those whose records have these labels: key=value, key!=value, key in (a,b), !key
    #[arg(short = 'l', long, value_name = "SELECTOR", default_value = "", hide_default_value = true)]
    selector: String,
    /// By the time of the last deployment
    #[arg(short, long)]
    date: bool,
    /// The other way round
    #[arg(short, long)]
    reverse: bool,
    /// So many at most (0: all)
    #[arg(short, long, value_name = "NUMBER", default_value_t = 256, allow_negative_numbers = true)]
    max: i64,
    /// Leave so many out at the beginning
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true)]
    offset: usize,
    /// Only names
    #[arg(short = 'q', long)]
    short: bool,
    /// Leave the line with the columns' names out
    #[arg(long)]
    no_headers: bool,
    /// How times look, as Go lays them out: "2006-01-02 15:04:05Z0700"
    #[arg(long, value_name = "LAYOUT", default_value = "", hide_default_value = true)]
    time_format: String,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: TableFormat,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Which statuses are listed; all of them unless one is given.
#[derive(Args, Debug)]
struct StateFlags {
    /// Deployed ones
    #[arg(long)]
    deployed: bool,
    /// Failed ones
    #[arg(long)]
    failed: bool,
    /// Pending ones
    #[arg(long)]
    pending: bool,
    /// Superseded revisions
    #[arg(long)]
    superseded: bool,
    /// Uninstalled ones whose history was kept
    #[arg(long)]
    uninstalled: bool,
    /// Those that are being uninstalled
    #[arg(long)]
    uninstalling: bool,
}

impl StateFlags {
    fn statuses(&self) -> Vec<Status> {
        let given: [(bool, &[Status]); 6] = [
            (self.deployed, &[Status::Deployed]),
            (self.failed, &[Status::Failed]),
            (self.pending, &[Status::PendingInstall, Status::PendingUpgrade, Status::PendingRollback]),
            (self.superseded, &[Status::Superseded]),
            (self.uninstalled, &[Status::Uninstalled]),
            (self.uninstalling, &[Status::Uninstalling]),
        ];
        given.into_iter().filter(|(is_given, _)| *is_given).flat_map(|(_, statuses)| statuses).copied().collect()
    }
}

/// Lists the releases. Exits with 1 where a record cannot be read.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let session = open(context, arguments.cluster).await?;
    let request = ListRequest {
        all_namespaces: arguments.all_namespaces,
        statuses: arguments.states.statuses(),
        filter: arguments.filter,
        selector: arguments.selector,
        by_date: arguments.date,
        reverse: arguments.reverse,
        max: arguments.max,
        offset: arguments.offset,
    };
    let found = ops::list_releases(&session, &request).await?;
    let look = ListLook { headers: !arguments.no_headers, time_format: arguments.time_format, color: context.shell.look().color_out };
    let out = context.shell.out();
    match arguments.output.encoding() {
        encoding if arguments.short => write_release_names(out, &found.releases, encoding)?,
        None => write_release_list(out, &found.releases, &look)?,
        Some(encoding) => write_release_list_encoded(out, &found.releases, &look, encoding)?,
    }
    ended(found.unreadable)
}
