//! Installs a release, as `helm install`.

use super::carry_out::{Intent, carry_out, history, last_revision, means};
use super::chart::{Around, ChosenChart, capabilities, seed};
use super::checks::{Checked, check_kinds, check_owners, preflight};
use super::dry_run::Shown;
use super::held::Held;
use super::request::{ChartInput, DryRun, Listener, ReleaseOptions, ReleaseWork};
use super::session::ReleaseSession;
use super::status::ShownRelease;
use super::words::{failed, refused};
use crate::chart::{Capabilities, Notice, ReleaseContext};
use crate::diag::Diagnostics;
use crate::ops::apply::desired_by;
use crate::ops::effects::MachineEffects;
use crate::ops::release_name::{self, ReleaseNaming};
use crate::plan::{Action, Desired};
use crate::release::{History, Owner, Status, validate_labels};

/// What to install.
pub struct InstallRequest {
    /// `[NAME] CHART`, as written.
    pub words: Vec<String>,
    /// How the release gets a name that is not given.
    pub naming: ReleaseNaming,
    /// Whether the name of a release that was removed, its history kept, or that failed is taken.
    pub replace: bool,
    /// The chart and its values.
    pub chart: ChartInput,
    /// How.
    pub options: ReleaseOptions,
    /// Whether it is only said what would be done.
    pub dry_run: DryRun,
}

/// Installs a release and returns what it is now. A release whose install was killed is installed again.
///
/// Rule: Helm 4.3.1 pkg/action/install.go.
///
/// # Errors
/// In Helm's words where Helm has some: the name is in use, the chart does not render, objects belong to others, the install fails.
pub async fn release_install(
    work: &ReleaseWork,
    request: &InstallRequest,
    listener: &mut dyn Listener,
) -> Result<ShownRelease, Diagnostics> {
    install(work, request, listener).await.map_err(|problems| failed("INSTALLATION FAILED", problems))
}

/// As [`release_install`], without saying first that it was an installation that failed.
pub(super) async fn install(
    work: &ReleaseWork,
    request: &InstallRequest,
    listener: &mut dyn Listener,
) -> Result<ShownRelease, Diagnostics> {
    let machine = MachineEffects::of(&work.variables);
    let (name, chart) = release_name::new_name_and_chart(&request.words, &request.naming, &machine, &work.variables).map_err(refused)?;
    let chart = ChosenChart::load(work, &request.chart, chart, listener).await?;
    if request.dry_run == DryRun::Client {
        return install_nowhere(work, request, &name, chart, listener);
    }
    let session = open(work).await?;
    check_request(request, &name)?;
    if request.dry_run == DryRun::Server {
        return Install { work, session: &session, request, name: &name }.run(chart, History::default(), listener).await;
    }
    let held = Held::take(work, &session, &name).await?;
    let installed = async {
        let history = history(&session, &name).await?;
        check_available(&history, request.replace, &held)?;
        Install { work, session: &session, request, name: &name }.run(chart, history, listener).await
    };
    let installed = installed.await;
    held.give_back().await;
    installed
}

async fn open(work: &ReleaseWork) -> Result<ReleaseSession, Diagnostics> {
    let opened = ReleaseSession::open(&work.connect, &work.variables).await;
    opened.map_err(|problems| failed("cluster reachability check failed", problems))
}

fn check_request(request: &InstallRequest, name: &str) -> Result<(), Diagnostics> {
    if request.chart.hide_secrets && request.dry_run == DryRun::None {
        return Err(refused("hiding Kubernetes secrets requires a dry-run mode"));
    }
    release_name::check(name).map_err(|words| refused(format!("release name check failed: {words}")))?;
    validate_labels(&request.options.labels).map_err(|error| error.diagnostic().verbatim(error.to_string()).into())
}

/// Checks that a name is free: nobody has it, or it may be taken, or its only install was killed.
fn check_available(history: &History, replace: bool, held: &Held) -> Result<(), Diagnostics> {
    let Some(last) = history.last() else { return Ok(()) };
    if replace && matches!(last.status, Status::Uninstalled | Status::Failed) {
        return Ok(());
    }
    if history.pending().is_some() && history.needs_install() {
        return held.check_pending(history);
    }
    Err(refused("release name check failed: cannot reuse a name that is still in use"))
}

/// Renders without any cluster, and shows what that gives.
fn install_nowhere(
    work: &ReleaseWork,
    request: &InstallRequest,
    name: &str,
    chart: ChosenChart<'_>,
    listener: &mut dyn Listener,
) -> Result<ShownRelease, Diagnostics> {
    check_request(request, name)?;
    let namespace = work.connect.namespace_without_cluster();
    let around = Around {
        release: context(name, &namespace),
        capabilities: Capabilities::offline(),
        cluster: None,
        history: &History::default(),
        seed: None,
    };
    let desired = desired_by(chart.render(around, listener)?, &request.options.settings())?;
    shown(request, name, &namespace).of(&desired, &work.variables)
}

fn context(name: &str, namespace: &str) -> ReleaseContext {
    // Helm says 1 also where records of an earlier release of the name are kept.
    ReleaseContext { name: name.to_owned(), namespace: namespace.to_owned(), revision: 1, is_install: true, is_upgrade: false }
}

fn shown<'a>(request: &'a InstallRequest, name: &'a str, namespace: &'a str) -> Shown<'a> {
    Shown {
        name,
        namespace,
        revision: 1,
        status: Status::PendingInstall,
        first_deployed: None,
        description: None,
        labels: request.options.labels.clone(),
        hide_secrets: request.chart.hide_secrets,
    }
}

/// An install on its way.
struct Install<'a> {
    work: &'a ReleaseWork,
    session: &'a ReleaseSession,
    request: &'a InstallRequest,
    name: &'a str,
}

impl Install<'_> {
    async fn run(&self, chart: ChosenChart<'_>, history: History, listener: &mut dyn Listener) -> Result<ShownRelease, Diagnostics> {
        let (cluster, options) = (&self.session.cluster, &self.request.options);
        let desired = self.desired(chart, &history, listener).await?;
        check_kinds(cluster, &desired, Checked::Install, !options.skip_crds).await?;
        if !options.take_ownership {
            let owner = Owner { name: self.name, namespace: cluster.namespace() };
            check_owners(cluster, &desired, owner, None, Checked::Install).await?;
        }
        let mut means = means(self.work, self.session)?;
        let dry = if self.request.dry_run == DryRun::Server {
            Some(shown(self.request, self.name, cluster.namespace()).of(&desired, &self.work.variables)?)
        } else {
            None
        };
        let intent = Intent { name: self.name, action: Action::Install, desired: Some(desired), restore: None, history, options };
        let plan = intent.plan(cluster.namespace())?;
        means.absent = preflight(&plan, &means.clusters, means.driver, &options.checks, listener).await?;
        if let Some(shown) = dry {
            return Ok(shown);
        }
        carry_out(plan, means, listener).await?;
        last_revision(self.session, self.name).await
    }

    async fn desired(&self, chart: ChosenChart<'_>, history: &History, listener: &mut dyn Listener) -> Result<Desired, Diagnostics> {
        let cluster = &self.session.cluster;
        if self.request.dry_run == DryRun::Server && !chart.chart.crds().is_empty() && !self.request.options.skip_crds {
            let text = "This chart or one of its subcharts contains CRDs. Rendering may fail or contain inaccuracies.";
            listener.notice(&Notice::warn(text).to_string());
        }
        let around = Around {
            release: context(self.name, cluster.namespace()),
            capabilities: capabilities(cluster).await?,
            cluster: Some(cluster),
            history,
            seed: seed(cluster, &self.request.chart, self.name, history).await?,
        };
        desired_by(chart.render(around, listener)?, &self.request.options.settings())
    }
}
