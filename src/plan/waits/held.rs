//! Objects that cannot be ready before the hooks of their own release have run, for they wait through other releases.

use super::find::{PartWait, Waits};
use crate::manifest::ObjectId;
use std::collections::BTreeSet;

/// Returns the objects of each release that wait, through objects of other releases, for what post hooks of their own release make. They
/// are left out of what these hooks wait for.
///
/// Rule: as `manifest::waiting_for` within a release. Only releases that wait for each other have such objects.
pub fn held_by_hooks(waits: &Waits) -> Vec<BTreeSet<ObjectId>> {
    let mut held = vec![BTreeSet::new(); waits.releases];
    for set in waits.mutual_sets() {
        for release in &set {
            let waiting = waiting_for_hooks_of(waits, *release, &set);
            let own = (0..waits.parts.len()).filter(|part| waiting[*part] && is_object_of(waits, *part, *release));
            held[*release] = own.map(|part| waits.parts[part].id.clone()).collect();
        }
    }
    held
}

fn is_object_of(waits: &Waits, part: usize, release: usize) -> bool {
    waits.parts[part].release == release && waits.parts[part].hook.is_none()
}

/// Returns which objects of a set of releases wait, directly or through others, for a post hook of one of them.
pub(super) fn waiting_for_hooks_of(waits: &Waits, release: usize, set: &[usize]) -> Vec<bool> {
    let is_hook = |part: usize| waits.parts[part].release == release && waits.parts[part].is_post_hook();
    let mut waiting: Vec<bool> = (0..waits.parts.len()).map(is_hook).collect();
    loop {
        let holds = |waiting: &[bool], wait: &PartWait| {
            !waiting[wait.part]
                && set.contains(&waits.parts[wait.part].release)
                && !wait.providers.is_empty()
                && wait.providers.iter().all(|provider| waiting[*provider])
        };
        let found: Vec<usize> = waits.waits.iter().filter(|wait| holds(&waiting, wait)).map(|wait| wait.part).collect();
        if found.is_empty() {
            return waiting;
        }
        for part in found {
            waiting[part] = true;
        }
    }
}
