//! Namespaces of releases.

use super::apply::{Applied, ApplyOptions};
use super::connect::Cluster;
use super::error::Error;
use crate::manifest::ObjectId;
use serde_json::{Value, json};

impl Cluster {
    /// Says whether a namespace exists. One that may not be read is taken to exist: the first write will tell.
    ///
    /// # Errors
    /// The server cannot be asked.
    pub async fn has_namespace(&self, name: &str) -> Result<bool, Error> {
        let id = ObjectId { api_version: "v1".to_owned(), kind: "Namespace".to_owned(), namespace: None, name: name.to_owned() };
        match self.get(&id).await {
            Ok(found) => Ok(found.is_some()),
            Err(Error::Refused { .. }) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Makes a namespace, or gives an existing one the label `name`, as Helm's `--create-namespace` does.
    ///
    /// Rule: helm 4.3.1 pkg/action/install.go.
    ///
    /// # Errors
    /// The server refuses; a conflict about the label is one of the refusals.
    pub async fn ensure_namespace(&self, name: &str, options: &ApplyOptions) -> Result<Applied, Error> {
        self.apply(&namespace(name), options).await
    }
}

fn namespace(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"name": name}}})
}
