//! Shows parts of a chart, as `helm show` does.

use super::chart_source::{ChartSource, Dependencies, Located};
use crate::chart::{JsonPath, Part, show};
use crate::diag::Diagnostics;
use std::collections::BTreeMap;

/// What to show.
pub struct ChartShowRequest {
    /// The chart.
    pub source: ChartSource,
    /// Which part of it.
    pub part: Part,
    /// What of the values; none is all of values.yaml.
    pub jsonpath: Option<String>,
    /// The process's environment.
    pub variables: BTreeMap<String, String>,
}

/// What is shown.
pub struct Shown {
    /// For standard output.
    pub output: Vec<u8>,
    /// Lines for standard error.
    pub notices: Vec<String>,
}

/// Loads a chart and shows a part of it.
///
/// # Errors
/// The chart is not found or does not load; the path cannot be read.
pub async fn chart_show(request: &ChartShowRequest) -> Result<Shown, Diagnostics> {
    let path = request.jsonpath.as_deref().filter(|path| !path.is_empty());
    let path = path.map(JsonPath::parse).transpose().map_err(|error| Diagnostics::from(error.diagnostic()))?;
    let Located { chart, mut notices } = request.source.load(&request.variables, Dependencies::AsTheyAre).await?;
    let (output, found) = show(&chart, request.part, path.as_ref());
    notices.extend(chart.notices.iter().map(ToString::to_string));
    notices.extend(found.err().map(|message| format!("nothing is shown: {message}")));
    Ok(Shown { output, notices })
}
