//! Asks a cluster for what pods of a plan wait for and the plan does not make.

use super::surroundings::all;
use crate::cluster::{Cluster, Error, Wanted};
use crate::plan::preflight::{Found, OpenWaits};
use crate::plan::{Finding, Plan};
use serde_json::Value as Json;

/// What makes pods, and pods themselves.
const MAKERS: [(&str, &str); 6] = [
    ("v1", "Pod"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
];

/// Finds waits that neither the plan nor the cluster meets.
///
/// # Errors
/// The cluster cannot be asked.
pub(super) async fn check_waits(cluster: &Cluster, plan: &Plan, releases: &[usize]) -> Result<Vec<Finding>, Error> {
    let open = OpenWaits::of(plan, releases);
    let snapshot = cluster.snapshot(&Wanted { objects: open.objects(), ..Wanted::default() }).await?;
    let mut found = Found { objects: snapshot.live, unreadable: snapshot.unreadable.into_keys().collect(), ..Found::default() };
    for namespace in open.namespaces() {
        let mut makers: Option<Vec<Json>> = Some(Vec::new());
        for (api_version, kind) in MAKERS {
            let listed = all(cluster, api_version, kind, Some(&namespace)).await?;
            if let (Some(listed), "Job") = (&listed, kind) {
                found.jobs.insert(namespace.clone(), listed.clone());
            }
            makers = makers.zip(listed).map(|(mut makers, listed)| {
                makers.extend(listed);
                makers
            });
        }
        if let Some(makers) = makers {
            found.makers.insert(namespace, makers);
        }
    }
    Ok(open.check(&found))
}
