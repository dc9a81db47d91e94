//! `stackwright release status`: a release and what lives of it, as `helm status`.

use super::super::exit::ExitCode;
use super::super::flags::ClusterFlags;
use super::super::run::{Context, Stop};
use super::flags::{TableFormat, open};
use crate::ops;
use crate::report::{write_release_status, write_release_status_encoded};
use clap::Args;

/// Arguments of `release status`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// The release
    #[arg(value_name = "RELEASE_NAME")]
    name: String,
    /// Its revision; the last one unless given
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true)]
    revision: u32,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: TableFormat,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Shows the release; its values are for `release get values`.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let session = open(context, arguments.cluster).await?;
    let encoding = arguments.output.encoding();
    let release = ops::release_status(&session, &arguments.name, arguments.revision, encoding.is_none()).await?;
    let color = context.shell.look().color_out;
    match encoding {
        None => write_release_status(context.shell.out(), &release, color)?,
        Some(encoding) => write_release_status_encoded(context.shell.out(), &release, encoding)?,
    }
    Ok(ExitCode::Success)
}
