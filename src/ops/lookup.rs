//! Helm's `lookup` against a live cluster.

use crate::chart::Lookup;
use crate::cluster::{Cluster, ListOptions};
use crate::manifest::ObjectId;
use crate::value::{List, Map, Value};
use tokio::runtime::Handle;

/// Answers `lookup` from a cluster. Rendering is plain code on threads of its own, so each question blocks its thread.
pub(super) struct ClusterLookup {
    pub(super) cluster: Cluster,
    pub(super) runtime: Handle,
}

impl Lookup for ClusterLookup {
    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Result<Map, String> {
        self.runtime.block_on(self.ask(api_version, kind, namespace, name))
    }
}

impl ClusterLookup {
    /// Returns the object, or the list of all where no name is given; an empty map where there is none.
    async fn ask(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Result<Map, String> {
        let served = self.cluster.kind(api_version, kind).await.map_err(|error| error.to_string())?;
        let namespace = (served.namespaced && !namespace.is_empty()).then(|| namespace.to_owned());
        if name.is_empty() {
            let options = ListOptions { namespace: namespace.as_deref(), ..ListOptions::default() };
            let items = self.cluster.list(&served, &options).await.map_err(|error| error.to_string())?;
            let list: Map = [("apiVersion", Value::str(api_version)), ("kind", Value::str(format!("{kind}List")))].into_iter().collect();
            list.insert("items", items.iter().map(Value::from).collect::<List>());
            return Ok(list);
        }
        let id = ObjectId { api_version: api_version.into(), kind: kind.into(), namespace, name: name.into() };
        let found = self.cluster.get(&id).await.map_err(|error| error.to_string())?;
        Ok(match found.as_ref().map(Value::from) {
            Some(Value::Map(object)) => object,
            _ => Map::new(),
        })
    }
}
