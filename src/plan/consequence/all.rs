//! All consequences of a plan.

use super::super::finding::{Code, Finding};
use super::super::planned::Plan;
use super::effect::Effect;
use super::{data, downgrade, immutable, outage, pod_disruption, rolls};

/// Returns what carrying out a plan does to what runs: release by release in the order of the plan, what weighs most first.
pub fn consequences(plan: &Plan, effects: &[Effect<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for of_release in effects.chunk_by(|a, b| a.release == b.release) {
        let release = of_release[0].release;
        let mut own: Vec<Finding> = downgrade::of_chart(plan, release).into_iter().collect();
        own.extend(outage::of_removed_release(of_release));
        let desired = plan.releases[release].desired.as_ref();
        let documents = desired.map(|desired| desired.manifest.documents.as_slice()).unwrap_or_default();
        for effect in of_release {
            own.extend(data::of(effect));
            own.extend(outage::of(effect));
            own.extend(pod_disruption::of(effect, documents));
            own.extend(immutable::of(effect));
            own.extend(downgrade::of_images(effect));
            own.extend(rolls::of(effect, effects));
        }
        found.extend(own);
    }
    sort(plan, &mut found);
    found
}

/// Sorts consequences by release, in the order in which they are carried out, then by what weighs most, then as found.
pub fn sort(plan: &Plan, findings: &mut [Finding]) {
    let order = plan.graph.order();
    findings.sort_by_key(|finding| (order.iter().position(|at| *at == finding.release), place(finding.code)));
}

fn place(code: Code) -> usize {
    [Code::DataLoss, Code::Outage, Code::Recreated, Code::Downgrade].iter().position(|known| *known == code).unwrap_or(usize::MAX)
}
