//! `stackwright chart push`: pushes an archive of a chart to a registry.

use super::super::exit::ExitCode;
use super::super::run::{Context, Stop};
use super::source::AccessFlags;
use crate::ops;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `chart push`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// The archive
    archive: PathBuf,
    /// Folder of the registry: oci://HOST/PATH
    remote: String,
    #[command(flatten)]
    access: AccessFlags,
}

/// What helm says of versions with a plus sign.
const UNDERSCORE: &str = "
OCI artifact references (e.g. tags) do not support the plus sign (+). To support
storing semantic versions, Helm adopts the convention of changing plus (+) to
an underscore (_) in chart version tags when pushing to a registry and back to
a plus (+) when pulling from a registry.";

/// Pushes the chart.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let request = ops::ChartPushRequest {
        archive: arguments.archive,
        remote: arguments.remote,
        access: arguments.access.access(),
        variables: context.environment.variables.clone(),
    };
    let pushed = ops::chart_push(&request).await?;
    let out = context.shell.out();
    writeln!(out, "Pushed: {}\nDigest: sha256:{}", pushed.reference, pushed.manifest)?;
    if pushed.reference.rsplit(':').next().is_some_and(|tag| tag.contains('_')) {
        writeln!(out, "{} contains an underscore.\n{UNDERSCORE}", pushed.reference)?;
    }
    Ok(ExitCode::Success)
}
