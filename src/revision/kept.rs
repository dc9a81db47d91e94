//! Records of releases that are kept with the stack, because their own go: the release is removed, or its history is cut.

use super::id::{ReleaseKey, StackId};
use crate::release::{Error as ReleaseError, Record, decode, read_seed_data, seed_data};
use crate::template::seed::KeptValues;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The type of the Secrets.
const RECORD_TYPE: &str = "stackwright.io/record.v1";

/// The record of a revision of a release, and the seed of its generated values.
#[derive(Clone, Debug)]
pub struct KeptRecord {
    /// The release.
    pub key: ReleaseKey,
    /// What it was: see [`super::record_digest`].
    pub digest: String,
    /// The record, packed as Helm packs it.
    pub payload: Vec<u8>,
    /// The user's labels, which Helm keeps beside the record.
    pub labels: BTreeMap<String, String>,
    /// What the release's generated values come from.
    pub seed: Option<KeptValues>,
}

impl KeptRecord {
    /// Unpacks the record.
    ///
    /// # Errors
    /// The record is damaged.
    pub fn record(&self) -> Result<Record, ReleaseError> {
        Ok(Record { labels: self.labels.clone(), ..decode(&self.payload)? })
    }

    /// Returns the Secret that holds it.
    pub(super) fn object(&self, stack: &StackId) -> Result<Value, ReleaseError> {
        let mut data = self.seed.as_ref().map_or_else(|| Ok(json!({})), seed_data)?;
        data["record"] = Value::from(STANDARD.encode(&self.payload));
        data["labels"] = Value::from(STANDARD.encode(serde_json::to_vec(&self.labels).unwrap_or_default()));
        Ok(json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": object_name(stack, &self.digest),
                "namespace": stack.namespace,
                "labels": {"owner": "stackwright", "stack": stack.name_label(), "environment": stack.environment_label(), "digest": self.digest},
                "annotations": {"stackwright.io/release": self.key.to_string()},
            },
            "type": RECORD_TYPE,
            "data": data,
        }))
    }

    pub(super) fn read(key: &ReleaseKey, digest: &str, secret: &Value) -> Result<KeptRecord, String> {
        let bytes = |field: &str| secret["data"][field].as_str().map(|text| STANDARD.decode(text).map_err(|error| error.to_string()));
        let payload = bytes("record").ok_or("it has no record")??;
        let labels = bytes("labels").transpose()?.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        let seed = read_seed_data(&secret["data"]);
        Ok(KeptRecord { key: key.clone(), digest: digest.to_owned(), payload, labels, seed })
    }
}

pub(super) fn object_name(stack: &StackId, digest: &str) -> String {
    format!("stackwright.record.v1.{}.{}.{digest}", stack.name_label(), stack.environment_label())
}
