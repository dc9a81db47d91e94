//! Asking a cluster what it serves.

use super::call::Call;
use super::connect::Cluster;
use super::error::Error;
use super::kinds::{Aggregated, Kind, Kinds, Resources, ServerVersion};
use crate::manifest::ObjectId;
use futures_util::future::try_join_all;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long until a server that does not serve a kind yet is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// A server that does not know aggregated discovery answers in the last of these forms.
const ACCEPT: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

impl Cluster {
    /// Asks for the server's version: the cheapest way to learn whether somebody is there and accepts us.
    ///
    /// # Errors
    /// No cluster there, or it does not let us in.
    pub async fn reach(&self) -> Result<ServerVersion, Error> {
        let doing = "asking for the server's version".to_owned();
        self.send(&Call::get("/version".to_owned(), doing.clone())).await?.json(&doing)
    }

    /// Returns what the cluster serves, asked once and kept.
    ///
    /// # Errors
    /// The server cannot be asked.
    pub async fn kinds(&self) -> Result<Arc<Kinds>, Error> {
        let mut known = self.inner.kinds.lock().await;
        if let Some(kinds) = &*known {
            return Ok(Arc::clone(kinds));
        }
        let kinds = Arc::new(self.discover().await?);
        *known = Some(Arc::clone(&kinds));
        Ok(kinds)
    }

    /// Asks again what the cluster serves, unless that has happened since `stale` was taken.
    ///
    /// # Errors
    /// The server cannot be asked.
    pub async fn refresh_kinds(&self, stale: &Arc<Kinds>) -> Result<Arc<Kinds>, Error> {
        let mut known = self.inner.kinds.lock().await;
        if let Some(newer) = known.as_ref().filter(|kinds| !Arc::ptr_eq(kinds, stale)) {
            return Ok(Arc::clone(newer));
        }
        let kinds = Arc::new(self.discover().await?);
        *known = Some(Arc::clone(&kinds));
        Ok(kinds)
    }

    /// Returns a kind; one that is not known is asked for again, since a CustomResourceDefinition may have come.
    ///
    /// # Errors
    /// The cluster does not serve it.
    pub async fn kind(&self, api_version: &str, kind: &str) -> Result<Arc<Kind>, Error> {
        let kinds = self.kinds().await?;
        if let Some(found) = kinds.find(api_version, kind) {
            return Ok(Arc::clone(found));
        }
        let kinds = self.refresh_kinds(&kinds).await?;
        kinds.find(api_version, kind).map(Arc::clone).ok_or_else(|| Error::UnknownKind {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            instead: kinds.instead_of(api_version, kind),
        })
    }

    /// Returns a kind that is about to be served: its CustomResourceDefinition is established, but what a server says of its kinds
    /// lags behind that.
    ///
    /// # Errors
    /// The cluster does not serve it within the time.
    pub async fn await_kind(&self, api_version: &str, kind: &str, within: Duration) -> Result<Arc<Kind>, Error> {
        let deadline = Instant::now() + within;
        loop {
            match self.kind(api_version, kind).await {
                Err(Error::UnknownKind { .. }) if Instant::now() < deadline => tokio::time::sleep(ASK_AGAIN).await,
                result => return result,
            }
        }
    }

    /// Returns the kind of an object, and its identity with the namespace that it really has: none where its kind knows none,
    /// else its own or the default one.
    ///
    /// # Errors
    /// The cluster does not serve the kind.
    pub async fn locate(&self, id: &ObjectId) -> Result<(Arc<Kind>, ObjectId), Error> {
        let kind = self.kind(&id.api_version, &id.kind).await?;
        let namespace = kind.namespaced.then(|| id.namespace.clone().unwrap_or_else(|| self.inner.namespace.clone()));
        Ok((kind, ObjectId { namespace, ..id.clone() }))
    }

    async fn discover(&self) -> Result<Kinds, Error> {
        let version = self.reach().await?;
        let (core, groups) = tokio::try_join!(self.discovery_answer("/api"), self.discovery_answer("/apis"))?;
        let mut kinds = Kinds::new(version);
        for answer in [core, groups] {
            if answer.get("kind").and_then(Value::as_str) == Some("APIGroupDiscoveryList") {
                let list: Aggregated = read(answer)?;
                kinds.add_aggregated(list);
            } else {
                self.discover_one_by_one(&mut kinds, read(answer)?).await?;
            }
        }
        Ok(kinds)
    }

    async fn discovery_answer(&self, path: &str) -> Result<Value, Error> {
        let doing = "asking what the cluster serves".to_owned();
        let call = Call { accept: ACCEPT, ..Call::get(path.to_owned(), doing.clone()) };
        self.send(&call).await?.json(&doing)
    }

    /// Asks a server without aggregated discovery, a group version at a time; those whose own server is down are left out.
    async fn discover_one_by_one(&self, kinds: &mut Kinds, list: Groups) -> Result<(), Error> {
        let core = list.versions.iter().map(|version| format!("/api/{version}"));
        let groups = list.groups.iter().flat_map(|group| &group.versions).map(|version| format!("/apis/{}", version.group_version));
        let lists = try_join_all(core.chain(groups).map(|path| self.resources(path))).await?;
        for list in lists.into_iter().flatten() {
            kinds.add_resources(list);
        }
        Ok(())
    }

    async fn resources(&self, path: String) -> Result<Option<Resources>, Error> {
        let doing = format!("asking what the cluster serves at {path}");
        match self.send(&Call::get(path, doing.clone())).await {
            Ok(answer) => answer.json(&doing).map(Some),
            Err(Error::Refused { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(answer: Value) -> Result<T, Error> {
    serde_json::from_value(answer)
        .map_err(|error| Error::Answer { doing: "asking what the cluster serves".to_owned(), reason: error.to_string() })
}

/// `v1 APIVersions` (core) and `v1 APIGroupList`.
#[derive(Deserialize)]
struct Groups {
    #[serde(default)]
    versions: Vec<String>,
    #[serde(default)]
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    versions: Vec<GroupVersion>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GroupVersion {
    group_version: String,
}
