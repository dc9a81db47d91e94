//! What a release is, without what it installs.

use super::content::stored;
use super::session::ReleaseSession;
use crate::diag::{Diagnostic, Diagnostics};
use crate::release::Error;
use crate::template::go_time::Time;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// What a release is. Serializes as `helm get metadata -o json` does.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseMetadata {
    /// Its name.
    pub name: String,
    /// Its chart's name.
    pub chart: String,
    /// Its chart's version.
    pub version: String,
    /// The version of what the chart installs.
    pub app_version: String,
    /// The chart's annotations.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// The labels of its record: of the last revision all of them, of one that is asked for those that the user gave.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// The chart's dependencies, as its metadata has them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<Box<RawValue>>,
    /// Its namespace.
    pub namespace: String,
    /// The revision.
    pub revision: u32,
    /// Its status.
    pub status: &'static str,
    /// When it was deployed; Go's zero time where that is not known.
    pub deployed_at: String,
    /// `ssa`, `csa`, or nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apply_method: Option<crate::release::ApplyMethod>,
}

/// What is read of a chart's metadata.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ChartMetadata {
    name: String,
    version: String,
    app_version: String,
    annotations: Option<BTreeMap<String, String>>,
    dependencies: Option<Vec<Box<RawValue>>>,
}

/// Returns what a release's revision is; its last one for 0.
///
/// Rule: helm pkg/action/get_metadata.go.
///
/// # Errors
/// There is no such release or revision; the cluster does not tell; the record is damaged.
pub async fn release_metadata(session: &ReleaseSession, name: &str, revision: u32) -> Result<ReleaseMetadata, Diagnostics> {
    const RFC3339: &[u8] = b"2006-01-02T15:04:05Z07:00";
    let entry = stored(session, name, revision).await?;
    let record = entry.record().map_err(|error| error.diagnostic())?;
    let damaged = |error: serde_json::Error| entry.damaged(&Error::Damaged { reason: error.to_string() }).diagnostic();
    let chart: Option<ChartMetadata> = match &record.chart {
        Some(chart) => serde_json::from_str(chart.metadata.get()).map_err(damaged)?,
        None => None,
    };
    let chart = chart.ok_or_else(|| Diagnostic::error(format!("the record of release {name:?} has no chart")))?;
    // Helm's stores hide their own labels where one revision is read, and not where they search.
    let labels = if revision == 0 { entry.stored().labels.clone() } else { record.labels.clone() };
    let deployed = session.time(record.info.last_deployed.as_ref()).unwrap_or_else(Time::zero);
    Ok(ReleaseMetadata {
        chart: chart.name,
        version: chart.version,
        app_version: chart.app_version,
        annotations: chart.annotations.unwrap_or_default(),
        labels,
        dependencies: chart.dependencies.unwrap_or_default(),
        revision: record.version,
        status: record.info.status.as_str(),
        deployed_at: String::from_utf8_lossy(&deployed.format(RFC3339)).into_owned(),
        apply_method: record.apply_method,
        name: record.name,
        namespace: record.namespace,
    })
}

impl ReleaseMetadata {
    /// Returns the names of the chart's dependencies, sorted.
    pub fn dependency_names(&self) -> Vec<String> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Named {
            name: String,
        }
        let name = |raw: &RawValue| serde_json::from_str::<Option<Named>>(raw.get()).ok().flatten().unwrap_or_default().name;
        let mut names: Vec<String> = self.dependencies.iter().map(|raw| name(raw)).collect();
        names.sort();
        names
    }
}
