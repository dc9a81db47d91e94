//! Files of values that the features of a release choose, out of a folder for its chart.
//!
//! Rule: openstack-helm's `values_overrides`. `helm osh get-values-overrides -c CHART A B C` takes, of the files that there are,
//! A, B, A-B, C, A-C, B-C, A-B-C; its shell loader (until 2025) took C, B, B-C, A, A-C, A-B, A-B-C.

use super::error::Error;
use super::features::{Feature, features_of};
use super::file::LoadedFile;
use super::layer::ValuesLayer;
use super::load::Loader;
use super::model::State;
use super::raw::{RawOverlays, RawRelease, Spanned, Text};
use super::render::ReleaseData;
use crate::diag::{Diagnostic, Source, Span};
use crate::source::{Files, join};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The features of a release, and the files that there are for features.
#[derive(Clone, Debug, Default)]
pub struct Overlays {
    /// What it is made with, in order.
    pub features: Vec<Feature>,
    /// Where files are looked for; none where the stack says nothing of overlays.
    pub folders: Vec<PathBuf>,
    /// All files of the folders.
    pub files: Vec<OverlayFile>,
    /// Places in `files`, in the order in which they are laid over each other.
    pub chosen: Vec<usize>,
    variables: Arc<BTreeMap<String, String>>,
    above: bool,
}

/// A file of an overlay folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverlayFile {
    /// Its name without `.yaml`: features, joined by `-`.
    pub name: String,
    /// The file.
    pub path: PathBuf,
}

impl Overlays {
    /// Puts the chosen files below (or above) a release's own layers.
    pub(super) fn laid_around(&self, own: Vec<ValuesLayer>) -> Vec<ValuesLayer> {
        let chosen = self.chosen.iter().map(|at| {
            let file = &self.files[*at];
            let asked = self.features.iter().find(|feature| names_feature(&file.name, &feature.name));
            ValuesLayer::Overlay {
                path: file.path.clone(),
                variables: Arc::clone(&self.variables),
                span: asked.and_then(|feature| feature.span.clone()),
            }
        });
        if self.above { own.into_iter().chain(chosen).collect() } else { chosen.chain(own).collect() }
    }
}

/// Which names features make, and in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Every choice of features, a later feature above all choices of earlier ones.
    PowerSet,
    /// Every choice, an earlier feature above all choices of later ones.
    Shell,
    /// Each feature by itself.
    List,
}

impl Loader<'_> {
    /// Finds the files that a release's features choose.
    pub(super) fn overlays(&mut self, release: &RawRelease, chart: &str, file: &LoadedFile, state: &State) -> Overlays {
        let features = features_of(release, &file.environment.features);
        let raw = &file.raw.overlays.0;
        let data = super::fields::release_data(release);
        let folders: Vec<PathBuf> = raw.folder.0.iter().filter_map(|text| self.folder_for(text, &data, chart, file, state)).collect();
        let (rule, above) = (self.overlay_rule(&raw.rule), self.is_above(raw));
        let mut overlays = Overlays { features, above, variables: variables(raw), ..Overlays::default() };
        let names: Vec<&str> = overlays.features.iter().map(|feature| feature.name.as_str()).collect();
        for folder in folders {
            let files = overlay_files(&folder, &*self.request.world.files);
            let first = overlays.files.len();
            overlays.chosen.extend(choose(&files, &names, rule).into_iter().map(|at| first + at));
            overlays.files.extend(files);
            overlays.folders.push(folder);
        }
        overlays
    }

    /// Returns the folder that a text with templates, `{chart}` and `{release}` means for a release; none for an empty one.
    pub(super) fn folder_for(
        &mut self,
        text: &Spanned<String>,
        data: &ReleaseData,
        chart: &str,
        file: &LoadedFile,
        state: &State,
    ) -> Option<PathBuf> {
        let source = Source::new("folder", text.value.as_str());
        let rendered = match self.renderer.render(&source, &file.base_dir, &state.data.release_data(data)) {
            Ok(rendered) => rendered,
            Err(mistake) => {
                self.diagnostics.push(mistake.see(text.span.clone(), "in this folder"));
                return None;
            }
        };
        let folder = rendered.trim().replace("{chart}", chart_name(chart)).replace("{release}", &data.name);
        (!folder.is_empty()).then(|| join(&file.base_dir, Path::new(&folder)))
    }

    fn overlay_rule(&mut self, text: &Text) -> Rule {
        match text.as_ref().map(|text| (text.value.as_str(), &text.span)) {
            None | Some(("" | "powerset", _)) => Rule::PowerSet,
            Some(("shell", _)) => Rule::Shell,
            Some(("list", _)) => Rule::List,
            Some((other, span)) => {
                self.bad_overlay_choice("rule", other, &["powerset", "shell", "list"], span);
                Rule::PowerSet
            }
        }
    }

    fn is_above(&mut self, raw: &RawOverlays) -> bool {
        match raw.layer.as_ref().map(|text| (text.value.as_str(), &text.span)) {
            None | Some(("" | "below", _)) => false,
            Some(("above", _)) => true,
            Some((other, span)) => {
                self.bad_overlay_choice("layer", other, &["below", "above"], span);
                false
            }
        }
    }

    fn bad_overlay_choice(&mut self, key: &'static str, given: &str, choices: &[&'static str], span: &Span) {
        self.diagnostics.push(Error::choice(key, given, choices, span).diagnostic());
    }
}

fn variables(raw: &RawOverlays) -> Arc<BTreeMap<String, String>> {
    Arc::new(raw.variables.iter().map(|(name, value)| (name.clone(), value.value.clone())).collect())
}

/// Returns the chart's own name: the last part of a path, an address or `REPOSITORY/NAME`, without version.
pub fn chart_name(chart: &str) -> &str {
    let name = chart.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let name = name.split([':', '@']).next().unwrap_or_default();
    let Some(archive) = name.strip_suffix(".tgz") else { return name };
    let version = archive.match_indices('-').find(|(at, _)| archive[at + 1..].starts_with(|digit: char| digit.is_ascii_digit()));
    version.map_or(archive, |(at, _)| &archive[..at])
}

/// Returns the `.yaml` files of a folder; none if there is no such folder.
pub(super) fn overlay_files(folder: &Path, files: &dyn Files) -> Vec<OverlayFile> {
    let entries = files.list(folder).unwrap_or_default();
    let mut found: Vec<OverlayFile> = entries
        .iter()
        .filter(|entry| !entry.is_folder)
        .filter_map(|entry| Some(OverlayFile { name: entry.name.strip_suffix(".yaml")?.to_owned(), path: folder.join(&entry.name) }))
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// Says whether a file's name has the feature among those that it joins.
pub(super) fn names_feature(name: &str, feature: &str) -> bool {
    let is_edge = |at: usize, edge: usize| at == edge || name.as_bytes().get(at) == Some(&b'-');
    name.match_indices(feature).any(|(at, found)| {
        let end = at + found.len();
        (at == 0 || name.as_bytes()[at - 1] == b'-') && is_edge(end, name.len())
    })
}

/// Returns the places of the files that features choose, lowest first. The files are looked at, not the choices, of which there
/// are two to the power of the features.
fn choose(files: &[OverlayFile], features: &[&str], rule: Rule) -> Vec<usize> {
    let mut chosen: Vec<(Vec<usize>, usize)> = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let mut choices = Vec::new();
        ways(&file.name, features, 0, &mut Vec::new(), &mut choices);
        chosen.extend(choices.into_iter().filter(|choice| rule != Rule::List || choice.len() == 1).map(|choice| (rank(choice, rule), at)));
    }
    chosen.sort();
    chosen.into_iter().map(|(_, at)| at).collect()
}

/// Finds every choice of features, from `first` on, whose names joined by `-` are `name`.
fn ways(name: &str, features: &[&str], first: usize, so_far: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
    for (at, feature) in features.iter().enumerate().skip(first) {
        let Some(rest) = name.strip_prefix(feature) else { continue };
        so_far.push(at);
        if rest.is_empty() {
            found.push(so_far.clone());
        } else if let Some(rest) = rest.strip_prefix('-') {
            ways(rest, features, at + 1, so_far, found);
        }
        so_far.pop();
    }
}

/// Returns what puts choices in order. A choice is a number with a bit for each feature; compared are its bits, highest first.
fn rank(mut choice: Vec<usize>, rule: Rule) -> Vec<usize> {
    match rule {
        Rule::PowerSet | Rule::List => choice.reverse(),
        // The first feature has the highest bit there.
        Rule::Shell => choice.iter_mut().for_each(|at| *at = usize::MAX - *at),
    }
    choice
}

/// Puts in what stands for `%%%REPLACE_NAME%%%`, as openstack-helm's loader does with variables of the shell.
///
/// # Errors
/// Nothing stands for one of them.
pub(super) fn fill<'v>(source: &Source, value: impl Fn(&str) -> Option<&'v str>) -> Result<Source, Diagnostic> {
    const OPEN: &str = "%%%REPLACE_";
    const CLOSE: &str = "%%%";
    let text = source.text();
    let mut filled = String::new();
    let mut done = 0;
    while let Some(start) = text[done..].find(OPEN).map(|at| done + at) {
        let name_start = start + OPEN.len();
        let Some(name_end) = text[name_start..].find(CLOSE).map(|at| name_start + at) else { break };
        let (name, end) = (&text[name_start..name_end], name_end + CLOSE.len());
        let Some(value) = value(name) else {
            return Err(Error::OverlayVariable { name: name.to_owned(), span: source.span(start, end) }.diagnostic());
        };
        filled.push_str(&text[done..start]);
        filled.push_str(value);
        done = end;
    }
    if done == 0 {
        return Ok(source.clone());
    }
    filled.push_str(&text[done..]);
    Ok(Source::new(source.name(), filled))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: Rule, features: &[&str], there: &[&str], expected: &[&str]) {
        let files: Vec<OverlayFile> =
            there.iter().map(|name| OverlayFile { name: (*name).to_owned(), path: PathBuf::from(name) }).collect();
        let chosen: Vec<&str> = choose(&files, features, rule).into_iter().map(|at| files[at].name.as_str()).collect();
        assert_eq!(chosen, expected);
    }

    const ALL: [&str; 9] = ["a", "a-b", "a-b-c", "a-c", "b", "b-a", "b-c", "c", "d"];

    #[test]
    fn choices_are_laid_in_the_order_of_openstack_helm() {
        check(Rule::PowerSet, &["a", "b", "c"], &ALL, &["a", "b", "a-b", "c", "a-c", "b-c", "a-b-c"]);
        check(Rule::Shell, &["a", "b", "c"], &ALL, &["c", "b", "b-c", "a", "a-c", "a-b", "a-b-c"]);
        check(Rule::List, &["c", "a", "x"], &ALL, &["c", "a"]);
        check(
            Rule::PowerSet,
            &["2025.1", "ubuntu_noble"],
            &["ubuntu_noble", "2025.1-ubuntu_noble"],
            &["ubuntu_noble", "2025.1-ubuntu_noble"],
        );
    }

    #[test]
    fn a_feature_with_a_dash_is_one_feature() {
        check(
            Rule::PowerSet,
            &["tls", "mariadb-tls"],
            &["mariadb-tls", "tls", "tls-mariadb-tls"],
            &["tls", "mariadb-tls", "tls-mariadb-tls"],
        );
        // A name that can be made in two ways is laid twice, as upstream does.
        check(Rule::PowerSet, &["a", "b", "a-b"], &["a", "a-b"], &["a", "a-b", "a-b"]);
        assert!(names_feature("tls-mariadb-tls", "mariadb-tls") && names_feature("tls-a", "tls") && !names_feature("gateway", "gate"));
    }

    #[test]
    fn charts_are_known_by_their_last_name() {
        for (chart, name) in [
            ("openstack-helm/nova", "nova"),
            ("/charts/nova/", "nova"),
            ("oci://host/charts/nova:1.2", "nova"),
            ("./kube-dns-0.1.0+x.tgz", "kube-dns"),
            ("nova", "nova"),
        ] {
            assert_eq!(chart_name(chart), name, "{chart}");
        }
    }

    #[test]
    fn placeholders_are_filled_or_told() {
        let source = Source::new("f", "a: %%%REPLACE_X%%%/32\nb: %%%REPLACE_Y%%%\n");
        let filled = fill(&source, |name| Some(if name == "X" { "1.2.3.4" } else { "6443" })).expect("both are there");
        assert_eq!(filled.text(), "a: 1.2.3.4/32\nb: 6443\n");
        let mistake = fill(&source, |name| (name == "X").then_some("1")).expect_err("Y is missing");
        assert_eq!(mistake.labels[0].span.to_string(), "f:2:4");
    }
}
