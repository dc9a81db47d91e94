//! `stackwright chart explain`: says where the fields of a chart's objects come from.

use super::super::exit::ExitCode;
use super::super::flags::{ClusterFlags, OutputFormat};
use super::super::run::{Context, Stop};
use super::source::SourceFlags;
use super::values::ValuesFlags;
use crate::ops::{self, Question};
use crate::report::{write_explained, write_explained_json};
use clap::Args;

/// Arguments of `chart explain`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// Name of the release
    name: String,
    /// The chart: a folder, an archive, REPOSITORY/NAME, a URL
    chart: String,
    /// Object to explain (Deployment/web)
    #[arg(required_unless_present = "value")]
    object: Option<String>,
    /// Field of the object (spec.template.spec.containers[0].image); all of it unless given
    field: Option<String>,
    /// Say which fields this value reaches (image.tag) instead
    #[arg(long, value_name = "PATH", conflicts_with_all = ["object", "field"])]
    value: Option<String>,
    #[command(flatten)]
    values: ValuesFlags,
    /// Kubernetes version for Capabilities and kubeVersion
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,
    /// Kubernetes API versions for Capabilities.APIVersions
    #[arg(short, long, value_name = "VERSION,...", value_delimiter = ',')]
    api_versions: Vec<String>,
    /// Program that changes the manifests: what it leaves as it is is explained
    #[arg(long, value_name = "PROGRAM")]
    post_renderer: Option<String>,
    /// Argument for it
    #[arg(long, value_name = "ARGUMENT", allow_hyphen_values = true)]
    post_renderer_args: Vec<String>,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
    #[command(flatten)]
    source: SourceFlags,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Renders the chart and writes the answer.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let cluster = arguments.cluster.over(&context.before.cluster);
    let question = match (arguments.value, arguments.object) {
        (Some(value), _) => Question::Value(value),
        (None, object) => Question::Field(object.unwrap_or_default(), arguments.field),
    };
    let request = ops::ChartExplainRequest {
        name: arguments.name,
        source: arguments.source.chart(arguments.chart, &context.environment),
        values: arguments.values.request(),
        namespace: context.environment.or_variable(cluster.namespace, &["HELM_NAMESPACE"]),
        kube_version: arguments.kube_version,
        api_versions: arguments.api_versions,
        post_renderer: arguments.post_renderer,
        post_renderer_arguments: arguments.post_renderer_args,
        question,
        variables: context.environment.variables.clone(),
    };
    let objects = ops::chart_explain(&request).await?;
    match arguments.output {
        OutputFormat::Text => write_explained(context.shell.out(), &objects)?,
        OutputFormat::Json => write_explained_json(context.shell.out(), &objects)?,
    }
    context.shell.out().flush()?;
    if objects.is_empty() {
        context.shell.note("no field has this value in it, and it decides about none")?;
    }
    Ok(ExitCode::Success)
}
