//! What every operation on a single release starts from.

use super::super::clusters::reach;
use super::super::driver::driver;
use crate::cluster::{Cluster, ConnectOptions};
use crate::diag::Diagnostics;
use crate::release::Store;
use std::collections::BTreeMap;

/// A cluster that answers, and the records that it holds.
pub struct ReleaseSession {
    /// The cluster. Its namespace is the release's.
    pub(in crate::ops) cluster: Cluster,
    /// The records.
    pub(in crate::ops) store: Store,
}

impl ReleaseSession {
    /// Connects to the cluster. `variables` is the process's environment; of it `HELM_DRIVER` is read.
    ///
    /// # Errors
    /// The cluster cannot be reached, or there is no such driver.
    pub async fn open(connect: &ConnectOptions, variables: &BTreeMap<String, String>) -> Result<ReleaseSession, Diagnostics> {
        let driver = driver(variables)?;
        let cluster = reach(connect).await.map_err(|error| error.diagnostic())?;
        Ok(ReleaseSession { store: Store::new(&cluster, driver), cluster })
    }
}
