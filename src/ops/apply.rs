//! Plans an apply or a removal, and carries a plan out.

use super::clusters::connect;
use super::diff::against_live;
use super::home::{Home, connect_all};
use super::left::{Left, is_pruned};
use super::live::LiveObjects;
use super::load::load;
use super::record::{config_json, stored_chart};
use super::render::{Live, Offline, RenderedRelease, Surroundings, render_all};
use super::revisions::leftovers_of;
use super::secrets::StackSecrets;
use super::seeds::{GeneratedValues, Seeds};
use super::session::Session;
use crate::chart::Chart;
use crate::cluster::{Propagation, Wanted};
use crate::diag::{Diagnostic, Diagnostics};
use crate::execute::{Absent, Clusters};
use crate::manifest::Document;
use crate::plan::order::{SubchartOrder, subchart_order};
use crate::plan::{Action, Candidate, Desired, GivenNeed, Plan, Removal, Settings, build};
use crate::release::History;
use crate::revision::{Operation, ReleaseKey};
use crate::stack::{Cascade, CrdPolicy, Need, Release, Stack};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Helm's default for waits.
pub(super) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(300);

/// What the command line says over the stack.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunOverrides {
    /// Wait for every release, or for none.
    pub wait: Option<bool>,
    /// Run no hooks.
    pub no_hooks: bool,
    /// Wait for jobs too.
    pub wait_for_jobs: bool,
    /// Where objects are waited for, bring them up stage by stage.
    pub ordered: bool,
    /// Longest wait for what a stage needs.
    pub readiness_timeout: Option<Duration>,
    /// Remove releases that left the stack, whatever the stack says.
    pub prune: bool,
    /// Take back every release that fails.
    pub rollback_on_failure: bool,
    /// Longest wait.
    pub timeout: Option<Duration>,
    /// How templates make up values.
    pub generated: GeneratedValues,
    /// Compare with the live objects instead of with the last revision.
    pub against_live: bool,
    /// Delete objects and make them again where a field of them cannot change.
    pub recreate: bool,
    /// Give every release a revision, also where nothing differs.
    pub force_revision: bool,
}

/// A plan, the clusters that it is for, and the stack whose revision it will be.
pub struct Prepared {
    /// The plan.
    pub plan: Arc<Plan>,
    /// Releases that the stack once deployed and does not name any more, and that stay.
    pub left: Vec<ReleaseKey>,
    /// What of the plan cannot be undone, a line each.
    pub irreversible: Vec<String>,
    pub(super) clusters: Clusters,
    pub(super) home: Home,
    pub(super) operation: Operation,
    /// What its releases were rendered from; nothing where they are not.
    pub(super) rendering: Option<Rendering>,
    /// The live objects, where the plan was compared with them.
    pub(super) live: Option<LiveObjects>,
    /// What preflight has seen not to be there.
    pub(super) absent: OnceLock<Absent>,
}

/// What the releases of a plan were rendered from: enough to render one of them again, the same.
pub(super) struct Rendering {
    pub(super) stack: Stack,
    pub(super) histories: Histories,
    pub(super) seeds: Seeds,
    /// The chart of each release that is to be there, by its index in the plan.
    pub(super) charts: BTreeMap<usize, Arc<Chart>>,
}

impl Prepared {
    pub(super) fn of(
        mut candidates: Vec<Candidate>,
        clusters: Clusters,
        home: Home,
        operation: Operation,
    ) -> Result<Prepared, Diagnostics> {
        for candidate in &mut candidates {
            let key = ReleaseKey {
                context: candidate.id.kube_context.clone(),
                namespace: candidate.namespace.clone(),
                name: candidate.id.name.clone(),
            };
            candidate.leftovers = leftovers_of(&home, &key);
        }
        let plan = Arc::new(build(candidates)?);
        Ok(Prepared {
            plan,
            left: Vec::new(),
            irreversible: Vec::new(),
            clusters,
            home,
            operation,
            rendering: None,
            live: None,
            absent: OnceLock::new(),
        })
    }

    /// Forgets what preflight has seen not to be there: it was long ago.
    pub fn forget_absent(&mut self) {
        self.absent = OnceLock::new();
    }

    /// Says whether anything is to be done: with releases, or because an earlier run left no word about its end.
    pub fn has_work(&self) -> bool {
        self.plan.has_work() || self.home.is_unsettled()
    }
}

/// Plans what an apply does: reads the stack, renders its releases, reads their records, compares. Writes nothing.
///
/// # Errors
/// Every mistake of the stack, charts that do not render, clusters that cannot be reached, cycles of needs.
pub async fn plan_apply(session: &Session, overrides: &RunOverrides) -> Result<Prepared, Diagnostics> {
    let stack = load(session)?;
    let releases: Vec<&Release> = stack.releases.iter().filter(|release| release.is_selected()).collect();
    check_needs(&releases)?;
    let mut clusters = connect_all(session, &stack, &releases).await?;
    let (histories, home) = tokio::try_join!(histories(session, &clusters, &releases), Home::open(&stack, &clusters))?;
    let secrets = StackSecrets::read(session, &stack, &home, &clusters).await?;
    let seeds = Seeds::read(overrides.generated, &clusters, &releases, secrets).await?;
    let left = Left::find(session, &stack, &home, &mut clusters, overrides).await?;
    let surroundings = Live::new(&clusters, &histories, &seeds).await?;
    let (mut candidates, charts) = rendered_candidates(session, &stack, &surroundings, &histories, &clusters, overrides).await?;
    let stays = if is_pruned(&stack, overrides) {
        candidates.extend(left.removals(candidates.len(), overrides));
        Vec::new()
    } else {
        left.keys()
    };
    let rendering = Some(Rendering { stack, histories, seeds, charts });
    let mut prepared = Prepared { left: stays, rendering, ..Prepared::of(candidates, clusters, home, Operation::Apply)? };
    let plan = Arc::make_mut(&mut prepared.plan);
    if overrides.against_live {
        prepared.live = Some(against_live(plan, &prepared.clusters).await?);
    }
    leave_out_hooks(plan, overrides);
    Ok(prepared)
}

/// Plans as if nothing were installed anywhere: renders the stack without a cluster.
///
/// # Errors
/// Mistakes of the stack, charts that do not render, cycles of needs.
pub(super) async fn plan_offline(session: &Session, overrides: &RunOverrides) -> Result<Plan, Diagnostics> {
    let stack = load(session)?;
    let nowhere = (Histories::new(), Clusters::new());
    let (candidates, _) = rendered_candidates(session, &stack, &Offline::default(), &nowhere.0, &nowhere.1, overrides).await?;
    let mut plan = build(candidates)?;
    leave_out_hooks(&mut plan, overrides);
    Ok(plan)
}

/// Reads what is installed of the selected releases.
///
/// # Errors
/// Mistakes of the stack, clusters that cannot be reached.
pub(super) async fn plan_recorded(session: &Session) -> Result<(Plan, Clusters), Diagnostics> {
    let stack = load(session)?;
    let releases: Vec<&Release> = stack.releases.iter().filter(|release| release.is_selected()).collect();
    let clusters = connect(session, releases.iter().map(|release| &release.id)).await?;
    let histories = histories(session, &clusters, &releases).await?;
    let overrides = RunOverrides::default();
    let candidates = releases.iter().map(|release| candidate(release, &releases, None, &histories, &clusters, &overrides)).collect();
    Ok((build(candidates)?, clusters))
}

/// Renders the selected releases and says what is wanted of each; also the chart of each, by its index.
async fn rendered_candidates(
    session: &Session,
    stack: &Stack,
    surroundings: &impl Surroundings,
    histories: &Histories,
    clusters: &Clusters,
    overrides: &RunOverrides,
) -> Result<(Vec<Candidate>, BTreeMap<usize, Arc<Chart>>), Diagnostics> {
    let releases: Vec<&Release> = stack.releases.iter().filter(|release| release.is_selected()).collect();
    let wanted: Vec<&Release> = releases.iter().copied().filter(|release| release.installed).collect();
    let rendered = render_all(session, stack, &wanted, surroundings).await?;
    let installed = (0..releases.len()).filter(|at| releases[*at].installed);
    let mut desired: BTreeMap<usize, RenderedRelease> = installed.zip(rendered).collect();
    let charts = desired.iter().map(|(at, rendered)| (*at, rendered.chart.clone())).collect();
    let mut candidates = Vec::with_capacity(releases.len());
    for (at, release) in releases.iter().enumerate() {
        let rendered = desired.remove(&at).map(|rendered| desired_by(rendered, &settings(release, overrides))).transpose()?;
        candidates.push(candidate(release, &releases, rendered, histories, clusters, overrides));
    }
    Ok((candidates, charts))
}

/// A run without hooks has nothing to do where only hooks differ.
fn leave_out_hooks(plan: &mut Plan, overrides: &RunOverrides) {
    for release in plan.releases.iter_mut().filter(|_| overrides.no_hooks) {
        let differed = !std::mem::take(&mut release.hook_changes).is_empty();
        if differed && release.action == Action::Upgrade && release.changes.is_empty() && release.reasons.is_empty() {
            release.action = Action::Nothing;
        }
    }
}

/// Plans the removal of every selected release that is there, and, where the stack prunes, of those that left it.
///
/// # Errors
/// Mistakes of the stack, clusters that cannot be reached, cycles of needs.
pub async fn plan_destroy(session: &Session, overrides: &RunOverrides) -> Result<Prepared, Diagnostics> {
    let stack = load(session)?;
    let releases: Vec<&Release> = stack.releases.iter().filter(|release| release.is_selected()).collect();
    let mut clusters = connect_all(session, &stack, &releases).await?;
    let (histories, home) = tokio::try_join!(histories(session, &clusters, &releases), Home::open(&stack, &clusters))?;
    let left = Left::find(session, &stack, &home, &mut clusters, overrides).await?;
    let mut candidates: Vec<Candidate> =
        releases.iter().map(|release| candidate(release, &releases, None, &histories, &clusters, overrides)).collect();
    if is_pruned(&stack, overrides) {
        candidates.extend(left.removals(candidates.len(), overrides));
    }
    Prepared::of(candidates, clusters, home, Operation::Destroy)
}

/// The records of releases, by namespace and name.
pub(super) type Histories = BTreeMap<(Option<String>, String, String), History>;

pub(super) fn namespace_of(release: &Release, clusters: &Clusters) -> String {
    let default = clusters.get(&release.id.kube_context).map_or("default", |cluster| cluster.namespace());
    release.id.namespace.clone().unwrap_or_else(|| default.to_owned())
}

/// Reads all records in one round for each cluster.
async fn histories(session: &Session, clusters: &Clusters, releases: &[&Release]) -> Result<Histories, Diagnostics> {
    let keys = releases.iter().map(|release| (release.id.kube_context.clone(), namespace_of(release, clusters), release.id.name.clone()));
    histories_of(session, clusters, &keys.collect()).await
}

/// Reads the records of releases by context, namespace and name.
pub(super) async fn histories_of(
    session: &Session,
    clusters: &Clusters,
    keys: &BTreeSet<(Option<String>, String, String)>,
) -> Result<Histories, Diagnostics> {
    let mut histories = Histories::new();
    for (context, cluster) in clusters {
        let own = keys.iter().filter(|(of, _, _)| of == context);
        let wanted = Wanted {
            releases: own.map(|(_, namespace, name)| (namespace.clone(), name.clone())).collect(),
            driver: session.driver,
            ..Wanted::default()
        };
        let snapshot = cluster.snapshot(&wanted).await.map_err(|error| error.diagnostic())?;
        for ((namespace, name), records) in snapshot.records {
            histories.insert((context.clone(), namespace, name), History::of(records));
        }
    }
    Ok(histories)
}

pub(super) fn history_of(histories: &Histories, release: &Release, clusters: &Clusters) -> History {
    let key = (release.id.kube_context.clone(), namespace_of(release, clusters), release.id.name.clone());
    histories.get(&key).cloned().unwrap_or_default()
}

fn candidate(
    release: &Release,
    all: &[&Release],
    desired: Option<Desired>,
    histories: &Histories,
    clusters: &Clusters,
    overrides: &RunOverrides,
) -> Candidate {
    let given = |need: &Need| {
        let release = all.iter().position(|other| other.id == need.id)?;
        Some(GivenNeed { release, until: need.until.clone(), span: need.span.clone() })
    };
    Candidate {
        id: release.id.clone(),
        namespace: namespace_of(release, clusters),
        desired,
        restore: None,
        leftovers: Vec::new(),
        history: history_of(histories, release, clusters),
        settings: settings(release, overrides),
        needs: release.needs.iter().filter_map(given).collect(),
        auto_needs: release.auto_needs,
    }
}

pub(super) fn settings(release: &Release, overrides: &RunOverrides) -> Settings {
    let install = &release.install;
    let rollback_on_failure = install.rollback_on_failure || overrides.rollback_on_failure;
    Settings {
        // Without a look at how it goes there is nothing to take back.
        wait: overrides.wait.unwrap_or(install.wait || rollback_on_failure || install.tests),
        no_hooks: overrides.no_hooks,
        wait_for_jobs: install.wait_for_jobs || overrides.wait_for_jobs,
        ordered: overrides.ordered || install.ordered,
        readiness_timeout: overrides.readiness_timeout.or(install.readiness_timeout),
        timeout: overrides.timeout.or(install.timeout).unwrap_or(DEFAULT_TIMEOUT),
        create_namespace: install.create_namespace,
        force_conflicts: install.force_conflicts,
        field_rules: install.field_rules.clone(),
        recreate: install.force || overrides.recreate,
        take_ownership: install.take_ownership,
        skip_crds: release.render.skip_crds || install.crds == CrdPolicy::Keep,
        update_crds: install.crds == CrdPolicy::Update,
        min_ready: install.min_ready,
        tests: install.tests,
        allow_failure: install.allow_failure,
        history_max: install.history_max,
        description: release.description.clone(),
        rollback_on_failure,
        force_revision: overrides.force_revision,
        cleanup_on_fail: install.cleanup_on_fail,
        labels: BTreeMap::new(),
        removal: Removal { propagation: propagation(release.delete.cascade), ..Removal::default() },
    }
}

fn propagation(cascade: Option<Cascade>) -> Propagation {
    match cascade {
        None | Some(Cascade::Background) => Propagation::Background,
        Some(Cascade::Foreground) => Propagation::Foreground,
        Some(Cascade::Orphan) => Propagation::Orphan,
    }
}

/// Cycles are found before charts are fetched and rendered: they need nothing of both.
fn check_needs(releases: &[&Release]) -> Result<(), Diagnostics> {
    let candidates =
        releases.iter().map(|release| candidate(release, releases, None, &Histories::new(), &Clusters::new(), &RunOverrides::default()));
    build(candidates.collect()).map(|_| ())
}

/// Returns what a release is to become, with the order of its charts where it goes up in order.
pub(super) fn desired_by(release: RenderedRelease, settings: &Settings) -> Result<Desired, Diagnostics> {
    let subcharts = if settings.wait && settings.ordered { subchart_order(&release.chart)? } else { SubchartOrder::default() };
    Ok(Desired { subcharts, ..desired_of(release)? })
}

pub(super) fn desired_of(release: RenderedRelease) -> Result<Desired, Diagnostic> {
    let mut crds = Vec::new();
    for file in &release.rendered.crds {
        for text in crate::manifest::split(&file.text()) {
            crds.push(Document::parse(&file.path, text).map_err(|error| error.diagnostic())?);
        }
    }
    Ok(Desired {
        chart: stored_chart(&release.chart, &release.rendered).map_err(|error| error.diagnostic())?,
        config: config_json(&release.values),
        new_seed: release.new_seed,
        subcharts: SubchartOrder::default(),
        patches: release.chart.patches.len(),
        manifest: release.rendered.manifest,
        crds,
        notes: release.rendered.notes,
    })
}
