//! The parts of a chart as text.

use super::JsonPath;
use crate::chart::model::{Chart, File};
use crate::value::Value;

/// Which part of a chart to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of them, in the order of this list.
    All,
    /// Chart.yaml as Helm understands it: its own fields only, sorted.
    Chart,
    /// values.yaml as it was written.
    Values,
    /// The README.
    Readme,
    /// The custom resource definitions of the chart and its subcharts.
    Crds,
}

impl Part {
    fn includes(self, part: Part) -> bool {
        self == Part::All || self == part
    }
}

/// Returns what `helm show` prints. With a path, what it finds in the values stands in place of values.yaml.
///
/// # Errors
/// What the path has to say; Helm then prints nothing for the values and succeeds.
pub fn show(chart: &Chart, part: Part, path: Option<&JsonPath>) -> (Vec<u8>, Result<(), String>) {
    let mut out = Out { bytes: Vec::new(), separated: part == Part::All };
    let mut found = Ok(());
    if part.includes(Part::Chart) {
        out.line(chart.metadata.to_yaml().as_bytes());
    }
    if part.includes(Part::Values)
        && let Some(values) = &chart.values
    {
        out.separator();
        match path {
            Some(path) => match path.print(&Value::Map(values.clone())) {
                Ok(text) => out.bytes.extend(text),
                Err(message) => found = Err(message),
            },
            None => chart.raw.iter().filter(|file| file.name == "values.yaml").for_each(|file| out.line(&file.data)),
        }
    }
    if part.includes(Part::Readme)
        && let Some(readme) = readme(chart)
    {
        out.separator();
        out.line(&readme.data);
    }
    if part.includes(Part::Crds) {
        for crd in chart.crds() {
            if !crd.data.starts_with(b"---") {
                out.line(b"---");
            }
            out.line(&crd.data);
        }
    }
    (out.bytes, found)
}

struct Out {
    bytes: Vec<u8>,
    /// Whether parts are separated from each other.
    separated: bool,
}

impl Out {
    fn line(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.bytes.push(b'\n');
    }

    fn separator(&mut self) {
        if self.separated {
            self.line(b"---");
        }
    }
}

/// Returns the first file at the top of the chart that is called like a README, whatever its case.
fn readme(chart: &Chart) -> Option<&File> {
    let is_readme = |file: &&File| ["readme.md", "readme.txt", "readme"].iter().any(|name| file.name.eq_ignore_ascii_case(name));
    chart.files.iter().find(is_readme)
}
