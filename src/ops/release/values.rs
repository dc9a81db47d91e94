//! The values of a release.

use super::content::content;
use super::session::ReleaseSession;
use crate::chart::values::coalesce_values;
use crate::chart::{Chart, ChartNode, Notice};
use crate::diag::{Diagnostic, Diagnostics};
use crate::release::{Error, Record};
use crate::value::{Map, Value};
use crate::yaml::json;

/// Values of a release.
#[derive(Clone, Debug)]
pub struct ReleaseValues {
    /// The values as JSON, in the form of Go's encoding/json; `null` where there are none.
    pub json: String,
    /// What there was to say while they were put together.
    pub notices: Vec<Notice>,
}

/// Returns the values that were given for a release's revision (its last one for 0); with `all`, those of the chart under them.
///
/// Rule: helm pkg/action/get_values.go.
///
/// # Errors
/// There is no such release or revision; the cluster does not tell; the record is damaged.
pub async fn release_values(session: &ReleaseSession, name: &str, revision: u32, all: bool) -> Result<ReleaseValues, Diagnostics> {
    let record = content(session, name, revision).await?;
    Ok(if all { all_values(&record)? } else { ReleaseValues { json: user_values(&record)?, notices: Vec::new() } })
}

/// Returns the user's values of a record as JSON.
pub(super) fn user_values(record: &Record) -> Result<String, Diagnostic> {
    match &record.config {
        None => Ok("null".to_owned()),
        Some(config) => written(&parsed(config.get())?),
    }
}

/// Returns the chart's values with the user's over them. A record keeps no subcharts: their values are in the chart's own, where an
/// install has put them.
pub(super) fn all_values(record: &Record) -> Result<ReleaseValues, Diagnostic> {
    let mut chart = Chart::default();
    if let Some(stored) = &record.chart {
        chart.metadata.name = stored.metadata().map_err(|error| error.diagnostic())?["name"].as_str().unwrap_or_default().to_owned();
        chart.values = parsed(stored.values.get())?.as_map().cloned();
    }
    let user = record.config.as_deref().map_or(Ok(Value::Nil), |config| parsed(config.get()))?;
    let mut notices = Vec::new();
    let values = coalesce_values(&ChartNode::of(&chart), user.as_map().unwrap_or(&Map::new()), &mut notices);
    let values = values.map_err(|error| damaged(&format!("{} is no table", error.name)))?;
    Ok(ReleaseValues { json: written(&Value::Map(values))?, notices })
}

fn parsed(text: &str) -> Result<Value, Diagnostic> {
    json::parse(text).map_err(|error| damaged(&error.to_string()))
}

fn written(value: &Value) -> Result<String, Diagnostic> {
    json::to_string(value).map_err(|error| damaged(&error.to_string()))
}

fn damaged(reason: &str) -> Diagnostic {
    Error::Damaged { reason: reason.to_owned() }.diagnostic()
}
