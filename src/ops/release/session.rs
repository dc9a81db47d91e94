//! What every operation on a single release starts from.

use super::super::clusters::reach;
use super::super::driver::driver;
use super::super::effects::MachineEffects;
use crate::cluster::{self, Cluster, ConnectOptions};
use crate::diag::{Diagnostic, Diagnostics};
use crate::release::{Store, Time};
use crate::template::function::Effects;
use crate::template::go_time::{self, Zone};
use std::collections::BTreeMap;

/// How records write times.
const RFC3339: &[u8] = b"2006-01-02T15:04:05Z07:00";

/// A cluster that answers, and the records that it holds.
pub struct ReleaseSession {
    /// The cluster. Its namespace is the release's.
    pub(in crate::ops) cluster: Cluster,
    /// The records.
    pub(in crate::ops) store: Store,
    /// The zone that times are shown in.
    zone: Zone,
}

impl ReleaseSession {
    /// Connects to the cluster. `variables` is the process's environment; of it `HELM_DRIVER` is read.
    ///
    /// # Errors
    /// The cluster cannot be reached, or there is no such driver.
    pub async fn open(connect: &ConnectOptions, variables: &BTreeMap<String, String>) -> Result<ReleaseSession, Diagnostics> {
        let driver = driver(variables)?;
        let cluster = reach(connect).await.map_err(|error| unreachable(&error))?;
        let zone = Zone::local(MachineEffects::of(variables).zone().as_deref());
        Ok(ReleaseSession { store: Store::new(&cluster, driver), cluster, zone })
    }

    /// Returns the zone that times are shown in.
    pub(super) fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Returns a time of a record as Go reads it: in the local zone where it was written with that one's offset.
    pub(super) fn time(&self, time: Option<&Time>) -> Option<go_time::Time> {
        time_in(&self.zone, time)
    }
}

/// Returns a time of a record as Go reads it in this zone.
pub(super) fn time_in(zone: &Zone, time: Option<&Time>) -> Option<go_time::Time> {
    go_time::Time::parse(RFC3339, time?.as_str().as_bytes(), zone).ok()
}

/// Rule: helm pkg/kube/client.go (`IsReachable`).
fn unreachable(error: &cluster::Error) -> Diagnostic {
    let reason = match error {
        cluster::Error::UnknownName { what, name, .. } => format!("{what} {name:?} does not exist"),
        other => other.to_string(),
    };
    error.diagnostic().verbatim(format!("kubernetes cluster unreachable: {reason}"))
}
