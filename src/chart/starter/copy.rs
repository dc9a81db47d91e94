//! A new chart as a copy of another one.

use crate::chart::package::{EntryTime, archive, archive_name};
use crate::chart::{Chart, Error, Metadata};
use crate::yaml;

/// What stands for the new chart's name in a starter.
pub(super) const PLACEHOLDER: &str = "<CHARTNAME>";

/// Returns the paths and contents of a new chart that is a copy of a starter: templates and values with the new name in them,
/// the other files as they are, the subcharts as archives. Chart.yaml is new.
///
/// # Errors
/// A name that is a path, values that are no YAML with the new name in them, a subchart that cannot be packaged.
pub fn copy_starter(starter: &Chart, name: &str) -> Result<Vec<(String, Vec<u8>)>, Error> {
    if name.contains('/') || name.is_empty() {
        return Err(Error::BadName { message: format!("chart name {} is invalid", crate::value::quote(name.as_bytes())) });
    }
    let mut files = vec![("Chart.yaml".to_owned(), metadata(name).to_yaml().into_bytes())];
    for file in starter.raw.iter().filter(|file| file.name == "values.yaml") {
        let values = renamed(&file.data, name);
        yaml::parse_bytes(&values)
            .and_then(yaml::expect_map)
            .map_err(|error| Error::Yaml { file: "values.yaml".into(), source: error.into() })?;
        files.push((file.name.clone(), values));
    }
    files.extend(starter.schema.iter().map(|file| (file.name.clone(), file.data.to_vec())));
    files.extend(starter.templates.iter().map(|file| (file.name.clone(), renamed(&file.data, name))));
    files.extend(starter.files.iter().map(|file| (file.name.clone(), file.data.to_vec())));
    for subchart in &starter.dependencies {
        files.push((format!("charts/{}", archive_name(subchart)), archive(subchart, EntryTime::Fixed)?));
    }
    Ok(files)
}

fn metadata(name: &str) -> Metadata {
    Metadata {
        name: name.to_owned(),
        description: "A Helm chart for Kubernetes".into(),
        kind: "application".into(),
        version: "0.1.0".into(),
        app_version: "0.1.0".into(),
        api_version: "v2".into(),
        ..Metadata::default()
    }
}

/// Puts the name where the placeholder stands, in bytes that need be no text.
fn renamed(bytes: &[u8], name: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memmem::find(rest, PLACEHOLDER.as_bytes()) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(name.as_bytes());
        rest = &rest[at + PLACEHOLDER.len()..];
    }
    out.extend_from_slice(rest);
    out
}
