//! The list of charts that an HTTP repository offers.

use super::digest::Digest;
use super::error::Error;
use crate::diag::nearest;
use crate::template::semver::{Constraint, Version};
use crate::value::{Map, Value};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// One version of one chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexEntry {
    /// The version as written.
    pub version: String,
    /// Where the archive is; relative to the repository, or whole addresses.
    pub urls: Vec<String>,
    /// The archive's SHA-256 in hexadecimal, where the repository says it.
    pub digest: Option<String>,
}

impl IndexEntry {
    /// Returns the digest of the archive, where the repository says a good one.
    pub fn archive_digest(&self) -> Option<Digest> {
        self.digest.as_deref().and_then(Digest::parse)
    }
}

/// A repository's `index.yaml`.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// By chart name; newest first, versions that are none last.
    entries: BTreeMap<String, Vec<IndexEntry>>,
}

/// What was chosen from a list of versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice<T> {
    /// The item.
    pub(super) item: T,
    /// Whether a plain version was asked for and another one was taken.
    pub(super) other: bool,
}

impl Index {
    /// Takes the entries out of a parsed `index.yaml`. Entries without version or address are left out, as Helm does.
    pub fn from_value(index: &Value) -> Index {
        let charts = index.as_map().and_then(|index| index.get("entries")).unwrap_or_default();
        let entries = charts.as_map().map(Map::entries).unwrap_or_default();
        let entries = entries.iter().filter_map(|entry| Some((entry.key.to_text().into_owned(), versions(entry.value.as_list()?.items()))));
        Index { entries: entries.collect() }
    }

    /// Returns the charts' names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Returns the versions of a chart, newest first.
    pub fn versions(&self, chart: &str) -> Option<&[IndexEntry]> {
        self.entries.get(chart).map(Vec::as_slice)
    }

    /// Chooses the version of a chart that fits `wanted`.
    ///
    /// # Errors
    /// `Error::NoChart`, `Error::NoVersion`, `Error::BadVersion`.
    pub(super) fn choose(&self, repository: &str, chart: &str, wanted: &str) -> Result<Choice<&IndexEntry>, Error> {
        let Some(entries) = self.entries.get(chart) else {
            let near = nearest(chart, self.entries.keys().map(String::as_str)).map(ToOwned::to_owned);
            return Err(Error::NoChart { chart: chart.to_owned(), repository: repository.to_owned(), near });
        };
        let versions: Vec<&str> = entries.iter().map(|entry| entry.version.as_str()).collect();
        let choice = choose_version(chart, &versions, wanted)?;
        Ok(Choice { item: &entries[choice.item], other: choice.other })
    }
}

fn versions(items: &[Value]) -> Vec<IndexEntry> {
    let mut entries: Vec<(Option<Version>, IndexEntry)> =
        items.iter().filter_map(|item| entry(item.as_map()?)).map(|entry| (Version::parse(&entry.version).ok(), entry)).collect();
    entries.sort_by(|(a, _), (b, _)| newest_first(a.as_ref(), b.as_ref()));
    entries.into_iter().map(|(_, entry)| entry).collect()
}

fn newest_first(a: Option<&Version>, b: Option<&Version>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => b.compare(a),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

fn entry(item: &Map) -> Option<IndexEntry> {
    let text = |key: &str| item.get(key).and_then(|value| value.as_str().map(ToOwned::to_owned)).filter(|text| !text.is_empty());
    let urls = item.get("urls").unwrap_or_default();
    let urls: Vec<String> = urls.as_list()?.iter().filter_map(|url| url.as_str().map(ToOwned::to_owned)).collect();
    Some(IndexEntry { version: text("version")?, urls, digest: text("digest") })
}

/// Chooses from versions, newest first: the one that is written exactly so, else the first that fits; an empty wish is the
/// newest that is no prerelease.
///
/// Rule: Helm pkg/repo/v1/index.go `IndexFile.Get`.
pub(super) fn choose_version(chart: &str, versions: &[&str], wanted: &str) -> Result<Choice<usize>, Error> {
    let range = if wanted.is_empty() { "*" } else { wanted };
    let constraint = Constraint::parse(range).map_err(|error| Error::BadVersion {
        chart: chart.to_owned(),
        wanted: wanted.to_owned(),
        reason: error.to_string(),
    })?;
    if let Some(exact) = versions.iter().position(|version| *version == wanted) {
        return Ok(Choice { item: exact, other: false });
    }
    let fits = |version: &&str| Version::parse(version).is_ok_and(|version| constraint.matches(&version));
    match versions.iter().position(fits) {
        Some(item) => Ok(Choice { item, other: !wanted.is_empty() && !is_range(wanted) }),
        None => {
            let newest = versions.iter().take(5).map(ToString::to_string).collect();
            Err(Error::NoVersion { chart: chart.to_owned(), wanted: range.to_owned(), newest })
        }
    }
}

/// Says whether a text is a range rather than one version (Helm's `isVersionRange`).
fn is_range(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    text.contains(['^', '~', '<', '>', '=', '!', '*']) || text.contains("||") || text.contains(" - ") || core.contains(['x', 'X'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(wanted: &str, expected: Option<(&str, bool)>) {
        let index = Index::from_value(&Value::from(&serde_json::json!({"entries": {"a": [
            {"version": "1.0.0", "urls": ["a"]}, {"version": "1.2.0", "urls": ["b"]}, {"version": "2.0.0-rc.1", "urls": ["c"]},
            {"version": "odd", "urls": ["d"]}, {"version": "1.10.0", "urls": ["e"]},
        ]}})));
        let chosen = index.choose("https://charts", "a", wanted);
        assert_eq!(chosen.ok().map(|choice| (choice.item.version.as_str(), choice.other)), expected, "{wanted}");
    }

    #[test]
    fn the_newest_version_that_fits_is_chosen() {
        check("", Some(("1.10.0", false)));
        check("1.2.0", Some(("1.2.0", false)));
        check("^1", Some(("1.10.0", false)));
        check("~1.2", Some(("1.2.0", false)));
        check(">0.0.0-0", Some(("2.0.0-rc.1", false)));
        check("odd", None);
        check("1.2", Some(("1.2.0", true)));
        check("3", None);
    }
}
