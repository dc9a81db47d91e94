//! The features of an environment and of its releases.

use super::error::Error;
use super::model::Stack;
use super::overlays::{OverlayFile, names_feature, overlay_files};
use super::raw::{RawRelease, Spanned};
use crate::diag::{Diagnostics, Span, nearest};
use crate::source::Files;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// More names than a reader looks through.
const SHOWN: usize = 40;

/// A feature that is asked for.
#[derive(Clone, Debug)]
pub struct Feature {
    /// Its name, as files of values have it in theirs.
    pub name: String,
    /// Where it is asked for.
    pub span: Option<Span>,
}

impl Feature {
    pub(super) fn of(text: &Spanned<String>) -> Feature {
        Feature { name: text.value.clone(), span: Some(text.span.clone()) }
    }
}

/// Decides a release's features: its own list in place of the environment's, then what it adds and drops. A name that a template
/// left empty is none.
pub(super) fn features_of(release: &RawRelease, of_environment: &[Feature]) -> Vec<Feature> {
    let mut features = match &release.features.0 {
        Some(own) => own.iter().map(Feature::of).collect(),
        None => of_environment.to_vec(),
    };
    for added in &release.add_features {
        if features.iter().all(|feature| feature.name != added.value) {
            features.push(Feature::of(added));
        }
    }
    features.retain(|feature| !feature.name.is_empty() && release.drop_features.iter().all(|dropped| dropped.value != feature.name));
    features
}

/// Checks that every feature has a file: for a release of the stack, else at least for another chart.
pub(super) fn check(stack: &Stack, files: &dyn Files) -> Diagnostics {
    let mut mistakes = Diagnostics::new();
    let mut told = BTreeSet::new();
    let mut others: Option<BTreeMap<PathBuf, Vec<OverlayFile>>> = None;
    for feature in stack.releases.iter().flat_map(|release| &release.overlays.features) {
        let place = feature.span.as_ref().map(|span| (span.source.name().to_owned(), span.start));
        let has = |files: &[OverlayFile]| files.iter().any(|file| names_feature(&file.name, &feature.name));
        if stack.releases.iter().any(|release| has(&release.overlays.files)) || !told.insert((feature.name.clone(), place)) {
            continue;
        }
        if stack.releases.iter().all(|release| release.overlays.folders.is_empty()) {
            mistakes.push(Error::NoOverlays { span: feature.span.clone() }.warning());
            return mistakes;
        }
        let others = others.get_or_insert_with(|| beside(stack, files));
        let charts: BTreeSet<String> = others.iter().filter(|(_, files)| has(files)).map(|(folder, _)| last_name(folder)).collect();
        if charts.is_empty() {
            mistakes.push(unknown(feature, stack, others).diagnostic());
        } else {
            let charts = charts.into_iter().collect();
            mistakes.push(Error::UnusedFeature { feature: feature.name.clone(), charts, span: feature.span.clone() }.warning());
        }
    }
    mistakes
}

/// Returns the files for charts of which the stack has no release: in the folders beside those of its releases.
fn beside(stack: &Stack, files: &dyn Files) -> BTreeMap<PathBuf, Vec<OverlayFile>> {
    let folders = stack.releases.iter().flat_map(|release| &release.overlays.folders);
    let parents: BTreeSet<&Path> = folders.filter_map(|folder| folder.parent()).collect();
    let mut found = BTreeMap::new();
    for parent in parents {
        for entry in files.list(parent).unwrap_or_default().into_iter().filter(|entry| entry.is_folder) {
            let folder = parent.join(&entry.name);
            found.insert(folder.clone(), overlay_files(&folder, files));
        }
    }
    found
}

fn unknown(feature: &Feature, stack: &Stack, others: &BTreeMap<PathBuf, Vec<OverlayFile>>) -> Error {
    let own = stack.releases.iter().flat_map(|release| &release.overlays.files);
    let names = |files: &mut dyn Iterator<Item = &OverlayFile>| files.map(|file| file.name.clone()).collect::<BTreeSet<String>>();
    let mut known = names(&mut own.clone());
    let all = names(&mut own.chain(others.values().flatten()));
    if known.is_empty() {
        known.clone_from(&all);
    }
    let parts: BTreeSet<&str> = all.iter().flat_map(|name| std::iter::once(name.as_str()).chain(name.split('-'))).collect();
    let folders: BTreeSet<PathBuf> = stack.releases.iter().flat_map(|release| release.overlays.folders.clone()).collect();
    let mut known: Vec<String> = known.into_iter().collect();
    if known.len() > SHOWN {
        let more = known.len() - SHOWN;
        known.truncate(SHOWN);
        known.push(format!("{more} more"));
    }
    Error::UnknownFeature {
        feature: feature.name.clone(),
        near: nearest(&feature.name, parts).map(ToOwned::to_owned),
        known,
        folders: folders.into_iter().collect(),
        span: feature.span.clone(),
    }
}

fn last_name(folder: &Path) -> String {
    folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
