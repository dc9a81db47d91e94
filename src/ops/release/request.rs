//! What the commands that change a release are asked.

use super::super::apply::DEFAULT_TIMEOUT;
use super::super::chart_source::ChartSource;
use super::super::seeds::GeneratedValues;
use super::super::values_files::ValuesRequest;
use crate::cluster::ConnectOptions;
use crate::execute::{Event, Interrupt};
use crate::plan::{Code, Finding, Plan, Removal, Settings};
use std::collections::BTreeMap;
use std::time::Duration;

/// Where a command works, and what of this machine it may use.
#[derive(Clone)]
pub struct ReleaseWork {
    /// How the cluster is reached; its namespace is the release's.
    pub connect: ConnectOptions,
    /// The process's environment.
    pub variables: BTreeMap<String, String>,
    /// Ends the command early.
    pub interrupt: Interrupt,
}

/// Whoever is told what happens.
pub trait Listener {
    /// A line for standard error.
    fn notice(&mut self, line: &str);
    /// A line for standard output.
    fn line(&mut self, line: &str);
    /// Something that happened while the release is worked on.
    fn event(&mut self, event: &Event);
    /// What was found out before anything is written.
    fn findings(&mut self, plan: &Plan, findings: &[Finding], allowed: &[Code]);
}

/// Whether a command only says what it would do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DryRun {
    /// It does it.
    #[default]
    None,
    /// It says so, without asking the cluster more than it must.
    Client,
    /// It says so, and asks the cluster what that thinks of it.
    Server,
}

/// Which chart with which values, and how it is rendered. Names are those of helm's flags.
#[derive(Clone, Debug, Default)]
pub struct ChartInput {
    /// Where the chart comes from; which one it is stands elsewhere.
    pub source: ChartSource,
    /// Whether what the chart's folder lacks is fetched into it.
    pub dependency_update: bool,
    /// The user's values.
    pub values: ValuesRequest,
    /// Values unchecked.
    pub skip_schema_validation: bool,
    /// Whether templates may look up host names.
    pub dns: bool,
    /// Whether the notes of subcharts are taken too.
    pub sub_notes: bool,
    /// A program or plugin that changes what is rendered.
    pub post_renderer: Option<String>,
    /// Its arguments.
    pub post_renderer_arguments: Vec<String>,
    /// How templates make up values.
    pub generated: GeneratedValues,
    /// Whether what is printed of a dry run is without the contents of Secrets.
    pub hide_secrets: bool,
}

/// How a release is carried out. Names are those of helm's flags where nothing else is said.
#[derive(Clone, Debug, Default)]
pub struct ReleaseOptions {
    /// Objects are waited for.
    pub wait: bool,
    /// Jobs are waited for too.
    pub wait_for_jobs: bool,
    /// Objects go up stage by stage; counts only with `wait`.
    pub ordered: bool,
    /// Longest wait for a stage.
    pub readiness_timeout: Option<Duration>,
    /// Longest wait; none is Helm's.
    pub timeout: Option<Duration>,
    /// Run no hooks.
    pub no_hooks: bool,
    /// What the record says of a success.
    pub description: Option<String>,
    /// Labels of the record.
    pub labels: BTreeMap<String, String>,
    /// Make the namespace.
    pub create_namespace: bool,
    /// Take fields from other managers.
    pub force_conflicts: bool,
    /// Delete objects and make them again where a field of them cannot change.
    pub recreate: bool,
    /// Take over objects of other owners.
    pub take_ownership: bool,
    /// Leave out `crds/`.
    pub skip_crds: bool,
    /// Take back what fails.
    pub rollback_on_failure: bool,
    /// Delete what a failed revision has made.
    pub cleanup_on_fail: bool,
    /// How many revisions are kept; 0 keeps all.
    pub history_max: u32,
    /// How the release is removed.
    pub removal: Removal,
    /// What is found out first.
    pub checks: Checks,
}

/// What is found out before anything is written.
#[derive(Clone, Debug, Default)]
pub struct Checks {
    /// Leave it out.
    pub no_preflight: bool,
    /// Findings that stop nothing.
    pub allow: Vec<Code>,
}

impl ReleaseOptions {
    /// Returns the settings of the plan's release.
    pub(super) fn settings(&self) -> Settings {
        Settings {
            // Without a look at how it goes there is nothing to take back.
            wait: self.wait || self.rollback_on_failure,
            wait_for_jobs: self.wait_for_jobs,
            ordered: self.ordered,
            readiness_timeout: self.readiness_timeout,
            field_rules: Vec::new(),
            no_hooks: self.no_hooks,
            timeout: self.timeout.unwrap_or(DEFAULT_TIMEOUT),
            create_namespace: self.create_namespace,
            force_conflicts: self.force_conflicts,
            recreate: self.recreate,
            take_ownership: self.take_ownership,
            skip_crds: self.skip_crds,
            update_crds: false,
            min_ready: None,
            tests: false,
            allow_failure: false,
            history_max: self.history_max,
            description: self.description.clone().filter(|text| !text.is_empty()),
            rollback_on_failure: self.rollback_on_failure,
            force_revision: true,
            cleanup_on_fail: self.cleanup_on_fail,
            labels: self.labels.clone(),
            // Helm leaves what hooks have made: some charts keep secrets and volumes so.
            removal: Removal { keep_hook_objects: true, ..self.removal },
        }
    }
}
