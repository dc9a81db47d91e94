//! Connects to the clusters that a stack's releases are for.

use super::session::Session;
use crate::cluster::{self, Cluster, ConnectOptions};
use crate::diag::Diagnostics;
use crate::execute::Clusters;
use crate::stack::ReleaseId;
use std::collections::BTreeSet;

/// Where retries are logged; the command line shows them unless told not to.
pub const RETRIES: &str = "stackwright::retries";

/// What fails less often is nothing to speak of.
const SILENT_TRIES: u32 = 2;

/// Connects to the cluster of each release's context, each once.
///
/// # Errors
/// Every context that cannot be reached or does not exist.
pub(super) async fn connect<'a>(session: &Session, releases: impl IntoIterator<Item = &'a ReleaseId>) -> Result<Clusters, Diagnostics> {
    let contexts: BTreeSet<Option<String>> = releases.into_iter().map(|id| id.kube_context.clone()).collect();
    let mut clusters = Clusters::new();
    let mut problems = Diagnostics::new();
    for context in contexts {
        let options = ConnectOptions { context: context.clone().or_else(|| session.connect.context.clone()), ..session.connect.clone() };
        match reach(&options).await {
            Ok(cluster) => {
                clusters.insert(context, cluster);
            }
            Err(error) => problems.push(error.diagnostic()),
        }
    }
    problems.check(clusters).map(|(clusters, _)| clusters)
}

/// Connects and asks what the cluster serves, so that one that is not there is found before anything else is done.
pub(super) async fn reach(options: &ConnectOptions) -> Result<Cluster, cluster::Error> {
    let cluster = Cluster::connect(options, tell).await?;
    cluster.kinds().await?;
    Ok(cluster)
}

/// Logs what happens between us and a cluster. That a request fails again and again is seen without asking for a log: whoever waits
/// wants to know for what.
fn tell(event: cluster::Event) {
    match event {
        cluster::Event::Retrying { doing, tries, pause, because } if tries >= SILENT_TRIES => {
            tracing::warn!(target: RETRIES, "{doing}: try {tries} failed, the next in {:.1} s: {because}", pause.as_secs_f64());
        }
        event => tracing::debug!(?event, "cluster"),
    }
}
