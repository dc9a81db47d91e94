//! Connects to the clusters that a stack's releases are for.

use super::session::Session;
use crate::cluster::{self, Cluster, ConnectOptions};
use crate::diag::Diagnostics;
use crate::execute::Clusters;
use crate::stack::ReleaseId;
use std::collections::BTreeSet;

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
    let cluster = Cluster::connect(options, |event| tracing::debug!(?event, "cluster")).await?;
    cluster.kinds().await?;
    Ok(cluster)
}
