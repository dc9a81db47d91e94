//! `--dependency-update` of commands that render a chart.

use super::request::{ChartDependencyRequest, Say};
use super::update::chart_dependency_update;
use crate::chart;
use crate::diag::Diagnostics;
use crate::ops::chart_source::ChartSource;
use std::collections::BTreeMap;

/// Fetches what a chart's folder lacks into its `charts/`. Where nothing is missing, or the chart is no folder, nothing is done.
///
/// # Errors
/// The chart does not load, or its dependencies cannot be had.
pub(in crate::ops) async fn update_missing(
    source: &ChartSource,
    variables: &BTreeMap<String, String>,
    say: &mut Say<'_>,
) -> Result<(), Diagnostics> {
    let Some(folder) = source.folder().filter(|_| source.keyring.is_none()) else { return Ok(()) };
    let chart = chart::load(folder).map_err(|error| error.diagnostic())?;
    if chart.missing_dependencies().is_empty() {
        return Ok(());
    }
    let update = ChartDependencyRequest {
        chart: folder.to_owned(),
        skip_refresh: false,
        keyring: None,
        access: source.access.clone(),
        variables: variables.clone(),
    };
    chart_dependency_update(&update, say).await
}
