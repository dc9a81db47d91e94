//! A release with what lives of it.

use super::content::content;
use super::resources::{Resources, resources};
use super::session::{ReleaseSession, time_in};
use crate::diag::Diagnostics;
use crate::release::{self, HookRun, Record, StoredHook};
use crate::template::go_time::{Time, Zone};

/// A revision of a release, to be shown.
#[derive(Clone, Debug)]
pub struct ShownRelease {
    /// Its record.
    pub record: Record,
    /// When it was deployed, where that is known.
    pub deployed: Option<Time>,
    /// The runs of its tests that have begun; none where it has no tests.
    pub tests: Option<Vec<TestRun>>,
    /// What lives of it; only where that was asked for.
    pub resources: Resources,
}

/// The last run of a test.
#[derive(Clone, Debug)]
pub struct TestRun {
    /// The test's name.
    pub name: String,
    /// When it started.
    pub started: Time,
    /// When it ended, where it has.
    pub completed: Option<Time>,
    /// How it went.
    pub phase: &'static str,
}

impl ShownRelease {
    /// Makes one of a record, without live objects.
    pub fn of(session: &ReleaseSession, record: Record) -> ShownRelease {
        ShownRelease::in_zone(session.zone(), record)
    }

    /// As [`ShownRelease::of`], with times of this zone.
    pub(super) fn in_zone(zone: &Zone, record: Record) -> ShownRelease {
        let time = |time: Option<&release::Time>| time_in(zone, time);
        let deployed = time(record.info.last_deployed.as_ref());
        let tests: Vec<&StoredHook> = record.hooks.iter().filter(|hook| hook.events.iter().any(|event| event == "test")).collect();
        let run = |hook: &&StoredHook| {
            let HookRun { started_at, completed_at, phase } = &hook.last_run;
            let started = time(started_at.as_ref())?;
            Some(TestRun { name: hook.name.clone(), started, completed: time(completed_at.as_ref()), phase: phase.as_str() })
        };
        let tests = (!tests.is_empty()).then(|| tests.iter().filter_map(run).collect());
        ShownRelease { deployed, tests, resources: Resources::default(), record }
    }
}

/// Returns a release's revision (its last one for 0) with its live objects: as tables for people, or as they are.
///
/// Rule: helm pkg/action/status.go.
///
/// # Errors
/// There is no such release or revision; the cluster does not tell, or does not know a kind; the record is damaged.
pub async fn release_status(session: &ReleaseSession, name: &str, revision: u32, as_tables: bool) -> Result<ShownRelease, Diagnostics> {
    let record = content(session, name, revision).await?;
    let resources = resources(session, &record.manifest, as_tables).await?;
    Ok(ShownRelease { resources, ..ShownRelease::of(session, record) })
}
