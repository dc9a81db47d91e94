//! The record of one revision of a release.

use super::chart::StoredChart;
use super::hook::StoredHook;
use super::info::Info;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The record of one revision of a release. Field order and omissions are Helm's (pkg/release/v1/release.go).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// The release's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What happened to the revision.
    pub info: Info,
    /// The chart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chart: Option<Box<StoredChart>>,
    /// The user's values: a JSON object, with sorted keys. None where there were none.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "config")]
    pub config: Option<Box<RawValue>>,
    /// The rendered objects, without hooks.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub manifest: String,
    /// The hooks.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "hooks")]
    pub hooks: Vec<StoredHook>,
    /// The revision, from 1.
    #[serde(skip_serializing_if = "is_zero")]
    pub version: u32,
    /// The release's namespace.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// The user's labels. They are kept as labels of the object that holds the record, not in it.
    #[serde(skip)]
    pub labels: BTreeMap<String, String>,
    /// How the objects were applied. None (Helm 3, or touched by it) counts as client-side.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "apply_method")]
    pub apply_method: Option<ApplyMethod>,
    /// In which order the objects went up. Helm 4.3.1 neither reads nor keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequencing_info: Option<SequencingInfo>,
}

/// In which order the objects of a revision went up, as Helm's proposal HIP-0025 wants it on record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SequencingInfo {
    /// Whether they went up in order.
    pub enabled: bool,
    /// How: `ordered`.
    pub strategy: String,
    /// Which charts come before which; nobody reads it here. The charts of a record do not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subcharts: Option<serde_json::Value>,
}

/// How the objects of a revision were applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApplyMethod {
    /// By the client: patches computed from the old and the new manifest.
    #[serde(rename = "csa")]
    ClientSide,
    /// By the server.
    #[serde(rename = "ssa")]
    ServerSide,
}

impl Record {
    /// Returns the user's values as JSON; an empty object where there were none.
    ///
    /// # Errors
    /// The record is damaged.
    pub fn config(&self) -> Result<serde_json::Value, super::Error> {
        match &self.config {
            Some(raw) => serde_json::from_str(raw.get()).map_err(super::Error::damaged),
            None => Ok(serde_json::Value::Object(serde_json::Map::new())),
        }
    }

    /// Returns how the objects were applied, as Helm 4 counts it.
    pub fn apply_method(&self) -> ApplyMethod {
        self.apply_method.unwrap_or(ApplyMethod::ClientSide)
    }
}

fn is_zero(version: &u32) -> bool {
    *version == 0
}

/// Go omits empty maps, and so leaves no difference between none and `{}`.
fn config<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(raw.filter(|raw| !matches!(raw.get(), "{}" | "null")))
}

fn hooks<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<StoredHook>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

fn apply_method<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<ApplyMethod>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.and_then(|text| match text.as_str() {
        "ssa" => Some(ApplyMethod::ServerSide),
        "csa" => Some(ApplyMethod::ClientSide),
        _ => None,
    }))
}
