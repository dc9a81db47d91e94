//! Where the secrets of a stack are kept: one Secret in the namespace of its revisions.

use super::error::Error;
use super::id::StackId;
use crate::cluster::{ApplyOptions, Cluster};
use crate::manifest::ObjectId;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// The type of the Secret.
pub const SECRETS_TYPE: &str = "stackwright.io/secrets.v1";
const MADE: &str = "stackwright.io/made";

/// A secret of a stack that the cluster keeps.
#[derive(Clone)]
pub struct KeptSecret {
    /// Its value.
    pub value: Zeroizing<String>,
    /// When it was made, in RFC 3339.
    pub made: String,
}

/// The secrets of one stack in one cluster.
#[derive(Clone, Debug)]
pub struct SecretStore {
    cluster: Cluster,
    stack: StackId,
}

impl SecretStore {
    /// Makes a store of a stack's secrets.
    pub fn new(cluster: &Cluster, stack: StackId) -> SecretStore {
        SecretStore { cluster: cluster.clone(), stack }
    }

    /// Returns the secrets, by their names.
    ///
    /// # Errors
    /// The cluster does not tell, or the Secret holds something else: going on without it would change every password.
    pub async fn read(&self) -> Result<BTreeMap<String, KeptSecret>, Error> {
        let id = ObjectId {
            api_version: "v1".into(),
            kind: "Secret".into(),
            namespace: Some(self.stack.namespace.clone()),
            name: object_name(&self.stack),
        };
        let Some(secret) = self.cluster.get(&id).await? else { return Ok(BTreeMap::new()) };
        let damaged = |reason: String| Error::Damaged {
            namespace: self.stack.namespace.clone(),
            object: id.name.clone(),
            what: "secrets of a stack",
            reason,
        };
        if secret["type"] != SECRETS_TYPE {
            return Err(damaged(format!("its type is not {SECRETS_TYPE}")));
        }
        let made: BTreeMap<String, String> =
            secret["metadata"]["annotations"][MADE].as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let mut secrets = BTreeMap::new();
        for (name, value) in secret["data"].as_object().into_iter().flatten() {
            let bytes = value.as_str().and_then(|text| STANDARD.decode(text).ok()).map(Zeroizing::new);
            let text =
                bytes.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok()).ok_or_else(|| damaged(format!("{name} is no text")))?;
            secrets.insert(name.clone(), KeptSecret { value: Zeroizing::new(text), made: made.get(name).cloned().unwrap_or_default() });
        }
        Ok(secrets)
    }

    /// Keeps these secrets, in place of all that were kept.
    ///
    /// # Errors
    /// The cluster refuses.
    pub async fn keep(&self, secrets: &BTreeMap<String, KeptSecret>) -> Result<(), Error> {
        let data: Map<String, Value> =
            secrets.iter().map(|(name, kept)| (name.clone(), STANDARD.encode(kept.value.as_bytes()).into())).collect();
        let made: BTreeMap<&String, &String> = secrets.iter().map(|(name, kept)| (name, &kept.made)).collect();
        let object = json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": object_name(&self.stack),
                "namespace": self.stack.namespace,
                "labels": {"owner": "stackwright", "stack": self.stack.name_label(), "environment": self.stack.environment_label()},
                "annotations": {MADE: serde_json::to_string(&made).unwrap_or_default()},
            },
            "type": SECRETS_TYPE,
            "data": data,
        });
        self.cluster.apply(&object, &ApplyOptions { force: true, ..ApplyOptions::default() }).await?;
        Ok(())
    }
}

fn object_name(stack: &StackId) -> String {
    format!("stackwright.secrets.v1.{}.{}", stack.name_label(), stack.environment_label())
}
