//! What a list of releases shows of a revision.

use super::info::Info;
use serde::Deserialize;

/// What a list of releases shows of a revision; templates, values and manifest are passed over when it is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// The release's name.
    pub name: String,
    /// The release's namespace.
    pub namespace: String,
    /// The revision.
    pub version: u32,
    /// What happened to it.
    pub info: Info,
    chart: Chart,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Chart {
    metadata: Metadata,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    name: String,
    version: String,
    app_version: String,
}

impl Summary {
    /// Returns the chart's name.
    pub fn chart_name(&self) -> &str {
        &self.chart.metadata.name
    }

    /// Returns the chart's version.
    pub fn chart_version(&self) -> &str {
        &self.chart.metadata.version
    }

    /// Returns the version of what the chart installs.
    pub fn app_version(&self) -> &str {
        &self.chart.metadata.app_version
    }
}
