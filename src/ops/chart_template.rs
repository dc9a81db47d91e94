//! Renders one chart, as `helm template` does.

use super::charts::{ChartName, find, sources};
use super::effects::MachineEffects;
use crate::chart::values::ValueOptions;
use crate::chart::{
    self, Capabilities, KubeVersion, Lookup, NoCluster, OutputFile, PrintOptions, ReleaseContext, RenderOptions, RenderRequest,
    TemplateCache, WriteMode, output_files, print_template,
};
use crate::cluster::ConnectOptions;
use crate::diag::{Diagnostic, Diagnostics, Source};
use crate::source::{OsFiles, Repository};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What to render, and how.
pub struct ChartTemplateRequest {
    /// Name of the release.
    pub name: String,
    /// The chart, as helm takes it: a path, `repository/name`, a URL.
    pub chart: String,
    /// Version of the chart.
    pub version: Option<String>,
    /// URL of the repository that `chart` is a name in.
    pub repository: Option<String>,
    /// Namespace of the release; none is that of the kubeconfig's context, or `default`.
    pub namespace: Option<String>,
    /// The user's values.
    pub values: ValuesRequest,
    /// Kubernetes version.
    pub kube_version: Option<String>,
    /// Kubernetes API versions beside the default ones.
    pub api_versions: Vec<String>,
    /// Custom resource definitions of `crds/` too.
    pub include_crds: bool,
    /// As for an upgrade.
    pub is_upgrade: bool,
    /// Hooks left out.
    pub no_hooks: bool,
    /// Tests left out.
    pub skip_tests: bool,
    /// Only these templates.
    pub show_only: Vec<String>,
    /// Values unchecked.
    pub skip_schema_validation: bool,
    /// Folder to write files into instead of printing.
    pub output_dir: Option<PathBuf>,
    /// How a cluster would be reached; only its kubeconfig's namespace is read.
    pub connect: ConnectOptions,
    /// The process's environment.
    pub variables: BTreeMap<String, String>,
}

/// The user's values, as written on a command line.
#[derive(Clone, Debug, Default)]
pub struct ValuesRequest {
    /// Values files; `-` is standard input.
    pub files: Vec<String>,
    /// `--set`.
    pub set: Vec<String>,
    /// `--set-string`.
    pub set_string: Vec<String>,
    /// `--set-json`.
    pub set_json: Vec<String>,
    /// `--set-file`.
    pub set_file: Vec<String>,
    /// `--set-literal`.
    pub set_literal: Vec<String>,
}

/// What is printed.
pub struct Printed {
    /// For standard output.
    pub output: String,
    /// Lines for standard error.
    pub notices: Vec<String>,
}

/// Renders a chart without a cluster.
///
/// # Errors
/// The chart is not found or does not load, the values cannot be read, a template fails; a file cannot be written.
pub async fn chart_template(request: &ChartTemplateRequest) -> Result<Printed, Diagnostics> {
    let repositories: Vec<Repository> = request.repository.iter().map(Repository::at).collect();
    let name = ChartName {
        text: &request.chart,
        version: request.version.as_deref().unwrap_or_default(),
        folder: Path::new("."),
        devel: false,
        skip_dependencies: false,
    };
    let chart =
        find(&sources(&request.variables), &OsFiles, &repositories, &name).await.map_err(|error| Diagnostics::from(error.diagnostic()))?;
    let values = read_values(&request.values)?;
    let mut capabilities = Capabilities::offline();
    if let Some(version) = &request.kube_version {
        capabilities = capabilities.with_kube_version(KubeVersion::parse(version).map_err(|error| Diagnostics::from(error.diagnostic()))?);
    }
    let capabilities = capabilities.with_api_versions(request.api_versions.iter().cloned());
    let effects = MachineEffects { zone: request.variables.get("TZ").cloned().filter(|zone| !zone.is_empty()) };
    let lookup: Arc<dyn Lookup> = Arc::new(NoCluster);
    let render = RenderRequest {
        chart: &chart,
        release: &ReleaseContext {
            name: request.name.clone(),
            namespace: request.namespace.clone().unwrap_or_else(|| "default".into()),
            revision: 1,
            is_install: !request.is_upgrade,
            is_upgrade: request.is_upgrade,
        },
        values: &values,
        capabilities: &capabilities,
        lookup: &lookup,
        effects: &effects,
        cache: &TemplateCache::default(),
        options: RenderOptions { skip_schema: request.skip_schema_validation, ..RenderOptions::default() },
    };
    let rendered = chart::render(&render).map_err(|error| Diagnostics::from(error.diagnostic()))?;
    let options = PrintOptions {
        show_only: request.show_only.clone(),
        include_crds: request.include_crds,
        skip_tests: request.skip_tests,
        no_hooks: request.no_hooks,
        hide_secrets: false,
    };
    let notices = rendered.notices.iter().map(ToString::to_string).collect();
    let output = match &request.output_dir {
        Some(folder) => write_files(folder, &output_files(&rendered, &options))?,
        None => print_template(&rendered, &options).map_err(|error| Diagnostics::from(error.diagnostic()))?,
    };
    Ok(Printed { output, notices })
}

/// Reads and merges the user's values.
///
/// # Errors
/// A file that cannot be read, or a text that cannot be understood.
pub(super) fn read_values(request: &ValuesRequest) -> Result<crate::value::Map, Diagnostics> {
    let mut files = Vec::with_capacity(request.files.len());
    for file in &request.files {
        let bytes =
            read(file).map_err(|reason| Diagnostics::from(Diagnostic::error(format!("cannot read values file {file}: {reason}"))))?;
        files.push(Source::new(file.clone(), String::from_utf8_lossy(&bytes)));
    }
    let options = ValueOptions {
        files,
        set_json: request.set_json.clone(),
        set: request.set.clone(),
        set_string: request.set_string.clone(),
        set_file: request.set_file.clone(),
        set_literal: request.set_literal.clone(),
    };
    options.merge(&read).map_err(|error| error.diagnostic().into())
}

/// Reads a file, or standard input for `-`.
fn read(path: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    if path == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        return Ok(bytes);
    }
    std::fs::read(path).map_err(|error| error.to_string())
}

/// Writes the files and returns what helm prints about it.
fn write_files(folder: &Path, files: &[OutputFile]) -> Result<String, Diagnostics> {
    let mut output = String::new();
    for file in files {
        let path = folder.join(&file.path);
        write_file(&path, file)
            .map_err(|error| Diagnostics::from(Diagnostic::error(format!("cannot write {}: {error}", path.display()))))?;
        output.push_str(&format!("wrote {}\n", path.display()));
    }
    output.push('\n');
    Ok(output)
}

fn write_file(path: &Path, file: &OutputFile) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut options = std::fs::OpenOptions::new();
    match file.mode {
        WriteMode::Create => options.write(true).create(true).truncate(true),
        WriteMode::Append | WriteMode::AppendIfThere => options.append(true).create(true),
    };
    options.open(path)?.write_all(file.text.as_bytes())
}
