//! `stackwright release test`: runs the tests of a release, as `helm test`.

use super::super::exit::ExitCode;
use super::super::flags::ClusterFlags;
use super::super::run::{Context, Stop};
use super::super::session::duration;
use super::work::{Teller, interruptible, print, work};
use crate::cli::flags::TableFormat;
use crate::ops::{self, ReleaseOptions, TestRequest};
use crate::report::write_test_logs;
use clap::Args;
use std::time::Duration;

/// Arguments of `release test`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// The release
    #[arg(value_name = "RELEASE")]
    name: String,
    /// Only tests of this name, or all but it (name=a, '!name=b'; several are taken together)
    #[arg(long, value_name = "[!]name=NAME,...", value_delimiter = ',')]
    filter: Vec<String>,
    /// Print what the tests' pods wrote
    #[arg(long)]
    logs: bool,
    /// Longest wait for a test, as 5m30s or in seconds
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration)]
    timeout: Duration,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Runs the tests and prints how they ended, also where one failed.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let work = work(context, arguments.cluster);
    let request = TestRequest {
        name: arguments.name,
        only: arguments.filter.iter().filter_map(|filter| filter.strip_prefix("name=")).map(str::to_owned).collect(),
        except: arguments.filter.iter().filter_map(|filter| excluded(filter)).map(str::to_owned).collect(),
        options: ReleaseOptions { timeout: Some(arguments.timeout), ..ReleaseOptions::default() },
        with_logs: arguments.logs,
    };
    let test = async |teller: &mut Teller<'_>| ops::release_test(&work, &request, teller).await;
    let tested = interruptible(context, &work.interrupt, &request.name, test).await?;
    print(context, &tested.release, TableFormat::Table, true)?;
    if arguments.logs {
        write_test_logs(context.shell.out(), &tested.logs)?;
    }
    match tested.failure {
        None => Ok(ExitCode::Success),
        Some(failure) => Err(Stop::Diagnostics(failure)),
    }
}

/// Returns the name that a filter leaves out (`!name=` or `! name=`).
fn excluded(filter: &str) -> Option<&str> {
    let rest = filter.strip_prefix('!')?;
    rest.strip_prefix("name=").or_else(|| rest.strip_prefix(" name="))
}
