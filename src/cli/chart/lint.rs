//! `stackwright chart lint`: says what is wrong with charts.

use super::super::exit::ExitCode;
use super::super::flags::{ClusterFlags, OutputFormat};
use super::super::run::{Context, Stop};
use super::super::session::connect_options;
use super::super::when::When;
use super::values::ValuesFlags;
use crate::ops;
use crate::report::{LintOptions, lint_summary, write_lint, write_lint_json, write_lint_values};
use clap::Args;

/// Arguments of `chart lint`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// Folders or archives of charts
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
    #[command(flatten)]
    values: ValuesFlags,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// Lint what is in charts/ too
    #[arg(long)]
    with_subcharts: bool,
    /// Kubernetes version for Capabilities and deprecated kinds
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,
    /// Do not check values against values.schema.json
    #[arg(long)]
    skip_schema_validation: bool,
    /// Show file, line, column and a hint below each message
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    places: When,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Lints the charts and writes what was found. Exits with 1 when a chart failed.
pub(super) fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let cluster = arguments.cluster.over(&context.before.cluster);
    let request = ops::ChartLintRequest {
        paths: arguments.paths,
        with_subcharts: arguments.with_subcharts,
        strict: arguments.strict,
        values: arguments.values.request(),
        namespace: connect_options(&context.environment, &cluster).namespace_without_cluster(),
        kube_version: arguments.kube_version,
        skip_schema_validation: arguments.skip_schema_validation,
        variables: context.environment.variables.clone(),
    };
    let linted = ops::chart_lint(&request)?;
    for notice in &linted.notices {
        context.shell.note(notice)?;
    }
    let look = context.shell.look();
    let code = if linted.failed() > 0 { ExitCode::Failure } else { ExitCode::Success };
    if arguments.output == OutputFormat::Json {
        write_lint_json(context.shell.out(), &linted)?;
        return Ok(code);
    }
    let places = arguments.places.holds(context.environment.stdout_is_terminal);
    write_lint(context.shell.out(), &linted, LintOptions { quiet: look.quiet, places, color: look.color_out })?;
    let summary = lint_summary(&linted);
    context.shell.out().flush()?;
    write_lint_values(context.shell.err(), &linted, look.quiet)?;
    if code == ExitCode::Failure {
        writeln!(context.shell.err(), "Error: {summary}")?;
    } else if !look.quiet || linted.charts.iter().any(ops::LintedChart::has_problems) {
        writeln!(context.shell.out(), "{summary}")?;
    }
    Ok(code)
}
