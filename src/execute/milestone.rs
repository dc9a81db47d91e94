//! How far the work on a release is, for those that need it.

use crate::manifest::ObjectId;
use crate::stack::Until;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// A point on the way of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Milestone {
    /// All objects were sent.
    Applied,
    /// All post hooks have run.
    Hooks,
    /// Of each object this percentage of pods is ready.
    Percent(u8),
    /// An object is ready, or a hook has run.
    Object(ObjectId),
}

/// What a release has reached so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Reached {
    is_applied: bool,
    has_run_hooks: bool,
    percent: u8,
    objects: BTreeSet<(String, String, String)>,
}

impl Reached {
    /// Takes a milestone down.
    pub(super) fn add(&mut self, milestone: &Milestone) {
        match milestone {
            Milestone::Applied => self.is_applied = true,
            Milestone::Hooks => self.has_run_hooks = true,
            Milestone::Percent(percent) => self.percent = *percent,
            Milestone::Object(id) => {
                self.objects.insert((id.kind.clone(), id.namespace.clone().unwrap_or_default(), id.name.clone()));
            }
        }
    }

    /// Says whether a release that is still at work is as far as another one needs it. `namespace` is that of objects that name none.
    pub(super) fn is_far_enough(&self, until: &Until, namespace: &str) -> bool {
        match until {
            Until::Done | Until::Ready => false,
            Until::Applied => self.is_applied,
            Until::Hooks => self.has_run_hooks,
            Until::Percent(percent) => self.is_applied && self.percent >= *percent,
            Until::Object { kind, namespace: own, name } => {
                self.objects.contains(&(kind.clone(), own.as_deref().unwrap_or(namespace).to_owned(), name.clone()))
            }
        }
    }
}

/// How much of each object that is waited for is ready.
#[derive(Debug, Default)]
pub(super) struct Shares(Mutex<BTreeMap<ObjectId, u8>>);

impl Shares {
    /// Begins with objects of which nothing is ready.
    pub(super) fn begin(&self, objects: impl Iterator<Item = ObjectId>) {
        *self.lock() = objects.map(|id| (id, 0)).collect();
    }

    /// Takes down how much of an object is ready, and returns what is reached by that.
    pub(super) fn set(&self, id: &ObjectId, share: u8, is_ready: bool) -> Vec<Milestone> {
        let mut shares = self.lock();
        let before = smallest(&shares);
        let Some(known) = shares.get_mut(id) else { return Vec::new() };
        let share = if is_ready { 100 } else { share };
        let is_newly_ready = is_ready && *known < 100;
        *known = share;
        let now = smallest(&shares);
        let object = is_newly_ready.then(|| Milestone::Object(id.clone()));
        object.into_iter().chain((now != before).then_some(Milestone::Percent(now))).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<ObjectId, u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn smallest(shares: &BTreeMap<ObjectId, u8>) -> u8 {
    shares.values().copied().min().unwrap_or(100)
}
