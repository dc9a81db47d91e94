//! Plays a plan through: what starts, what becomes ready, and what never can.

use super::find::{PartWait, Waits};
use super::held::waiting_for_hooks_of;
use crate::manifest::Wait;
use crate::plan::needs::PlannedNeed;
use crate::plan::planned::{Action, PlannedRelease};
use crate::plan::sent::hook_events;
use crate::stack::Until;

/// How far a plan gets, if every pod starts as soon as what it waits for is there, and nothing fails.
///
/// It errs to the good side: what no release provides is taken to be there, and so is what is installed already.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// Which objects become ready, by index in `Waits::parts`.
    pub ready: Vec<bool>,
    /// Which releases start.
    pub started: Vec<bool>,
    /// Which releases come to their end.
    pub done: Vec<bool>,
    applied: Vec<bool>,
    hooks: Vec<bool>,
}

/// What is the same all through a rehearsal.
struct Play<'p> {
    releases: &'p [PlannedRelease],
    needs: &'p dyn Fn(usize) -> Vec<PlannedNeed>,
    waits: &'p Waits,
    /// Objects that the post hooks of their release do not wait for.
    held: Vec<bool>,
}

/// Plays releases through, with these needs of each.
pub fn rehearse(releases: &[PlannedRelease], waits: &Waits, needs: &dyn Fn(usize) -> Vec<PlannedNeed>) -> Rehearsal {
    let is_install = |release: usize| releases[release].action == Action::Install;
    let count = releases.len();
    let mut state = Rehearsal {
        ready: waits
            .parts
            .iter()
            .map(|part| !is_install(part.release) || part.hook.is_some() && releases[part.release].settings.no_hooks)
            .collect(),
        started: (0..count).map(|release| !has_work(&releases[release])).collect(),
        done: (0..count).map(|release| !has_work(&releases[release])).collect(),
        applied: vec![false; count],
        hooks: vec![false; count],
    };
    let play = Play { releases, needs, waits, held: held(waits) };
    // Every release takes its step, also when one before it has moved already.
    while (0..count).filter(|release| play.step(*release, &mut state)).count() > 0 {}
    state
}

fn has_work(release: &PlannedRelease) -> bool {
    matches!(release.action, Action::Install | Action::Upgrade | Action::Rollback)
}

fn held(waits: &Waits) -> Vec<bool> {
    let mut held = vec![false; waits.parts.len()];
    let sets = waits.mutual_sets();
    for release in 0..waits.releases {
        let set = sets.iter().find(|set| set.contains(&release)).cloned().unwrap_or_else(|| vec![release]);
        for (part, is_waiting) in waiting_for_hooks_of(waits, release, &set).into_iter().enumerate() {
            held[part] |= is_waiting && waits.parts[part].release == release;
        }
    }
    held
}

impl Play<'_> {
    /// Lets a release go as far as it can; says whether it came any farther.
    fn step(&self, release: usize, state: &mut Rehearsal) -> bool {
        let before = state.progress(release, self.waits);
        if !state.started[release] {
            state.started[release] = (self.needs)(release).iter().all(|need| self.is_met(need, state));
        }
        if state.started[release] && !state.done[release] {
            self.go_on(release, state);
        }
        state.progress(release, self.waits) != before
    }

    fn go_on(&self, release: usize, state: &mut Rehearsal) {
        let (objects, hooks): (Vec<usize>, Vec<usize>) = self.own(release).partition(|part| self.waits.parts[*part].hook.is_none());
        let runs = |part: &usize| self.runs(*part);
        let (post, pre): (Vec<usize>, Vec<usize>) = hooks.into_iter().filter(runs).partition(|part| self.waits.parts[*part].is_post_hook());
        if !self.run(&pre, state) {
            return;
        }
        state.applied[release] = true;
        for part in &objects {
            state.ready[*part] |= self.may_start(*part, state);
        }
        let settings = &self.releases[release].settings;
        let is_awaited = |part: &&usize| settings.wait && (settings.wait_for_jobs || self.waits.parts[**part].id.kind != "Job");
        let is_free = |part: &&usize| !self.held[**part];
        let can_run_hooks = objects.iter().filter(is_awaited).filter(is_free).all(|part| state.ready[*part]);
        if can_run_hooks && self.run(&post, state) {
            state.hooks[release] = true;
            state.done[release] = objects.iter().filter(is_awaited).all(|part| state.ready[*part]);
        }
    }

    /// Says whether a hook runs at an event of what is done with its release.
    fn runs(&self, part: usize) -> bool {
        let part = &self.waits.parts[part];
        let events = hook_events(self.releases[part.release].action);
        part.hook.as_ref().is_some_and(|own| own.iter().any(|event| events.contains(event)))
    }

    /// Lets hooks run, one after another; says whether all have.
    fn run(&self, hooks: &[usize], state: &mut Rehearsal) -> bool {
        let mut hooks = hooks.to_vec();
        hooks.sort_by_key(|part| (self.waits.parts[*part].weight, self.waits.parts[*part].id.name.clone()));
        for part in hooks {
            state.ready[part] |= self.may_start(part, state);
            if !state.ready[part] {
                return false;
            }
        }
        true
    }

    fn may_start(&self, part: usize, state: &Rehearsal) -> bool {
        self.waits.of_part(part).iter().all(|wait| self.is_over(wait, state))
    }

    fn is_over(&self, wait: &PartWait, state: &Rehearsal) -> bool {
        let is_there = |provider: &usize| {
            let provided = &self.waits.parts[*provider];
            let is_sent = state.applied[provided.release] && provided.hook.is_none();
            state.ready[*provider] || matches!(wait.wait, Wait::Reference { .. } | Wait::Kind { .. }) && is_sent
        };
        // What is only guessed from a command locks nothing.
        wait.providers.is_empty() || matches!(wait.wait, Wait::Address { .. }) || wait.providers.iter().any(is_there)
    }

    fn is_met(&self, need: &PlannedNeed, state: &Rehearsal) -> bool {
        let needed = need.release;
        state.done[needed]
            || match &need.until {
                Until::Done | Until::Ready => false,
                Until::Applied => state.applied[needed],
                Until::Hooks => state.hooks[needed],
                Until::Percent(_) => state.applied[needed] && self.own(needed).all(|part| state.ready[part]),
                Until::Object { kind, namespace, name } => {
                    let namespace = namespace.as_deref().unwrap_or(&self.releases[needed].namespace);
                    self.own(needed).any(|part| {
                        let id = &self.waits.parts[part].id;
                        let is_it = id.kind == *kind && id.name == *name && id.namespace.as_deref() == Some(namespace);
                        is_it && state.ready[part]
                    })
                }
            }
    }

    fn own(&self, release: usize) -> impl Iterator<Item = usize> {
        let begin = self.waits.parts.partition_point(|part| part.release < release);
        let end = self.waits.parts.partition_point(|part| part.release <= release);
        begin..end
    }
}

impl Rehearsal {
    fn progress(&self, release: usize, waits: &Waits) -> (bool, bool, bool, bool, usize) {
        let ready = waits.parts.iter().zip(&self.ready).filter(|(part, ready)| part.release == release && **ready).count();
        (self.started[release], self.applied[release], self.hooks[release], self.done[release], ready)
    }
}
