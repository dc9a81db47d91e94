//! `stackwright chart template`: renders a chart and prints its manifests, as `helm template`.

use super::super::exit::ExitCode;
use super::super::flags::ClusterFlags;
use super::super::run::{Context, Stop};
use super::super::session::connect_options;
use super::source::SourceFlags;
use super::unused::UnusedFlags;
use super::values::ValuesFlags;
use crate::chart::Notice;
use crate::diag::Diagnostic;
use crate::ops::{self, ReleaseNaming};
use clap::Args;
use std::path::PathBuf;

/// Arguments of `chart template`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// Name of the release, and the chart; or the chart alone
    #[arg(required = true, num_args = 1.., value_names = ["NAME", "CHART"])]
    name_and_chart: Vec<String>,
    /// Make up a name of the chart's and the time
    #[arg(short, long)]
    generate_name: bool,
    /// Template that gives the name of the release
    #[arg(long, value_name = "TEMPLATE")]
    name_template: Option<String>,
    #[command(flatten)]
    values: ValuesFlags,
    #[command(flatten)]
    source: SourceFlags,
    /// Fetch what charts/ lacks into it; without this it is fetched into memory
    #[arg(long)]
    dependency_update: bool,
    /// Kubernetes version for Capabilities and kubeVersion
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,
    /// Kubernetes API versions for Capabilities.APIVersions
    #[arg(short, long, value_name = "VERSION,...", value_delimiter = ',')]
    api_versions: Vec<String>,
    /// Ask the cluster (server): its capabilities, lookup, its kinds, whose its objects are; or not (client)
    #[arg(long, value_name = "client|server", num_args = 0..=1, require_equals = true, default_missing_value = "unset")]
    dry_run: Option<String>,
    /// The same as --dry-run=server
    #[arg(long, conflicts_with = "dry_run")]
    validate: bool,
    /// With --dry-run=server, do not mind objects that are somebody else's
    #[arg(long)]
    take_ownership: bool,
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
    /// Print Secrets without their contents
    #[arg(long)]
    hide_secret: bool,
    /// Print only the manifests of these templates
    #[arg(short, long, value_name = "TEMPLATE")]
    show_only: Vec<String>,
    /// Do not check values against values.schema.json
    #[arg(long)]
    skip_schema_validation: bool,
    /// Make generated values (randAlphaNum, genCA, now...) from the seed in this file (- is standard input; see chart seed)
    #[arg(long, value_name = "FILE")]
    seed: Option<String>,
    /// Let templates look up host names
    #[arg(long)]
    enable_dns: bool,
    /// Labels of the release's record
    #[arg(short, long, value_name = "KEY=VALUE,...", value_delimiter = ',', value_parser = label)]
    labels: Vec<(String, String)>,
    /// Program, or Helm 4 plugin, that changes what is rendered
    #[arg(long, value_name = "PROGRAM|PLUGIN")]
    post_renderer: Option<String>,
    /// Argument for the post-renderer
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    post_renderer_args: Vec<String>,
    /// Write a file a template into this folder instead
    #[arg(long, value_name = "FOLDER")]
    output_dir: Option<String>,
    /// Write them into a folder of the release's name below it
    #[arg(long)]
    release_name: bool,
    #[command(flatten)]
    unused: UnusedFlags,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Renders the chart and prints the manifests, or writes them into a folder.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let cluster = arguments.cluster.over(&context.before.cluster);
    let mut complaints = arguments.unused.complaints();
    if arguments.validate {
        complaints.insert(0, "Flag --validate has been deprecated, use '--dry-run=server' instead".to_owned());
    }
    let (ask_cluster, complaint) = dry_run(arguments.dry_run.as_deref())?;
    complaints.extend(complaint.map(|complaint| complaint.to_string()));
    for complaint in &complaints {
        context.shell.note(complaint)?;
    }
    let request = ops::ChartTemplateRequest {
        words: arguments.name_and_chart,
        naming: ReleaseNaming { generate: arguments.generate_name, template: arguments.name_template.unwrap_or_default() },
        source: arguments.source.chart(String::new(), &context.environment),
        dependency_update: arguments.dependency_update,
        values: arguments.values.request(),
        ask_cluster: ask_cluster || arguments.validate,
        take_ownership: arguments.take_ownership,
        skip_crds: arguments.unused.skip_crds,
        kube_version: arguments.kube_version.filter(|version| !version.is_empty()),
        api_versions: arguments.api_versions.into_iter().filter(|version| !version.is_empty()).collect(),
        include_crds: arguments.include_crds,
        is_upgrade: arguments.is_upgrade,
        no_hooks: arguments.no_hooks,
        skip_tests: arguments.skip_tests,
        hide_secrets: arguments.hide_secret,
        show_only: arguments.show_only,
        skip_schema_validation: arguments.skip_schema_validation,
        seed: arguments.seed,
        dns: arguments.enable_dns,
        labels: arguments.labels,
        post_renderer: arguments.post_renderer.filter(|name| !name.is_empty()),
        post_renderer_arguments: arguments.post_renderer_args,
        output_dir: arguments.output_dir.filter(|folder| !folder.is_empty()).map(PathBuf::from),
        below_release_name: arguments.release_name,
        print_broken: context.debug,
        connect: connect_options(&context.environment, &cluster),
        variables: context.environment.variables.clone(),
    };
    let printed = ops::chart_template(&request).await;
    context.shell.out().write_all(printed.output.as_bytes())?;
    context.shell.out().flush()?;
    for notice in &printed.notices {
        context.shell.note(notice)?;
    }
    match printed.problem {
        None => Ok(ExitCode::Success),
        Some(problem) => Err(Stop::Diagnostics(problem)),
    }
}

/// Says whether the cluster is asked, and what helm complains about (pkg/cmd, `cmdGetDryRunFlagStrategy`).
fn dry_run(value: Option<&str>) -> Result<(bool, Option<Notice>), Diagnostic> {
    let refused = |value: &str, allowed: &str| {
        let text = format!("invalid dry-run value ({value:?}). Must be {allowed}");
        Err(Diagnostic::error(text.clone()).verbatim(text))
    };
    match value {
        None | Some("client") => Ok((false, None)),
        Some("server") => Ok((true, None)),
        Some("unset") => Ok((false, Some(Notice::warn("--dry-run is deprecated and should be replaced with '--dry-run=client'")))),
        Some(value @ ("1" | "t" | "T" | "true" | "TRUE" | "True")) => {
            let text = format!("boolean '--dry-run={value}' flag is deprecated and must be replaced with '--dry-run=client'");
            Ok((false, Some(Notice::warn(text))))
        }
        Some(value @ ("none" | "0" | "f" | "F" | "false" | "FALSE" | "False")) => refused(value, "\"server\" or \"client\""),
        Some(value) => refused(value, "\"none\", \"server\", or \"client\""),
    }
}

pub(in crate::cli) fn label(text: &str) -> Result<(String, String), String> {
    let label = text.split_once('=').ok_or_else(|| format!("{text} must be formatted as key=value"))?;
    Ok((label.0.to_owned(), label.1.to_owned()))
}
