//! `stackwright chart`: work with charts, as helm's commands do.

use super::exit::ExitCode;
use super::flags::ClusterFlags;
use super::run::{Context, Stop};
use super::session::connect_options;
use crate::ops;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// The commands on charts.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Render a chart and print its manifests, as `helm template`
    Template(TemplateArguments),
    /// Make a seed for `template --seed`: with it, passwords, keys, certificates and times are the same in every render
    Seed(SeedArguments),
}

/// Arguments of `chart seed`.
#[derive(Args, Debug)]
pub(super) struct SeedArguments {
    /// File to write it into, which must not be there yet; without one it is printed
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Arguments of `chart template`; flags as helm's.
#[derive(Args, Debug)]
pub(super) struct TemplateArguments {
    /// Name of the release, and the chart; or the chart alone
    #[arg(required = true, num_args = 1..=2, value_names = ["NAME", "CHART"])]
    name_and_chart: Vec<String>,
    #[command(flatten)]
    values: ValuesFlags,
    /// Version of the chart, where it comes from a repository
    #[arg(long, value_name = "RANGE")]
    version: Option<String>,
    /// Chart repository to take the chart from
    #[arg(long, value_name = "URL")]
    repo: Option<String>,
    /// Kubernetes version for Capabilities and kubeVersion
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,
    /// Kubernetes API versions for Capabilities.APIVersions
    #[arg(short, long, value_name = "VERSION,...", value_delimiter = ',')]
    api_versions: Vec<String>,
    /// Print custom resource definitions from crds/ too
    #[arg(long)]
    include_crds: bool,
    /// Render as for an upgrade
    #[arg(long)]
    is_upgrade: bool,
    /// Leave hooks out
    #[arg(long)]
    no_hooks: bool,
    /// Leave tests out
    #[arg(long)]
    skip_tests: bool,
    /// Print only the manifests of these templates
    #[arg(short, long, value_name = "TEMPLATE")]
    show_only: Vec<String>,
    /// Do not check values against values.schema.json
    #[arg(long)]
    skip_schema_validation: bool,
    /// Make generated values (randAlphaNum, genCA, now...) from the seed in this file (- is standard input; see chart seed)
    #[arg(long, value_name = "FILE")]
    seed: Option<String>,
    /// Write a file a template into this folder instead
    #[arg(long, value_name = "FOLDER")]
    output_dir: Option<PathBuf>,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Values of a chart, as helm takes them: files first, then the others in this order.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct ValuesFlags {
    /// Values file (- is standard input)
    #[arg(short = 'f', long = "values", value_name = "FILE,...", value_delimiter = ',')]
    files: Vec<String>,
    /// Set values (a.b=c,d=e)
    #[arg(long, value_name = "KEY=VALUE,...")]
    set: Vec<String>,
    /// Set string values
    #[arg(long, value_name = "KEY=VALUE,...")]
    set_string: Vec<String>,
    /// Set JSON values
    #[arg(long, value_name = "KEY=JSON,...")]
    set_json: Vec<String>,
    /// Set values from files
    #[arg(long, value_name = "KEY=FILE,...")]
    set_file: Vec<String>,
    /// Set a literal string
    #[arg(long, value_name = "KEY=TEXT")]
    set_literal: Vec<String>,
}

/// Runs a command on charts.
pub(super) async fn run(context: &mut Context, command: Command) -> Result<ExitCode, Stop> {
    match command {
        Command::Template(arguments) => template(context, arguments).await,
        Command::Seed(arguments) => seed(context, &arguments),
    }
}

fn seed(context: &mut Context, arguments: &SeedArguments) -> Result<ExitCode, Stop> {
    match &arguments.file {
        Some(file) => ops::make_seed_file(file)?,
        None => {
            context.shell.out().write_all(ops::new_seed().reveal().as_bytes())?;
            context.shell.out().flush()?;
        }
    }
    Ok(ExitCode::Success)
}

async fn template(context: &mut Context, arguments: TemplateArguments) -> Result<ExitCode, Stop> {
    let cluster = arguments.cluster.over(&context.before.cluster);
    let mut words = arguments.name_and_chart.into_iter();
    let (first, second) = (words.next().unwrap_or_default(), words.next());
    let (name, chart) = match second {
        Some(chart) => (first, chart),
        None => ("release-name".to_owned(), first),
    };
    let request = ops::ChartTemplateRequest {
        name,
        chart,
        version: arguments.version,
        repository: arguments.repo,
        namespace: context.environment.or_variable(cluster.namespace.clone(), &["HELM_NAMESPACE"]),
        values: ops::ValuesRequest {
            files: arguments.values.files,
            set: arguments.values.set,
            set_string: arguments.values.set_string,
            set_json: arguments.values.set_json,
            set_file: arguments.values.set_file,
            set_literal: arguments.values.set_literal,
        },
        kube_version: arguments.kube_version,
        api_versions: arguments.api_versions,
        include_crds: arguments.include_crds,
        is_upgrade: arguments.is_upgrade,
        no_hooks: arguments.no_hooks,
        skip_tests: arguments.skip_tests,
        show_only: arguments.show_only,
        skip_schema_validation: arguments.skip_schema_validation,
        seed: arguments.seed,
        output_dir: arguments.output_dir,
        connect: connect_options(&context.environment, &cluster),
        variables: context.environment.variables.clone(),
    };
    let printed = ops::chart_template(&request).await?;
    context.shell.out().write_all(printed.output.as_bytes())?;
    context.shell.out().flush()?;
    for notice in &printed.notices {
        context.shell.note(notice)?;
    }
    Ok(ExitCode::Success)
}
