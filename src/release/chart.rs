//! The chart as a record keeps it.

use super::error::Error;
use super::time::Time;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The chart as a record keeps it, its parts as JSON text: most readers want the metadata only, and what is written back must be what
/// was read. Field order is Helm's (pkg/chart/v2/chart.go); subcharts are not stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredChart {
    /// `Chart.yaml`; its dependencies are those that were enabled.
    #[serde(default = "null")]
    pub metadata: Box<RawValue>,
    /// `Chart.lock`, or null.
    #[serde(default = "null")]
    pub lock: Box<RawValue>,
    /// The templates: [`StoredFile`]s, or null.
    #[serde(default = "null")]
    pub templates: Box<RawValue>,
    /// The chart's default values.
    #[serde(default = "null")]
    pub values: Box<RawValue>,
    /// `values.schema.json` in base64, or null.
    #[serde(default = "null")]
    pub schema: Box<RawValue>,
    /// When the schema was changed; Go's zero time where there is none.
    #[serde(rename = "schemamodtime", default = "zero_time")]
    pub schema_changed: String,
    /// The chart's other files: [`StoredFile`]s, or null.
    #[serde(default = "null")]
    pub files: Box<RawValue>,
    /// When `Chart.yaml` was changed.
    #[serde(rename = "modtime", default, skip_serializing_if = "Option::is_none", deserialize_with = "super::time::optional::deserialize")]
    pub changed: Option<Time>,
}

/// A file of a chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// Its path in the chart.
    pub name: String,
    /// Its bytes.
    #[serde(with = "base64_text")]
    pub data: Vec<u8>,
    /// When it was changed.
    #[serde(rename = "modtime", default, skip_serializing_if = "Option::is_none", deserialize_with = "super::time::optional::deserialize")]
    pub changed: Option<Time>,
}

impl Default for StoredChart {
    /// Returns a chart in which everything is null, as Go writes an empty one.
    fn default() -> StoredChart {
        StoredChart {
            metadata: null(),
            lock: null(),
            templates: null(),
            values: null(),
            schema: null(),
            schema_changed: zero_time(),
            files: null(),
            changed: None,
        }
    }
}

impl StoredChart {
    /// Returns the templates.
    ///
    /// # Errors
    /// The record is damaged.
    pub fn templates(&self) -> Result<Vec<StoredFile>, Error> {
        files(&self.templates)
    }

    /// Returns the chart's other files.
    ///
    /// # Errors
    /// The record is damaged.
    pub fn files(&self) -> Result<Vec<StoredFile>, Error> {
        files(&self.files)
    }

    /// Returns the default values as JSON: an object, or null.
    ///
    /// # Errors
    /// The record is damaged.
    pub fn values(&self) -> Result<serde_json::Value, Error> {
        serde_json::from_str(self.values.get()).map_err(Error::damaged)
    }

    /// Returns the metadata as JSON.
    ///
    /// # Errors
    /// The record is damaged.
    pub fn metadata(&self) -> Result<serde_json::Value, Error> {
        serde_json::from_str(self.metadata.get()).map_err(Error::damaged)
    }
}

fn files(raw: &RawValue) -> Result<Vec<StoredFile>, Error> {
    Ok(serde_json::from_str::<Option<Vec<StoredFile>>>(raw.get()).map_err(Error::damaged)?.unwrap_or_default())
}

pub(super) fn null() -> Box<RawValue> {
    RawValue::NULL.to_owned()
}

fn zero_time() -> String {
    Time::ZERO.to_owned()
}

/// `[]byte` in JSON; null is empty.
mod base64_text {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
        STANDARD.decode(text).map_err(serde::de::Error::custom)
    }
}
