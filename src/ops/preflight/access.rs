//! Asks what we may do.

use crate::cluster::{Asked, Cluster, Error};
use crate::plan::Finding;
use crate::plan::preflight::Rights;
use futures_util::future::try_join_all;
use std::collections::{BTreeMap, BTreeSet};

/// Finds rights that are missing. One question is enough for who may do everything, one for each namespace for most others.
///
/// # Errors
/// The cluster does not tell.
pub(super) async fn check_access(cluster: &Cluster, rights: &Rights) -> Result<Vec<Finding>, Error> {
    let any = || "*".to_owned();
    let everything = Asked { verb: any(), group: any(), resource: any(), namespace: None, name: None };
    if cluster.may(&everything).await?.allowed {
        return Ok(Vec::new());
    }
    let asked = rights.asked();
    let namespaces: BTreeSet<&String> = asked.iter().filter_map(|asked| asked.namespace.as_ref()).collect();
    let granted = try_join_all(namespaces.iter().map(|namespace| cluster.granted_in(namespace))).await?;
    let granted: BTreeMap<&String, _> = namespaces.into_iter().zip(granted).collect();
    let is_granted = |asked: &Asked| asked.namespace.as_ref().is_some_and(|namespace| granted[namespace].allows(asked));
    let open: Vec<Asked> = asked.into_iter().filter(|asked| !is_granted(asked)).cloned().collect();
    let denied = ask_each(cluster, open, false).await?;
    let by_name = rights.asked_by_name(&denied).into_iter().collect();
    let allowed = ask_each(cluster, by_name, true).await?;
    Ok(rights.check(&denied, &allowed))
}

/// Returns those that are allowed, or those that are not.
async fn ask_each(cluster: &Cluster, asked: Vec<Asked>, allowed: bool) -> Result<BTreeSet<Asked>, Error> {
    let reviews = try_join_all(asked.iter().map(|asked| cluster.may(asked))).await?;
    Ok(asked.into_iter().zip(reviews).filter(|(_, review)| review.allowed == allowed).map(|(asked, _)| asked).collect())
}
