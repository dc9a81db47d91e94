//! `stackwright chart template`: renders a chart and prints its manifests, as `helm template`.

use super::super::exit::ExitCode;
use super::super::flags::ClusterFlags;
use super::super::run::{Context, Stop};
use super::super::session::connect_options;
use super::values::ValuesFlags;
use crate::ops;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `chart template`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
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
    /// Write a file a template into this folder instead
    #[arg(long, value_name = "FOLDER")]
    output_dir: Option<PathBuf>,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Renders the chart and prints the manifests, or writes them into a folder.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
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
        values: arguments.values.request(),
        kube_version: arguments.kube_version,
        api_versions: arguments.api_versions,
        include_crds: arguments.include_crds,
        is_upgrade: arguments.is_upgrade,
        no_hooks: arguments.no_hooks,
        skip_tests: arguments.skip_tests,
        show_only: arguments.show_only,
        skip_schema_validation: arguments.skip_schema_validation,
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
