//! The lock of a stack: a Lease that its holder renews, and that others take over when the holder is dead.

use super::error::Error;
use super::id::StackId;
use crate::cluster::{self, ApplyOptions, Cluster, RefusalKind};
use crate::manifest::ObjectId;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// A holder that has not renewed its lease for so long is dead.
const DURATION: Duration = Duration::from_secs(15);

/// A lease is renewed so often.
const RENEW_EVERY: Duration = Duration::from_secs(5);

/// A lease of somebody else is looked at so often.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Clocks of two machines do not differ by more: a renewal that is older by our clock is long past.
const CLOCK_DIFFERENCE: Duration = Duration::from_secs(300);

/// The annotation that tells processes of one machine apart.
const PROCESS: &str = "stackwright.io/process";

/// Tells what time it is.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Whoever wants the lock.
#[derive(Clone)]
pub struct Holder {
    /// In words: `alice@laptop`.
    pub name: String,
    /// What tells the process from all others, where that is known.
    pub process: Option<String>,
    /// Says whether the process of another holder is alive; none where that cannot be known from here.
    pub is_alive: fn(&str) -> Option<bool>,
}

/// Who holds the lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseState {
    /// In words.
    pub holder: String,
    /// The process.
    pub process: Option<String>,
    /// Since when.
    pub since: String,
    renewed: Option<Timestamp>,
    resource_version: String,
    transitions: i64,
}

/// The lock, held. It is renewed until it is released or dropped; dropped, it is taken over by the next one after a while.
pub struct Lease {
    place: Place,
    since: Timestamp,
    renewing: JoinHandle<()>,
}

impl Lease {
    /// Returns who holds the lock of a stack, if anybody.
    ///
    /// # Errors
    /// The cluster does not tell.
    pub async fn look(cluster: &Cluster, stack: &StackId) -> Result<Option<LeaseState>, Error> {
        let found = cluster.get(&id(stack)).await?;
        Ok(found.as_ref().map(state).filter(|state| !state.holder.is_empty()))
    }

    /// Takes the lock, from a dead holder too. Where a living one has it, waits for it up to `patience`. `on_wait` is called once
    /// when there is something to wait for; `on_lost` if somebody else takes the lock while it is held.
    ///
    /// A holder is dead when its process is gone, or when it has not renewed the lease for 15 s while we looked: clocks of other
    /// machines do not decide.
    ///
    /// # Errors
    /// [`Error::Locked`], and what the cluster refuses.
    pub async fn acquire(
        cluster: &Cluster,
        stack: &StackId,
        holder: Holder,
        now: Now,
        patience: Duration,
        mut on_wait: impl FnMut(&LeaseState),
        on_lost: impl Fn() + Send + 'static,
    ) -> Result<Lease, Error> {
        let place = Place { cluster: cluster.clone(), stack: stack.clone(), holder, now };
        let begun = Instant::now();
        let mut seen: Option<(String, Instant)> = None;
        loop {
            let found = cluster.get(&id(stack)).await?.as_ref().map(state);
            let Some(other) = found.filter(|state| !place.is_free(state)) else {
                match place.take().await {
                    Ok(Some((since, version))) => return Ok(place.held(since, version, on_lost)),
                    Ok(None) => continue,
                    Err(error) => return Err(error.into()),
                }
            };
            let renewed = match &seen {
                None => {
                    on_wait(&other);
                    false
                }
                Some((version, _)) => *version != other.resource_version,
            };
            let unchanged_for = seen.as_ref().map_or(Duration::ZERO, |(_, at)| at.elapsed());
            if !renewed && unchanged_for >= DURATION {
                if let Some((since, version)) = place.take_from(&other).await? {
                    return Ok(place.held(since, version, on_lost));
                }
                continue;
            }
            let is_alive = renewed || other.process.as_deref().and_then(place.holder.is_alive) == Some(true);
            if is_alive && begun.elapsed() >= patience {
                return Err(Error::Locked { stack: stack.to_string(), holder: other.holder, since: other.since });
            }
            if seen.is_none() || renewed {
                seen = Some((other.resource_version, Instant::now()));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// The cluster refuses. The lock ends by itself then.
    pub async fn release(self) -> Result<(), Error> {
        self.renewing.abort();
        // A renewal that was on its way makes the first try come too late.
        for _ in 0..3 {
            let Some(found) = self.place.cluster.get(&id(&self.place.stack)).await? else { return Ok(()) };
            let state = state(&found);
            if !self.place.is_ours(&state, self.since) {
                return Ok(());
            }
            let spec = json!({"leaseTransitions": state.transitions});
            match self.place.write(spec, Some(&state.resource_version), false).await {
                Err(error) if is_outdated(&error) => {}
                other => return other.map(|_| ()).map_err(Error::from),
            }
        }
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewing.abort();
    }
}

/// Where a lease is, and who writes it.
#[derive(Clone)]
struct Place {
    cluster: Cluster,
    stack: StackId,
    holder: Holder,
    now: Now,
}

impl Place {
    /// Says whether a lease can be taken at once: nobody holds it, or its holder is certainly dead.
    fn is_free(&self, state: &LeaseState) -> bool {
        if state.holder.is_empty() || state.process.as_deref().and_then(self.holder.is_alive) == Some(false) {
            return true;
        }
        let age = state.renewed.map(|renewed| (self.now)().duration_since(renewed));
        age.is_none_or(|age| age > jiff::SignedDuration::try_from(CLOCK_DIFFERENCE).unwrap_or_default())
    }

    /// Takes a lease that is free; nothing where somebody else was quicker. Returns since when, and the version of the object.
    async fn take(&self) -> Result<Option<(Timestamp, String)>, cluster::Error> {
        match self.cluster.get(&id(&self.stack)).await? {
            Some(found) => {
                let state = state(&found);
                if self.is_free(&state) { self.take_from(&state).await } else { Ok(None) }
            }
            None => self.make().await,
        }
    }

    async fn make(&self) -> Result<Option<(Timestamp, String)>, cluster::Error> {
        let since = (self.now)();
        let object = self.object(self.held_spec(since, 0), None, true);
        match self.cluster.create_surely(&object).await {
            Ok(applied) => Ok(Some((since, version(&applied.object)))),
            Err(error) if is_kind(&error, &RefusalKind::AlreadyExists) => Ok(None),
            Err(error) if error.is_not_found() => {
                self.cluster.ensure_namespace(&self.stack.namespace, &ApplyOptions::default()).await?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn take_from(&self, state: &LeaseState) -> Result<Option<(Timestamp, String)>, cluster::Error> {
        let since = (self.now)();
        match self.write(self.held_spec(since, state.transitions + 1), Some(&state.resource_version), true).await {
            Ok(version) => Ok(Some((since, version))),
            Err(error) if is_outdated(&error) || error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn held(self, since: Timestamp, version: String, on_lost: impl Fn() + Send + 'static) -> Lease {
        let renewing = tokio::spawn(self.clone().renew(since, version, on_lost));
        Lease { place: self, since, renewing }
    }

    /// Renews the lease until somebody else has it. That the cluster cannot be reached for a while changes nothing: nobody else
    /// can take it then.
    async fn renew(self, since: Timestamp, mut version: String, on_lost: impl Fn() + Send) {
        loop {
            tokio::time::sleep(RENEW_EVERY).await;
            match self.write(self.held_spec(since, 0), Some(&version), true).await {
                Ok(next) => version = next,
                Err(_) => match self.cluster.get(&id(&self.stack)).await {
                    Ok(Some(found)) if self.is_ours(&state(&found), since) => version = state(&found).resource_version,
                    Ok(_) => return on_lost(),
                    Err(_) => {}
                },
            }
        }
    }

    fn is_ours(&self, state: &LeaseState, since: Timestamp) -> bool {
        state.holder == self.holder.name && state.process == self.holder.process && state.since == micro_time(since)
    }

    fn held_spec(&self, since: Timestamp, transitions: i64) -> Value {
        json!({
            "holderIdentity": self.holder.name,
            "leaseDurationSeconds": DURATION.as_secs(),
            "acquireTime": micro_time(since),
            "renewTime": micro_time((self.now)()),
            "leaseTransitions": transitions,
        })
    }

    async fn write(&self, spec: Value, version: Option<&str>, is_held: bool) -> Result<String, cluster::Error> {
        let applied = self.cluster.replace(&self.object(spec, version, is_held), &ApplyOptions::default()).await?;
        Ok(self::version(&applied.object))
    }

    fn object(&self, spec: Value, version: Option<&str>, is_held: bool) -> Value {
        let id = id(&self.stack);
        let mut metadata = json!({
            "name": id.name,
            "namespace": self.stack.namespace,
            "labels": {"owner": "stackwright", "stack": self.stack.name_label(), "environment": self.stack.environment_label()},
        });
        if let Some(version) = version {
            metadata["resourceVersion"] = Value::from(version);
        }
        if let Some(process) = self.holder.process.as_ref().filter(|_| is_held) {
            metadata["annotations"] = json!({PROCESS: process});
        }
        json!({"apiVersion": id.api_version, "kind": id.kind, "metadata": metadata, "spec": spec})
    }
}

fn id(stack: &StackId) -> ObjectId {
    ObjectId {
        api_version: "coordination.k8s.io/v1".into(),
        kind: "Lease".into(),
        namespace: Some(stack.namespace.clone()),
        name: stack.object_name(),
    }
}

fn state(lease: &Value) -> LeaseState {
    let text = |field: &str| lease["spec"][field].as_str().unwrap_or_default().to_owned();
    LeaseState {
        holder: text("holderIdentity"),
        process: lease["metadata"]["annotations"][PROCESS].as_str().map(str::to_owned),
        since: text("acquireTime"),
        renewed: text("renewTime").parse().ok(),
        resource_version: version(lease),
        transitions: lease["spec"]["leaseTransitions"].as_i64().unwrap_or_default(),
    }
}

fn version(object: &Value) -> String {
    object["metadata"]["resourceVersion"].as_str().unwrap_or_default().to_owned()
}

/// Writes a time as Kubernetes' MicroTime: always six digits after the second.
fn micro_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

fn is_outdated(error: &cluster::Error) -> bool {
    is_kind(error, &RefusalKind::Outdated)
}

fn is_kind(error: &cluster::Error, kind: &RefusalKind) -> bool {
    error.refusal().is_some_and(|refusal| refusal.kind == *kind)
}
