//! `stackwright chart search`: looks for charts.

use super::super::exit::ExitCode;
use super::super::flags::TableFormat;
use super::super::run::{Context, Stop};
use crate::diag::Diagnostic;
use crate::ops;
use crate::report::write_search;
use clap::{Args, Subcommand};

/// Where to look.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// In the repositories of Helm's list, as their last updates have them
    Repo(Arguments),
}

/// Arguments of `chart search repo`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// What the charts' names, descriptions or keywords hold; everything unless given
    #[arg(value_name = "KEYWORD")]
    words: Vec<String>,
    /// The keyword is a regular expression
    #[arg(short, long)]
    regexp: bool,
    /// Show every version
    #[arg(short = 'l', long)]
    versions: bool,
    /// Prereleases too, unless --version is given
    #[arg(long)]
    devel: bool,
    /// Only versions of this range
    #[arg(long, value_name = "RANGE", default_value = "", hide_default_value = true)]
    version: String,
    /// Widest column of the table (0: any width)
    #[arg(long, value_name = "CELLS", default_value_t = 50)]
    max_col_width: usize,
    /// Fail where nothing is found
    #[arg(long)]
    fail_on_no_result: bool,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: TableFormat,
}

/// Looks for charts.
pub(super) async fn run(context: &mut Context, command: Command) -> Result<ExitCode, Stop> {
    let Command::Repo(arguments) = command;
    let request = ops::SearchRequest {
        words: arguments.words,
        is_pattern: arguments.regexp,
        all_versions: arguments.versions,
        devel: arguments.devel,
        version: arguments.version,
    };
    let (charts, notices) = ops::search_repositories(&request, &context.environment.variables).await?;
    for notice in notices {
        context.shell.note(&notice.to_string())?;
    }
    if charts.is_empty() && arguments.fail_on_no_result {
        return Err(Diagnostic::error("no results found").verbatim("no results found").into());
    }
    write_search(context.shell.out(), &charts, arguments.max_col_width, arguments.output.encoding())?;
    Ok(ExitCode::Success)
}
