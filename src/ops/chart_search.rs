//! Looks for charts in the indexes of Helm's repositories, as `helm search repo` does.

use super::chart_repo::repositories;
use super::charts::sources;
use super::go_words::words_of;
use crate::chart::Notice;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{Catalogue, CatalogueEntry, Error, InvalidEntry};
use crate::template::go_regex::Regex;
use crate::template::semver::Constraint;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What to look for.
#[derive(Clone, Debug, Default)]
pub struct SearchRequest {
    /// The words; together they are one text that is looked for. None finds everything.
    pub words: Vec<String>,
    /// Whether the text is a regular expression of Go's.
    pub is_pattern: bool,
    /// All versions that fit, not only the newest of each chart.
    pub all_versions: bool,
    /// Prereleases too, where no range is given.
    pub devel: bool,
    /// A range of versions; may be empty.
    pub version: String,
}

/// A chart that was found. Serializes as helm's does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FoundChart {
    /// `REPOSITORY/NAME`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The version of what it installs.
    pub app_version: String,
    /// One sentence about it.
    pub description: String,
}

/// Between the parts of a chart's line: its name, its whole name, its description, its keywords.
const PART: char = '\u{b}';

/// Looks for charts in what the last updates have fetched; the best match first, then by name, the newest version first. Also returns
/// what there is to say of repositories that cannot be searched.
///
/// Rule: Helm pkg/cmd/search_repo.go, pkg/cmd/search/search.go.
///
/// # Errors
/// There are no repositories; the range or the pattern cannot be read.
pub async fn search_repositories(
    request: &SearchRequest,
    variables: &BTreeMap<String, String>,
) -> Result<(Vec<FoundChart>, Vec<Notice>), Diagnostics> {
    let known = repositories(variables);
    if known.is_empty() {
        return Err(refused("no repositories configured".to_owned()).help("`stackwright chart repo add NAME URL`").into());
    }
    let mut notices = Vec::new();
    let mut charts: BTreeMap<String, (String, CatalogueEntry)> = BTreeMap::new();
    for repository in &known {
        match sources(variables).catalogue(&repository.name).await {
            Ok(catalogue) => {
                notices.extend(catalogue.invalid.iter().map(skipped));
                list(&repository.name, catalogue, &mut charts);
            }
            Err(error) => {
                notices.push(Notice::warn("repo is corrupt or missing").with("repo", &*repository.name).with("error", go_words(&error)));
            }
        }
    }
    let mut found = matching(request, charts.into_values())?;
    found.sort_by(|(score_a, name_a, a), (score_b, name_b, b)| {
        score_a.cmp(score_b).then_with(|| name_a.cmp(name_b)).then_with(|| b.version.compare(&a.version))
    });
    let range = match (request.version.as_str(), request.devel) {
        ("", true) => ">0.0.0-0",
        ("", false) => ">0.0.0",
        (given, _) => given,
    };
    let range = Constraint::parse(range).map_err(|error| refused(format!("an invalid version/constraint format: {error}")))?;
    let mut shown = BTreeSet::new();
    found.retain(|(_, name, entry)| {
        (request.all_versions || !shown.contains(name))
            && range.matches(&entry.version)
            && (shown.insert(name.clone()) || request.all_versions)
    });
    let chart = |(_, name, entry): (usize, String, CatalogueEntry)| FoundChart {
        name,
        version: entry.text,
        app_version: entry.app_version,
        description: entry.description,
    };
    Ok((found.into_iter().map(chart).collect(), notices))
}

/// Lists the versions of a repository's charts; of two of one name and version the later one counts.
fn list(repository: &str, catalogue: Catalogue, into: &mut BTreeMap<String, (String, CatalogueEntry)>) {
    for entry in catalogue.entries {
        let name = format!("{repository}/{}", entry.key);
        into.insert(format!("{name}$${}", entry.text), (name, entry));
    }
}

/// Returns the charts in whose line the text stands, with the number of the part in which it begins: the lower, the better.
fn matching(
    request: &SearchRequest,
    charts: impl Iterator<Item = (String, CatalogueEntry)>,
) -> Result<Vec<(usize, String, CatalogueEntry)>, Diagnostic> {
    if request.words.is_empty() {
        return Ok(charts.map(|(name, entry)| (0, name, entry)).collect());
    }
    let text = request.words.join(" ");
    let pattern = request.is_pattern.then(|| Regex::new(&text)).transpose().map_err(|error| refused(error.to_string()))?;
    let lower = text.to_lowercase();
    let place = |line: &str| match &pattern {
        Some(pattern) => pattern.find(line.as_bytes()).map(|range| (range.start, line.to_owned())),
        None => {
            let line = line.to_lowercase();
            line.find(&lower).map(|at| (at, line))
        }
    };
    let score = |name: &str, entry: &CatalogueEntry| {
        let repository = name.split('/').next().unwrap_or_default();
        let line = format!("{0}{PART}{repository}/{0}{PART}{1}{PART}{2}", entry.name, entry.description, entry.keywords.join(" "));
        let (at, line) = place(&line)?;
        let ends: Vec<usize> = line.match_indices(PART).map(|(end, _)| end).collect();
        Some(ends.iter().position(|end| at <= *end).unwrap_or(ends.len()))
    };
    Ok(charts.filter_map(|(name, entry)| Some((score(&name, &entry)?, name, entry))).collect())
}

fn skipped(entry: &InvalidEntry) -> Notice {
    Notice::warn("skipping loading invalid entry for chart")
        .with("name", &*entry.key)
        .with("version", &*entry.version)
        .with("source", &*entry.file)
        .with("error", &*entry.reason)
}

fn go_words(error: &Error) -> String {
    match error {
        Error::Io { path, task, source } => format!("{task} {}: {}", path.display(), words_of(source)),
        other => other.words(),
    }
}

fn refused(words: String) -> Diagnostic {
    Diagnostic::error(words.clone()).verbatim(words)
}
