//! Looks, while a release waits, at what keeps its objects from becoming ready: tells it as soon as it is seen, and ends the waiting
//! when it is certain that waiting does not help.

use super::event::EventKind;
use super::task::Task;
use crate::cluster::Cause;
use crate::cluster::status::Status;
use crate::manifest::{ObjectId, Tracking};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long objects are given before they are looked at, and how often from then on.
const LOOK: Duration = Duration::from_secs(5);

/// What is stuck for this long is told: pods pass through errors while what they refer to is being made.
const SETTLED: Duration = Duration::from_secs(4);

/// An image that could not be pulled for this long will not be: the registry has been asked several times.
const PULLING: Duration = Duration::from_secs(45);

/// Objects of a release that are looked at in one round.
const AT_ONCE: usize = 3;

/// The last status of each object that is waited for.
pub(super) type Statuses = Mutex<BTreeMap<ObjectId, Seen>>;

/// How objects are waited for, where their annotations say so.
pub(super) type Trackings = BTreeMap<ObjectId, Tracking>;

/// A status, and since when it is so.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) status: Status,
    since: Instant,
}

impl Seen {
    /// Takes down a status that has just come.
    pub(super) fn now(status: &Status) -> Seen {
        Seen { status: status.clone(), since: Instant::now() }
    }
}

impl Task<'_> {
    /// Looks at objects that are not ready, again and again. Returns when one of them certainly will not become ready, and has to.
    pub(super) async fn until_hopeless(&self, statuses: &Statuses, tracked: &Trackings) {
        let mut seen: BTreeMap<(ObjectId, String), Told> = BTreeMap::new();
        let mut ends = self.board.ends();
        loop {
            let has_ended = tokio::select! {
                () = sleep(LOOK) => false,
                changed = ends.changed() => changed.is_ok(),
            };
            if let Some((id, cause)) = self.doomed(statuses, tracked) {
                self.progress.tell(EventKind::Stuck { id, cause });
                return;
            }
            if has_ended {
                continue;
            }
            if let Some((id, silence)) = silent(statuses, tracked) {
                let cause = format!("nothing has happened to it for {}s", silence.as_secs());
                self.progress.tell(EventKind::Stuck { id, cause });
                return;
            }
            for id in unready(statuses) {
                let tracking = tracked.get(&id).cloned().unwrap_or_default();
                for cause in self.stuck(&id).await {
                    let since =
                        seen.entry((id.clone(), cause.reason.clone())).or_insert_with(|| Told { first: Instant::now(), told: false });
                    let age = since.first.elapsed();
                    let is_final = is_final(&cause, age, &tracking);
                    if !since.told && (age >= SETTLED || is_final) {
                        since.told = true;
                        self.progress.tell(EventKind::Stuck { id: id.clone(), cause: told(&cause) });
                    }
                    if is_final && !tracking.may_fail {
                        return;
                    }
                }
            }
        }
    }

    /// Returns an object that cannot become ready, for a release failed that was to make what it waits for.
    fn doomed(&self, statuses: &Statuses, tracked: &Trackings) -> Option<(ObjectId, String)> {
        let statuses = statuses.lock().unwrap_or_else(PoisonError::into_inner);
        let may_fail = |id: &ObjectId| tracked.get(id).is_some_and(|tracking| tracking.may_fail);
        let open = statuses.iter().filter(|(id, seen)| !seen.status.is_current() && !may_fail(id));
        open.map(|(id, _)| id).find_map(|id| Some((id.clone(), self.board.doom_of(self.release.id.kube_context.as_ref(), id)?)))
    }

    async fn stuck(&self, id: &ObjectId) -> Vec<Cause> {
        let Ok(Some(live)) = self.cluster.get(id).await else { return Vec::new() };
        // What cannot be asked now is asked again in the next round.
        let explanation = self.cluster.explain(&live, 0).await.unwrap_or_default();
        explanation.causes.into_iter().filter(|cause| cause.is_stuck).collect()
    }
}

struct Told {
    first: Instant,
    told: bool,
}

/// Returns an object to which nothing has happened for longer than its annotation allows.
fn silent(statuses: &Statuses, tracked: &Trackings) -> Option<(ObjectId, Duration)> {
    let statuses = statuses.lock().unwrap_or_else(PoisonError::into_inner);
    tracked.iter().filter(|(_, tracking)| !tracking.may_fail).find_map(|(id, tracking)| {
        let seen = statuses.get(id).filter(|seen| !seen.status.is_current())?;
        let silence = seen.since.elapsed();
        (silence >= tracking.no_activity?).then(|| (id.clone(), silence))
    })
}

fn unready(statuses: &Statuses) -> Vec<ObjectId> {
    let statuses = statuses.lock().unwrap_or_else(PoisonError::into_inner);
    statuses.iter().filter(|(_, seen)| !seen.status.is_current()).map(|(id, _)| id.clone()).take(AT_ONCE).collect()
}

/// Says whether something that is stuck will stay so. A container that crashes may be waiting for another release in its own way, and a
/// node may be added for a pod: those are told, and waited for to the end.
fn is_final(cause: &Cause, age: Duration, tracking: &Tracking) -> bool {
    if tracking.failures_allowed.is_some_and(|allowed| cause.restarts > allowed) {
        return true;
    }
    match cause.reason.as_str() {
        "InvalidImageName" | "ErrImageNeverPull" => true,
        "ErrImagePull" | "ImagePullBackOff" => age >= PULLING,
        _ => false,
    }
}

fn told(cause: &Cause) -> String {
    format!("{}: {} {}", cause.subject, cause.reason, cause.message).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(reason: &str, seconds: u64, expected: bool) {
        let cause = Cause { subject: String::new(), reason: reason.into(), message: String::new(), is_stuck: true, restarts: 3, log: None };
        assert_eq!(is_final(&cause, Duration::from_secs(seconds), &Tracking::default()), expected);
    }

    #[test]
    fn only_what_nobody_else_can_mend_ends_the_waiting() {
        check("InvalidImageName", 0, true);
        check("ImagePullBackOff", 10, false);
        check("ImagePullBackOff", 60, true);
        check("CrashLoopBackOff", 250, false);
        check("Unschedulable", 250, false);
    }

    #[test]
    fn an_object_may_say_how_many_restarts_are_too_many() {
        let (subject, message) = (String::new(), String::new());
        let cause = Cause { subject, reason: "CrashLoopBackOff".into(), message, is_stuck: true, restarts: 3, log: None };
        let allowing = |failures| Tracking { failures_allowed: Some(failures), ..Tracking::default() };
        assert!(is_final(&cause, Duration::ZERO, &allowing(2)));
        assert!(!is_final(&cause, Duration::ZERO, &allowing(3)));
    }
}
