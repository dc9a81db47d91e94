//! What is in the archive of a chart.

use crate::chart::{Chart, Error};
use std::borrow::Cow;

/// A file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The path, from the chart's name on.
    pub name: String,
    /// The contents.
    pub data: Cow<'a, [u8]>,
}

/// Returns the files of a chart and its subcharts in Helm's order: Chart.yaml as Helm writes it, Chart.lock (not of charts of
/// Helm 2's form), values.yaml, values.schema.json, the templates, the other files, the subcharts as folders.
///
/// `generated` is written into every Chart.lock as the time when it was made; none leaves it.
///
/// # Errors
/// A name that is a path, or a schema that is no JSON.
pub fn entries<'a>(chart: &'a Chart, generated: Option<&str>) -> Result<Vec<Entry<'a>>, Error> {
    let mut entries = Vec::new();
    collect(chart, "", generated, &mut entries)?;
    Ok(entries)
}

fn collect<'a>(chart: &'a Chart, prefix: &str, generated: Option<&str>, entries: &mut Vec<Entry<'a>>) -> Result<(), Error> {
    let name = chart.name();
    if name.contains('/') {
        return Err(Error::Package { message: format!("invalid chart name({name})") });
    }
    let base = format!("{prefix}{name}/");
    let mut push = |name: &str, data: Cow<'a, [u8]>| entries.push(Entry { name: format!("{base}{name}"), data });
    push("Chart.yaml", Cow::Owned(chart.metadata.to_own_yaml().into_bytes()));
    if let Some(lock) = chart.lock.as_ref().filter(|_| chart.metadata.api_version == "v2") {
        push("Chart.lock", Cow::Owned(lock.to_yaml(generated).into_bytes()));
    }
    for file in chart.raw.iter().filter(|file| file.name == "values.yaml") {
        push(&file.name, Cow::Borrowed(&file.data));
    }
    if let Some(schema) = &chart.schema {
        if serde_json::from_slice::<serde::de::IgnoredAny>(&schema.data).is_err() {
            return Err(Error::Package { message: "invalid JSON in values.schema.json".into() });
        }
        push("values.schema.json", Cow::Borrowed(&schema.data));
    }
    for file in chart.templates.iter().chain(&chart.files) {
        push(&file.name, Cow::Borrowed(&file.data));
    }
    chart.dependencies.iter().try_for_each(|subchart| collect(subchart, &format!("{base}charts/"), generated, entries))
}
