//! What is linted.

use crate::chart::{Chart, Error};
use std::path::PathBuf;

/// What there is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// A folder.
    Folder,
    /// A file and its bytes.
    File(Vec<u8>),
    /// Something that cannot be read, and what the system says.
    Unreadable(String),
}

/// What a chart's folder or archive holds.
#[derive(Debug)]
pub struct Contents {
    /// Where it is; absolute.
    pub path: PathBuf,
    /// What goes before the name of a file where a reader is told of it: `mychart/`, `mychart.tgz:`.
    pub prefix: String,
    /// `Chart.yaml`.
    pub chart_yaml: Found,
    /// `values.yaml`.
    pub values: Found,
    /// `values.schema.json`.
    pub schema: Found,
    /// `templates`.
    pub templates: Found,
    /// `crds`.
    pub crds: Found,
    /// The chart, or why it does not load.
    pub chart: Result<Chart, Error>,
}

impl Contents {
    /// Puts a patched chart in the place of the one that was found, with its files.
    pub fn patched(&mut self, chart: Chart) {
        let file = |name: &str| chart.raw_file(name).map_or(Found::Nothing, |file| Found::File(file.data.to_vec()));
        let folder = |name: &str, found: &Found| match chart.raw.iter().any(|file| file.name.starts_with(&format!("{name}/"))) {
            true => Found::Folder,
            false => found.clone(),
        };
        (self.chart_yaml, self.values, self.schema) = (file("Chart.yaml"), file("values.yaml"), file("values.schema.json"));
        (self.templates, self.crds) = (folder("templates", &self.templates), folder("crds", &self.crds));
        self.chart = Ok(chart);
    }
}
