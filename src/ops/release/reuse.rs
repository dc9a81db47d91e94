//! Values of the last revision that an upgrade takes over.

use crate::chart::values::{coalesce_tables, coalesce_values};
use crate::chart::{Chart, ChartNode, Metadata};
use crate::diag::Diagnostics;
use crate::release::Record;
use crate::value::{Map, Value};
use std::sync::Arc;

/// Which values of the last revision an upgrade takes over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reuse {
    /// `--reset-values`: none.
    pub reset: bool,
    /// `--reuse-values`: the user's and the chart's of then, under the new ones.
    pub reuse: bool,
    /// `--reset-then-reuse-values`: the user's of then, under the new ones and over the new chart's.
    pub reset_then_reuse: bool,
}

impl Reuse {
    /// Brings a new chart and the user's new values to what an upgrade renders.
    ///
    /// Rule: Helm 4.3.1 pkg/action/upgrade.go (`reuseValues`). Without a flag, an upgrade without values takes those of then.
    ///
    /// # Errors
    /// The record is damaged.
    pub(super) fn take(self, current: &Record, chart: &mut Arc<Chart>, values: &mut Map) -> Result<(), Diagnostics> {
        if self.reset {
            return Ok(());
        }
        let config = user_values(current)?;
        let mut notices = Vec::new();
        if self.reuse {
            let old = old_values(current, &config)?;
            coalesce_tables(values, &config, &mut notices);
            Arc::make_mut(chart).values = Some(old);
        } else if self.reset_then_reuse {
            coalesce_tables(values, &config, &mut notices);
        } else if values.is_empty() {
            *values = config;
        }
        Ok(())
    }
}

fn user_values(current: &Record) -> Result<Map, Diagnostics> {
    Ok(map(&current.config().map_err(|error| error.diagnostic())?))
}

/// Returns the values that the current revision was rendered with; subcharts are not on record.
fn old_values(current: &Record, config: &Map) -> Result<Map, Diagnostics> {
    let stored = current.chart.as_deref().cloned().unwrap_or_default();
    let metadata = stored.metadata().map_err(|error| error.diagnostic())?;
    let values = stored.values().map_err(|error| error.diagnostic())?;
    let metadata = Metadata { name: metadata["name"].as_str().unwrap_or_default().to_owned(), ..Metadata::default() };
    let mut chart = Chart::default();
    chart.metadata = metadata;
    chart.values = Some(map(&values));
    let old = coalesce_values(&ChartNode::of(&chart), config, &mut Vec::new());
    old.map_err(|error| super::words::refused(format!("failed to rebuild old values: {} is no table", error.name)))
}

fn map(json: &serde_json::Value) -> Map {
    match Value::from(json) {
        Value::Map(map) => map,
        _ => Map::new(),
    }
}
