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
    chart: Option<Chart>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Chart {
    metadata: Option<Metadata>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    name: String,
    version: String,
    app_version: String,
}

/// What helm shows of a chart that a record lacks.
const MISSING: &str = "MISSING";

impl Summary {
    /// Returns the chart as `NAME-VERSION`, as helm's lists show it.
    pub fn chart(&self) -> String {
        self.metadata().map_or_else(|| MISSING.to_owned(), |metadata| format!("{}-{}", metadata.name, metadata.version))
    }

    /// Returns the version of what the chart installs, as helm's lists show it.
    pub fn app_version(&self) -> &str {
        self.metadata().map_or(MISSING, |metadata| &metadata.app_version)
    }

    fn metadata(&self) -> Option<&Metadata> {
        self.chart.as_ref()?.metadata.as_ref()
    }
}
