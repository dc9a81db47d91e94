//! A chart as it was loaded.

use super::metadata::{Lock, Metadata};
use super::notice::Notice;
use super::patch::AppliedPatch;
use crate::value::Map;
use std::sync::Arc;
use std::time::SystemTime;

/// A file of a chart. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path below the chart's folder, with `/`: `templates/service.yaml`.
    pub name: String,
    /// The contents, without a byte order mark.
    pub data: Arc<[u8]>,
    /// When it was changed, where that is known.
    pub modified: Option<SystemTime>,
}

impl File {
    /// Says whether this is a file of definitions below `crds/`.
    pub fn is_crd(&self) -> bool {
        let extension = self.name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        self.name.starts_with("crds/") && matches!(extension.as_deref(), Some("yaml" | "yml" | "json"))
    }
}

/// A chart with its subcharts, as loaded: nothing is switched off, renamed or merged yet.
#[derive(Clone, Debug, Default)]
pub struct Chart {
    /// Chart.yaml, with what a requirements.yaml of Helm 2 adds.
    pub metadata: Metadata,
    /// Chart.lock (or requirements.lock).
    pub lock: Option<Lock>,
    /// The files below `templates/`, in the order of the folder or archive.
    pub templates: Vec<File>,
    /// All other files that templates can read.
    pub files: Vec<File>,
    /// values.yaml; `None` where there is none.
    pub values: Option<Map>,
    /// values.schema.json.
    pub schema: Option<File>,
    /// Every file as it was read, for `show values` and packaging.
    pub raw: Vec<File>,
    /// The charts below `charts/`, shared between the charts that hold the same archive.
    pub dependencies: Vec<Arc<Chart>>,
    /// What there was to say while loading.
    pub notices: Vec<Notice>,
    /// The patches of the stack that its files were made with.
    pub patches: Vec<AppliedPatch>,
    /// How many charts it is, with all those within it; what is shared counts as often as it is held.
    pub(super) size: usize,
}

impl Chart {
    /// Returns the chart's name.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// Returns what there is to say of the chart before it is rendered, also when that fails.
    pub fn notices_before_rendering(&self) -> Vec<Notice> {
        let deprecated = self.metadata.deprecated.then(|| Notice::warn("this chart is deprecated"));
        self.notices.iter().cloned().chain(deprecated).collect()
    }

    /// Returns a file as it was read.
    pub fn raw_file(&self, name: &str) -> Option<&File> {
        self.raw.iter().find(|file| file.name == name)
    }

    /// Returns the custom resource definitions of this chart, then those of its subcharts.
    pub fn crds(&self) -> Vec<&File> {
        let own = self.files.iter().filter(|file| file.is_crd());
        own.chain(self.dependencies.iter().flat_map(|chart| chart.crds())).collect()
    }

    /// Returns the names of the charts that Chart.yaml asks for and that are not below `charts/`.
    pub fn missing_dependencies(&self) -> Vec<&str> {
        let there = |name: &str| self.dependencies.iter().any(|chart| chart.name() == name);
        let wanted = self.metadata.dependencies.iter().flatten().flatten();
        wanted.map(|dependency| dependency.name.as_str()).filter(|name| !there(name)).collect()
    }
}
