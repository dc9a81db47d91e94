//! A stack as the stages after it see it: every release with its settings decided.

use super::changes::Changes;
use super::environment::Environment;
use super::identity::ReleaseId;
use super::layer::ValuesLayer;
use super::need::Need;
use super::overlays::Overlays;
use super::render::StateData;
use super::secrets::SecretRule;
use super::selector::Selector;
use crate::diag::{Diagnostic, Span};
use crate::source::Repository;
use crate::value::Map;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// All releases of a stack file and its sub-stacks.
#[derive(Clone, Debug)]
pub struct Stack {
    /// The file or folder that was loaded.
    pub path: PathBuf,
    /// Its folder.
    pub base_dir: PathBuf,
    /// The name of the environment.
    pub environment: String,
    /// What the stack is called, and how its revisions are kept.
    pub keeping: Keeping,
    /// Its secrets, by their names.
    pub secrets: BTreeMap<String, SecretRule>,
    /// The files that make up the stack, in the order in which helmfile would run them.
    pub states: Vec<Arc<State>>,
    /// The releases, state by state, in the order of the files.
    pub releases: Vec<Release>,
}

impl Stack {
    /// Returns the release of that identity.
    pub fn release(&self, id: &ReleaseId) -> Option<&Release> {
        self.releases.iter().find(|release| release.id == *id)
    }

    /// Returns the repositories of all states; of several with one name the first counts, as helmfile adds each name once.
    pub fn repositories(&self) -> Vec<&Repository> {
        let mut found: Vec<&Repository> = Vec::new();
        for repository in self.states.iter().flat_map(|state| &state.repositories) {
            if found.iter().all(|known| known.name != repository.name) {
                found.push(repository);
            }
        }
        found
    }
}

/// What a stack is called, and how its revisions are kept in the cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keeping {
    /// Its name: `name`, else that of its folder or file.
    pub name: String,
    /// Whether the stack file gives the name.
    pub is_named: bool,
    /// Whether releases that left the stack are removed.
    pub prune: bool,
    /// The kubeconfig context that the stack file, or the command line, names for all of it.
    pub kube_context: Option<String>,
    /// The namespace of its revisions: `history.namespace`, else the stack's `namespace`; none means the context's.
    pub namespace: Option<String>,
    /// How many revisions are kept (`history.max`); 0 is all of them.
    pub max: u32,
}

/// One stack file that was loaded, with all its parts and bases.
#[derive(Clone, Debug)]
pub struct State {
    /// Its place in `Stack::states`.
    pub index: usize,
    /// The file.
    pub path: PathBuf,
    /// The folder that relative paths in it start from.
    pub base_dir: PathBuf,
    /// The environment in force.
    pub environment: Environment,
    /// `.Values`: defaults, environment values and overrides, merged.
    pub values: Map,
    /// The repositories that its charts may name.
    pub repositories: Vec<Repository>,
    /// Commands that run before and after the whole state.
    pub hooks: Vec<Hook>,
    /// States whose releases come before those of this one: its sub-stacks, and the sub-stack before it.
    pub after: Vec<usize>,
    /// Which releases are meant; none means all.
    pub selectors: Vec<Selector>,
    /// What happens where a file of values is missing.
    pub missing_file: MissingFile,
    pub(super) data: StateData,
}

/// One release.
#[derive(Clone, Debug)]
pub struct Release {
    /// What names it.
    pub id: ReleaseId,
    /// Where it is written.
    pub span: Option<Span>,
    /// The state that it is of.
    pub state: Arc<State>,
    /// The kubeconfig context to use: the release's, else `helmDefaults`', else the environment's.
    pub kube_context: Option<String>,
    /// The chart as written, templates resolved: see `source::ChartRef::parse`.
    pub chart: String,
    /// Where the chart is written.
    pub chart_span: Option<Span>,
    /// The version, or a range of versions.
    pub version: Option<String>,
    /// Text for the release's record.
    pub description: Option<String>,
    /// Labels, with `name`, `namespace` and `chart`.
    pub labels: BTreeMap<String, String>,
    /// Where its values come from, lowest first.
    pub values: Vec<ValuesLayer>,
    /// Its features, and the files of values that there are for features.
    pub overlays: Overlays,
    /// What happens where a file of values is missing.
    pub missing_file: MissingFile,
    /// What happens where a file of secrets is missing.
    pub missing_secret: MissingFile,
    /// Releases that must be there first. Each once.
    pub needs: Vec<Need>,
    /// Whether the releases that provide what its pods wait for count among its needs (`needs: auto`).
    pub auto_needs: bool,
    /// Whether it is to be there; otherwise it is to be removed.
    pub installed: bool,
    /// Whether its `condition` holds; otherwise it is left alone.
    pub enabled: bool,
    /// Commands that run at its events.
    pub hooks: Vec<Hook>,
    /// How it is fetched and rendered.
    pub render: RenderOptions,
    /// How it is installed and upgraded.
    pub install: InstallOptions,
    /// How it is removed.
    pub delete: DeleteOptions,
    /// How it is compared.
    pub diff: DiffOptions,
    /// Patches on its chart's files, in order.
    pub patches: Vec<PathBuf>,
    /// What is added to its chart and changed in its manifests.
    pub changes: Changes,
    /// What nothing acts on and what would make another release of it: it can be listed, but `release_values` refuses it.
    pub refusals: Vec<Diagnostic>,
}

impl Release {
    /// Says whether the state's selectors and the release's condition choose it.
    pub fn is_selected(&self) -> bool {
        self.enabled && super::selector::matches_any(&self.state.selectors, &self.labels)
    }
}

/// How a release is fetched and rendered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RenderOptions {
    /// Whether prereleases count as versions.
    pub devel: bool,
    /// Whether templates may ask DNS.
    pub enable_dns: bool,
    /// Whether values are not checked against the chart's schema.
    pub skip_schema_validation: bool,
    /// Whether the chart's `crds/` are left out.
    pub skip_crds: bool,
    /// Whether the dependencies of a chart folder are left as they are.
    pub skip_deps: bool,
    /// Whether repositories are not asked for news.
    pub skip_refresh: bool,
    /// Whether server certificates are not checked when charts are fetched.
    pub insecure_skip_tls_verify: bool,
    /// Whether registries are asked without TLS.
    pub plain_http: bool,
    /// API versions that templates see beside the known ones.
    pub api_versions: Vec<String>,
    /// The Kubernetes version that templates see.
    pub kube_version: Option<String>,
    /// What the rendered manifests are piped through.
    pub post_renderer: Option<PostRenderer>,
}

/// A program that rewrites manifests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostRenderer {
    /// The program, or the name of a plugin.
    pub command: String,
    /// Its arguments.
    pub args: Vec<String>,
}

/// How a release is installed and upgraded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstallOptions {
    /// Whether to wait until the objects are ready.
    pub wait: bool,
    /// Whether to wait until jobs are complete, too.
    pub wait_for_jobs: bool,
    /// Whether its objects go up stage by stage, as its charts ask for, each stage when what it needs is ready; only with `wait`.
    pub ordered: bool,
    /// How long what a stage needs may take to become ready; the timeout of the waits where it does not say.
    pub readiness_timeout: Option<Duration>,
    /// Of each object, the percentage of pods that is enough to be ready; all of them where it does not say.
    pub min_ready: Option<u8>,
    /// Whether its tests have to succeed after each install and upgrade.
    pub tests: bool,
    /// Whether its failure fails neither the run nor what needs it.
    pub allow_failure: bool,
    /// How long each wait may take.
    pub timeout: Option<Duration>,
    /// Whether objects that cannot be changed are deleted and made again.
    pub force: bool,
    /// Whether fields that others manage are taken over.
    pub force_conflicts: bool,
    /// What becomes of fields that others manage, where it is not said for all of them; the first rule about a field counts.
    pub field_rules: Vec<FieldRule>,
    /// Whether a failure brings the previous revision back (`atomic`, `rollbackOnFailure`).
    pub rollback_on_failure: bool,
    /// Whether objects that a failed upgrade made are deleted.
    pub cleanup_on_fail: bool,
    /// How many revisions are kept; 0 is all of them.
    pub history_max: u32,
    /// Whether the namespace is made where it is missing.
    pub create_namespace: bool,
    /// Whether the values of the last revision are the lowest layer.
    pub reuse_values: bool,
    /// Whether objects that belong to no release are taken over.
    pub take_ownership: bool,
    /// What becomes of the chart's `crds/`.
    pub crds: CrdPolicy,
    /// Whether objects go up by server-side apply.
    pub server_side: Option<ServerSide>,
    /// Whether the release's labels are written on its record.
    pub sync_release_labels: bool,
    /// Whether objects are not checked against the cluster's OpenAPI schema.
    pub disable_openapi_validation: bool,
    /// Whether an upgrade that is forbidden deletes the release and installs it again.
    pub reinstall_if_forbidden: bool,
    /// Who watches readiness, as written.
    pub track_mode: Option<String>,
}

/// A rule about fields that other field managers own. In its texts `*` stands for any text.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldRule {
    /// The manager; none is any.
    pub manager: Option<String>,
    /// The fields, with all that is within them; none is all.
    pub fields: Vec<String>,
    /// The kind of the objects; none is any.
    pub kind: Option<String>,
    /// Their name; none is any.
    pub name: Option<String>,
    /// What becomes of the fields.
    pub action: FieldAction,
}

/// What becomes of a field that another manager owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldAction {
    /// It is left to the manager.
    Keep,
    /// It is taken over.
    Take,
    /// It stops the object from being sent.
    Fail,
}

/// What becomes of the custom resource definitions in a chart's `crds/`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CrdPolicy {
    /// An install makes those that are not there. Helm's way.
    #[default]
    Create,
    /// Installs and upgrades make and change them, where no stored object is endangered.
    Update,
    /// They are left to others.
    Keep,
}

/// Who merges an object's fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerSide {
    /// The server.
    Always,
    /// The client.
    Never,
    /// As the last revision did.
    Auto,
}

/// How a release is removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeleteOptions {
    /// Whether to wait until the objects are gone.
    pub wait: bool,
    /// How long that may take.
    pub timeout: Option<Duration>,
    /// What becomes of objects that the release's objects own.
    pub cascade: Option<Cascade>,
}

/// What becomes of the objects that a deleted object owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cascade {
    /// They are deleted later.
    Background,
    /// They are deleted first.
    Foreground,
    /// They stay.
    Orphan,
}

/// How a release is compared with the cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiffOptions {
    /// Whether manifests are not checked by the cluster.
    pub disable_validation: bool,
    /// The same, where the release is not installed yet.
    pub disable_validation_on_install: bool,
    /// Whether the cluster's version is not what templates see.
    pub disable_auto_detected_kube_version: bool,
    /// Whether changes of this release are not printed.
    pub suppress: bool,
    /// Lines of output that are not printed.
    pub suppress_output_line_regex: Vec<String>,
}

/// A command that runs at some events.
#[derive(Clone, Debug, PartialEq)]
pub struct Hook {
    /// What messages call it.
    pub name: String,
    /// When it runs: `prepare`, `preapply`, `presync`, `preuninstall`, `postuninstall`, `postsync`, `cleanup`.
    pub events: Vec<String>,
    /// What it does.
    pub action: HookAction,
    /// Whether its output is shown.
    pub show_logs: bool,
    /// Where it is written.
    pub span: Option<Span>,
}

/// What a hook does. Texts may hold templates; they are rendered when the event happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookAction {
    /// Runs a program in the state's folder, without a shell.
    Run {
        /// The program.
        command: String,
        /// Its arguments.
        args: Vec<String>,
    },
    /// Applies the objects of a file.
    ApplyFile(String),
    /// Applies the objects of a kustomize folder.
    ApplyKustomization(String),
}

/// What happens where a file is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingFile {
    /// It is an error.
    #[default]
    Error,
    /// It is left out, with a warning.
    Warn,
    /// It is left out, with a word in the log.
    Info,
    /// It is left out.
    Debug,
}
