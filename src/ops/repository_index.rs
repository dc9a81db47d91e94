//! Makes the index of a folder of archives, as `helm repo index` does.

use super::chart_package::write;
use crate::chart::{self, Metadata, Notice};
use crate::diag::{Diagnostic, Diagnostics, Source};
use crate::release::{to_json, to_json_lines};
use crate::source::{Digest, OsFiles, glob};
use crate::template::function::Effects;
use crate::template::go_time::{Time, Zone};
use crate::template::semver::{Constraint, Version};
use crate::value::{Map, Value, json_kind};
use crate::yaml;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What to index.
pub struct RepositoryIndexRequest {
    /// The folder of the archives.
    pub folder: PathBuf,
    /// The address that it will have; may be empty.
    pub url: String,
    /// An index whose other versions are taken over; it is made where it is missing.
    pub merge: Option<PathBuf>,
    /// Whether JSON is written.
    pub json: bool,
    /// The process's environment.
    pub variables: BTreeMap<String, String>,
}

/// An index; fields, their order and omissions are helm's.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Index {
    api_version: &'static str,
    generated: String,
    entries: BTreeMap<String, Vec<Entry>>,
}

#[derive(Serialize)]
struct Entry {
    #[serde(flatten)]
    metadata: Metadata,
    urls: Vec<String>,
    created: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    removed: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    digest: String,
}

/// Writes `index.yaml` into a folder: every archive in it and in the folders right below, the newest version of a chart first. What is
/// no chart is passed over. Returns what there was to say.
///
/// Rule: Helm pkg/cmd/repo_index.go, pkg/repo/v1/index.go.
///
/// # Errors
/// A chart that an index cannot have, an index to merge that cannot be read, a file that cannot be written.
pub fn index_repository(request: &RepositoryIndexRequest) -> Result<Vec<Notice>, Diagnostics> {
    let effects = super::effects::MachineEffects::of(&request.variables);
    let zone = Zone::local(effects.zone().as_deref());
    let now = Time::unix_nanoseconds(effects.now(), zone.clone()).to_rfc3339();
    let mut index = Index { api_version: "v1", generated: now.clone(), entries: BTreeMap::new() };
    let mut notices = Vec::new();
    for path in archives(&request.folder) {
        let Ok(chart) = chart::load(&path) else { continue };
        let bytes = std::fs::read(&path).map_err(|error| Diagnostic::error(format!("cannot read {}: {error}", path.display())))?;
        let below = path.strip_prefix(&request.folder).unwrap_or(&path).display().to_string();
        index.entries.entry(chart.metadata.name.clone()).or_default().push(Entry {
            metadata: chart.metadata.clone(),
            urls: vec![address(&request.url, &below)],
            created: now.clone(),
            removed: false,
            digest: Digest::of(&bytes).to_string(),
        });
    }
    if let Some(path) = &request.merge {
        if path.exists() {
            merge(&mut index, path, &zone, &mut notices)?;
        } else {
            let empty = Index { entries: BTreeMap::new(), ..index };
            save(&empty, path, request.json)?;
            index = Index { entries: index.entries, ..empty };
        }
    }
    index.entries.values_mut().for_each(|versions| versions.sort_by(|a, b| newest_first(a, b)));
    save(&index, &request.folder.join("index.yaml"), request.json)?;
    Ok(notices)
}

/// Returns the archives of a folder, then those of the folders right below, each sorted.
fn archives(folder: &Path) -> Vec<PathBuf> {
    let folder = folder.display();
    [format!("{folder}/*.tgz"), format!("{folder}/*/*.tgz")].iter().flat_map(|pattern| glob(&OsFiles, pattern)).collect()
}

/// Returns where an archive will be; below no address, where it is.
fn address(url: &str, below: &str) -> String {
    if url.is_empty() {
        return below.to_owned();
    }
    let (start, path) = match url.find("://") {
        Some(at) => url.split_at(url[at + 3..].find('/').map_or(url.len(), |slash| at + 3 + slash)),
        None => ("", url),
    };
    let path: Vec<&str> = path.split('/').chain(below.split('/')).filter(|part| !matches!(*part, "" | ".")).collect();
    let root = if start.is_empty() && !url.starts_with('/') { "" } else { "/" };
    format!("{start}{root}{}", path.join("/"))
}

/// Takes over the versions of another index that this one has not.
fn merge(index: &mut Index, path: &Path, zone: &Zone, notices: &mut Vec<Notice>) -> Result<(), Diagnostics> {
    let failed = |reason: String| {
        let words = format!("merge failed: error loading {}: {reason}", path.display());
        Diagnostic::error(words.clone()).verbatim(words)
    };
    let content = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let source = Source::new(path.display().to_string(), content);
    let other = yaml::parse_for_struct(&source).map_err(|error| error.diagnostic().verbatim(failed(error.to_string()).title))?;
    let no_index = || {
        let kind = json_kind(&other);
        failed(format!("error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into Go value of type repo.IndexFile"))
    };
    let other = other.as_map().ok_or_else(no_index)?;
    if !other.contains_key("apiVersion") {
        return Err(failed("no API version specified".to_owned()).into());
    }
    let charts = other.get("entries").unwrap_or_default();
    for chart in charts.as_map().map(Map::entries).unwrap_or_default() {
        let versions = chart.value.as_list().map(|list| list.items().to_vec()).unwrap_or_default();
        for version in &versions {
            match entry(version, zone) {
                Ok(entry) if !has(index, &entry.metadata) => index.entries.entry(entry.metadata.name.clone()).or_default().push(entry),
                Ok(_) => {}
                Err(reason) => notices
                    .push(Notice::warn("skipping loading invalid entry for chart").with("name", chart.key.to_text()).with("error", reason)),
            }
        }
    }
    Ok(())
}

fn entry(version: &Value, zone: &Zone) -> Result<Entry, String> {
    let item = version.as_map().ok_or("empty entry")?;
    let text = |key: &str| item.get(key).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
    let mut metadata = Metadata::default();
    let own = item.entries().into_iter().filter(|entry| !matches!(entry.key.as_str(), Some("urls" | "created" | "removed" | "digest")));
    let own = Map::from_entries(item.kind(), own.collect());
    metadata.read(&Value::Map(own)).map_err(|mismatch| mismatch.to_string())?;
    if metadata.api_version.is_empty() {
        metadata.api_version = "v1".to_owned();
    }
    metadata.validate()?;
    let urls = item.get("urls").unwrap_or_default();
    let created = Time::parse(b"2006-01-02T15:04:05Z07:00", text("created").as_bytes(), zone).unwrap_or_else(|_| Time::zero());
    Ok(Entry {
        metadata,
        urls: urls
            .as_list()
            .map(|urls| urls.items().iter().filter_map(|url| url.as_str().map(str::to_owned)).collect())
            .unwrap_or_default(),
        created: created.to_rfc3339(),
        removed: item.get("removed").and_then(|value| value.as_bool()).unwrap_or_default(),
        digest: text("digest"),
    })
}

/// Says whether the index has a version, or one that counts as the same.
fn has(index: &Index, wanted: &Metadata) -> bool {
    let Some(versions) = index.entries.get(&wanted.name) else { return false };
    let constraint = Constraint::parse(&wanted.version).ok();
    versions.iter().any(|entry| {
        let version = Version::parse(&entry.metadata.version).ok();
        entry.metadata.version == wanted.version
            || constraint.as_ref().zip(version).is_some_and(|(wanted, version)| wanted.matches(&version))
    })
}

fn newest_first(a: &Entry, b: &Entry) -> std::cmp::Ordering {
    match (Version::parse(&a.metadata.version), Version::parse(&b.metadata.version)) {
        (Ok(a), Ok(b)) => b.compare(&a),
        (a, b) => b.is_ok().cmp(&a.is_ok()),
    }
}

fn save(index: &Index, path: &Path, as_json: bool) -> Result<(), Diagnostics> {
    let unwritable = |error: String| Diagnostics::from(Diagnostic::error(format!("cannot write {}: {error}", path.display())));
    if as_json {
        return write(path, &to_json_lines(index).map_err(|error| error.diagnostic())?);
    }
    let json = to_json(index).map_err(|error| error.diagnostic())?;
    let value = yaml::json::parse(&String::from_utf8_lossy(&json)).map_err(|error| unwritable(error.to_string()))?;
    write(path, yaml::to_string(&value).map_err(|error| unwritable(error.to_string()))?.as_bytes())
}
