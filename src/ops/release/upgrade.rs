//! Upgrades a release, as `helm upgrade`.

use super::carry_out::{Intent, carry_out, history, last_revision, means};
use super::chart::{Around, ChosenChart, capabilities, seed};
use super::checks::{Checked, check_kinds, check_owners, preflight};
use super::dry_run::Shown;
use super::held::Held;
use super::install::{InstallRequest, install};
use super::request::{ChartInput, DryRun, Listener, ReleaseOptions, ReleaseWork};
use super::reuse::Reuse;
use super::session::ReleaseSession;
use super::status::ShownRelease;
use super::words::{failed, refused};
use crate::chart::ReleaseContext;
use crate::diag::Diagnostics;
use crate::ops::apply::desired_by;
use crate::ops::release_name::{self, ReleaseNaming};
use crate::plan::{Action, Desired};
use crate::release::{Entry, History, Owner, Record, Status, validate_labels};

/// What to upgrade.
pub struct UpgradeRequest {
    /// The release.
    pub name: String,
    /// The chart.
    pub chart_name: String,
    /// Whether a release that is not there is installed.
    pub install: bool,
    /// Whether standard output is for people.
    pub is_told: bool,
    /// What is taken over of the last revision's values.
    pub reuse: Reuse,
    /// The chart and its values.
    pub chart: ChartInput,
    /// How; `create_namespace` and `skip_crds` count for an install.
    pub options: ReleaseOptions,
    /// Whether it is only said what would be done.
    pub dry_run: DryRun,
}

/// How an upgrade ended.
pub struct Upgraded {
    /// The new revision.
    pub release: ShownRelease,
    /// Whether the release was not there before.
    pub is_new: bool,
}

const FAILED: &str = "UPGRADE FAILED";

/// Makes a new revision of a release, also where nothing changes. What an interrupted command left pending is gone on from.
///
/// Rule: Helm 4.3.1 pkg/cmd/upgrade.go, pkg/action/upgrade.go.
///
/// # Errors
/// In Helm's words where Helm has some: there is no such release, the chart does not render, the upgrade fails.
pub async fn release_upgrade(work: &ReleaseWork, request: &UpgradeRequest, listener: &mut dyn Listener) -> Result<Upgraded, Diagnostics> {
    let opened = ReleaseSession::open(&work.connect, &work.variables).await;
    let session = opened.map_err(|problems| if request.install { problems } else { failed(FAILED, problems) })?;
    if request.install {
        let history = history(&session, &request.name).await?;
        if !history.is_installed() {
            if request.is_told {
                listener.line(&format!("Release {:?} does not exist. Installing it now.", request.name));
            }
            let release = install(work, &as_install(request, !history.is_empty()), listener).await?;
            return Ok(Upgraded { release, is_new: true });
        }
    }
    let chart = ChosenChart::load(work, &request.chart, request.chart_name.clone(), listener).await?;
    let upgrade = Upgrade { work, session: &session, request };
    let upgraded = upgrade.locked(chart, listener).await;
    let release = upgraded.map_err(|problems| failed(FAILED, problems))?;
    Ok(Upgraded { release, is_new: false })
}

fn as_install(request: &UpgradeRequest, replace: bool) -> InstallRequest {
    InstallRequest {
        words: vec![request.name.clone(), request.chart_name.clone()],
        naming: ReleaseNaming::default(),
        replace,
        chart: request.chart.clone(),
        options: ReleaseOptions { history_max: 0, cleanup_on_fail: false, ..request.options.clone() },
        dry_run: request.dry_run,
    }
}

/// An upgrade on its way.
struct Upgrade<'a> {
    work: &'a ReleaseWork,
    session: &'a ReleaseSession,
    request: &'a UpgradeRequest,
}

impl Upgrade<'_> {
    async fn locked(&self, chart: ChosenChart<'_>, listener: &mut dyn Listener) -> Result<ShownRelease, Diagnostics> {
        let name = &self.request.name;
        release_name::check(name).map_err(|_| refused(format!("release name is invalid: {name}")))?;
        if self.request.chart.hide_secrets && self.request.dry_run == DryRun::None {
            return Err(refused("hiding Kubernetes secrets requires a dry-run mode"));
        }
        if self.request.dry_run != DryRun::None {
            return self.run(chart, history(self.session, name).await?, listener).await;
        }
        let held = Held::take(self.work, self.session, name).await?;
        let upgraded = async {
            let history = history(self.session, name).await?;
            held.check_pending(&history)?;
            self.run(chart, history, listener).await
        };
        let upgraded = upgraded.await;
        held.give_back().await;
        upgraded
    }

    async fn run(&self, mut chart: ChosenChart<'_>, history: History, listener: &mut dyn Listener) -> Result<ShownRelease, Diagnostics> {
        let request = self.request;
        let (cluster, options) = (&self.session.cluster, &request.options);
        let current = self.current(&history)?;
        if let Some(current) = &current {
            request.reuse.take(current, &mut chart.chart, &mut chart.values)?;
        }
        // A release whose only install was killed is installed once more, so that its install hooks run.
        let action = if history.pending().is_some() && history.needs_install() { Action::Install } else { Action::Upgrade };
        let desired = self.desired(chart, &history, action, listener).await?;
        validate_labels(&options.labels).map_err(|error| error.diagnostic().verbatim(error.to_string()))?;
        check_kinds(cluster, &desired, Checked::Upgrade, action == Action::Install).await?;
        if !options.take_ownership {
            let owner = Owner { name: &request.name, namespace: cluster.namespace() };
            check_owners(cluster, &desired, owner, current.as_ref(), Checked::Upgrade).await?;
        }
        let dry =
            if request.dry_run == DryRun::None { None } else { Some(self.shown(&history, current)?.of(&desired, &self.work.variables)?) };
        let mut means = means(self.work, self.session)?;
        let intent = Intent { name: &request.name, action, desired: Some(desired), restore: None, history, options };
        let plan = intent.plan(cluster.namespace())?;
        if request.dry_run != DryRun::Client {
            means.absent = preflight(&plan, &means.clusters, means.driver, &options.checks, listener).await?;
        }
        if let Some(shown) = dry {
            return Ok(shown);
        }
        carry_out(plan, means, listener).await?;
        last_revision(self.session, &request.name).await
    }

    /// Returns the revision that is upgraded; none where an install was killed before any was good.
    ///
    /// # Errors
    /// There is nothing to upgrade.
    fn current(&self, history: &History) -> Result<Option<Record>, Diagnostics> {
        let name = &self.request.name;
        let none = || refused(format!("{name:?} has no deployed releases"));
        let last = history.last().ok_or_else(none)?;
        let is_cut_off = last.status.is_pending() || (self.request.install && last.status == Status::Uninstalling);
        let current = history.current().or_else(|| history.last_good().filter(|_| is_cut_off));
        if current.is_none() && !is_cut_off {
            return Err(none());
        }
        let record = current.map(Entry::record).transpose();
        record.map_err(|error| error.diagnostic().into())
    }

    async fn desired(
        &self,
        chart: ChosenChart<'_>,
        history: &History,
        action: Action,
        listener: &mut dyn Listener,
    ) -> Result<Desired, Diagnostics> {
        let cluster = &self.session.cluster;
        let is_install = action == Action::Install;
        let around = Around {
            release: ReleaseContext {
                name: self.request.name.clone(),
                namespace: cluster.namespace().to_owned(),
                revision: i64::from(history.next_revision()),
                is_install,
                is_upgrade: !is_install,
            },
            capabilities: capabilities(cluster).await?,
            cluster: Some(cluster).filter(|_| self.request.dry_run != DryRun::Client),
            history,
            seed: seed(cluster, &self.request.chart, &self.request.name, history).await?,
        };
        desired_by(chart.render(around, listener)?, &self.request.options.settings())
    }

    fn shown(&self, history: &History, current: Option<Record>) -> Result<Shown<'_>, Diagnostics> {
        let options = &self.request.options;
        let last = history.last().map(Entry::record).transpose().map_err(|error| error.diagnostic())?;
        let mut labels = last.map(|record| record.labels).unwrap_or_default();
        labels.extend(options.labels.clone());
        labels.retain(|_, value| value != "null");
        Ok(Shown {
            name: &self.request.name,
            namespace: self.session.cluster.namespace(),
            revision: history.next_revision(),
            status: Status::PendingUpgrade,
            first_deployed: current.and_then(|record| record.info.first_deployed),
            description: options.description.clone().filter(|text| !text.is_empty()),
            labels,
            hide_secrets: self.request.chart.hide_secrets,
        })
    }
}
