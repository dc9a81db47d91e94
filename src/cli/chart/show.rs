//! `stackwright chart show`: shows parts of a chart.

use super::super::exit::ExitCode;
use super::super::run::{Context, Stop};
use super::source::SourceFlags;
use crate::chart::Part;
use crate::ops;
use clap::{Args, Subcommand};

/// What to show of a chart.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Everything: Chart.yaml, values.yaml, the README, the custom resource definitions
    All(Arguments),
    /// Chart.yaml
    Chart(Arguments),
    /// values.yaml
    Values(ValuesArguments),
    /// The README
    Readme(Arguments),
    /// The custom resource definitions
    Crds(Arguments),
}

/// Arguments of every part.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// The chart: a folder, an archive, REPOSITORY/NAME, a URL
    chart: String,
    #[command(flatten)]
    source: SourceFlags,
}

/// Arguments of `chart show values`.
#[derive(Args, Debug)]
pub(in crate::cli) struct ValuesArguments {
    #[command(flatten)]
    common: Arguments,
    /// Only what this JSONPath finds: {.image.tag}
    #[arg(long, value_name = "TEMPLATE")]
    jsonpath: Option<String>,
}

/// Loads the chart and prints the part.
pub(super) async fn run(context: &mut Context, command: Command) -> Result<ExitCode, Stop> {
    let (part, arguments, jsonpath) = match command {
        Command::All(arguments) => (Part::All, arguments, None),
        Command::Chart(arguments) => (Part::Chart, arguments, None),
        Command::Values(ValuesArguments { common, jsonpath }) => (Part::Values, common, jsonpath),
        Command::Readme(arguments) => (Part::Readme, arguments, None),
        Command::Crds(arguments) => (Part::Crds, arguments, None),
    };
    let request = ops::ChartShowRequest {
        source: arguments.source.chart(arguments.chart, &context.environment),
        part,
        jsonpath,
        variables: context.environment.variables.clone(),
    };
    let shown = ops::chart_show(&request).await?;
    context.shell.out().write_all(&shown.output)?;
    context.shell.out().flush()?;
    for notice in &shown.notices {
        context.shell.note(notice)?;
    }
    Ok(ExitCode::Success)
}
