//! From a rendered chart to what a release record holds of it.

use crate::chart::{Chart, File, Rendered};
use crate::release::{Error, StoredChart, StoredFile, Time, raw};
use crate::value::Map;
use jiff::Timestamp;
use jiff::tz::Offset;
use std::time::SystemTime;

/// Returns the chart as a record holds it: metadata with the dependencies that were enabled, default values as they were
/// processed, templates and files of the chart itself without its subcharts.
///
/// # Errors
/// The chart holds what JSON cannot hold.
pub(super) fn stored_chart(chart: &Chart, rendered: &Rendered) -> Result<StoredChart, Error> {
    Ok(StoredChart {
        metadata: raw(&rendered.metadata)?,
        lock: raw(&chart.lock)?,
        templates: files(&chart.templates)?,
        values: raw(&rendered.chart_values)?,
        schema: match &chart.schema {
            Some(schema) => raw(&base64(&schema.data))?,
            None => StoredChart::default().schema,
        },
        schema_changed: chart
            .schema
            .as_ref()
            .and_then(|schema| changed(schema.modified))
            .map_or_else(|| Time::ZERO.to_owned(), |time| time.to_string()),
        files: files(&chart.files)?,
        changed: chart.raw_file("Chart.yaml").and_then(|file| changed(file.modified)),
    })
}

fn files(files: &[File]) -> Result<Box<serde_json::value::RawValue>, Error> {
    let stored: Vec<StoredFile> = files
        .iter()
        .map(|file| StoredFile { name: file.name.clone(), data: file.data.to_vec(), changed: changed(file.modified) })
        .collect();
    // Go writes a list without entries as null.
    raw(&(!stored.is_empty()).then_some(stored))
}

fn changed(modified: Option<SystemTime>) -> Option<Time> {
    Timestamp::try_from(modified?).ok().map(|time| Time::at(time, Offset::UTC))
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// Returns the user's values as a record holds them.
pub(super) fn config_json(values: &Map) -> serde_json::Value {
    serde_json::to_value(values).unwrap_or_default()
}
