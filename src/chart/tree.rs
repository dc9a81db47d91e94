//! A chart and its subcharts as one render sees them: some renamed, some switched off.

use super::metadata::Metadata;
use super::model::Chart;
use crate::value::Map;
use std::borrow::Cow;

/// A chart of the tree, with what processing its dependencies changes. The files stay with the `Chart`.
#[derive(Clone, Debug)]
pub struct ChartNode<'a> {
    /// The chart as loaded.
    pub chart: &'a Chart,
    /// Its metadata; the name is the alias, where there is one.
    pub metadata: Cow<'a, Metadata>,
    /// Its default values; after processing, with those of its subcharts and what it imports from them.
    pub values: Option<Map>,
    /// Its subcharts.
    pub children: Vec<ChartNode<'a>>,
}

impl<'a> ChartNode<'a> {
    /// Makes the tree of a chart as loaded.
    pub fn of(chart: &'a Chart) -> ChartNode<'a> {
        ChartNode {
            chart,
            metadata: Cow::Borrowed(&chart.metadata),
            values: chart.values.clone(),
            children: chart.dependencies.iter().map(|chart| ChartNode::of(chart)).collect(),
        }
    }

    /// Returns the name that values and templates know the chart by.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }
}
