//! The features of a stack: which there are, and what other ones would make different. Without a cluster.

use super::load::{load, load_with};
use super::render::{Offline, ReleaseSeed, RenderedRelease, Surroundings, render_each};
use super::seed::new_seed;
use super::session::Session;
use crate::chart::{Capabilities, Lookup, ReleaseContext};
use crate::diag::{Diagnostic, Diagnostics, Origin};
use crate::diff::{Change, Field, Object, Step, compare, field_changes};
use crate::plan::manifest_objects;
use crate::stack::{Release, ReleaseId, Stack};
use crate::template::seed::KeptValues;
use crate::value::Map;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// The features that there are files for, and those in force.
pub struct FeatureList {
    /// The names of files, each once, in the order of the alphabet.
    pub files: Vec<FeatureFile>,
    /// The selected releases.
    pub releases: Vec<FeaturesOfRelease>,
}

/// A name that files of values have: a feature, or several joined by `-`.
pub struct FeatureFile {
    /// The name.
    pub name: String,
    /// The releases that there is such a file for, and whether it is in force for them.
    pub releases: Vec<(ReleaseId, bool)>,
}

/// What is in force for a release.
pub struct FeaturesOfRelease {
    /// The release.
    pub id: ReleaseId,
    /// Its features.
    pub features: Vec<String>,
    /// The files that they choose, lowest first.
    pub files: Vec<PathBuf>,
}

/// Reads the stack and says which features there are.
///
/// # Errors
/// Mistakes of the stack.
pub fn feature_list(session: &Session) -> Result<FeatureList, Diagnostics> {
    let stack = load(session)?;
    let mut names: BTreeMap<String, Vec<(ReleaseId, bool)>> = BTreeMap::new();
    let mut releases = Vec::new();
    for release in stack.releases.iter().filter(|release| release.is_selected()) {
        let overlays = &release.overlays;
        for (at, file) in overlays.files.iter().enumerate() {
            let (those, in_force) = (names.entry(file.name.clone()).or_default(), overlays.chosen.contains(&at));
            match those.iter_mut().find(|(id, _)| *id == release.id) {
                Some((_, known)) => *known |= in_force,
                None => those.push((release.id.clone(), in_force)),
            }
        }
        releases.push(features_of(release));
    }
    let files = names.into_iter().map(|(name, releases)| FeatureFile { name, releases }).collect();
    Ok(FeatureList { files, releases })
}

fn features_of(release: &Release) -> FeaturesOfRelease {
    let overlays = &release.overlays;
    FeaturesOfRelease {
        id: release.id.clone(),
        features: overlays.features.iter().map(|feature| feature.name.clone()).collect(),
        files: overlays.chosen.iter().map(|at| overlays.files[*at].path.clone()).collect(),
    }
}

/// What differs between two lists of features.
pub struct FeatureDiff {
    /// The one list.
    pub old: Vec<String>,
    /// The other.
    pub new: Vec<String>,
    /// The selected releases.
    pub releases: Vec<ReleaseDifference>,
}

/// What differs of a release.
pub struct ReleaseDifference {
    /// The release.
    pub id: ReleaseId,
    /// Files that only the old features choose.
    pub dropped: Vec<PathBuf>,
    /// Files that only the new features choose.
    pub added: Vec<PathBuf>,
    /// Values of the release.
    pub values: Vec<ValueDifference>,
    /// Its objects, hooks among them.
    pub changes: Vec<Change>,
}

/// A value that differs.
pub struct ValueDifference {
    /// The way to it.
    pub field: Field,
    /// Before, and where it is written.
    pub old: Option<(Json, Origin)>,
    /// After, and where it is written.
    pub new: Option<(Json, Origin)>,
}

/// Renders the stack with two lists of features and compares. In a list, `.` stands for the environment's features; one whose items
/// all begin with `+` or `-` adds to them and drops some.
///
/// # Errors
/// Mistakes of the stack, unknown features, charts that do not render.
pub async fn feature_diff(session: &Session, old: &str, new: &str) -> Result<FeatureDiff, Diagnostics> {
    let own = own_features(&load(session)?);
    let (old, new) = (parse(old, &own)?, parse(new, &own)?);
    // The same seed on both sides: what templates make up does not differ.
    let steady = Steady { seed: new_seed().into() };
    let before = rendered(session, &old, &steady).await?;
    let mut after = rendered(session, &new, &steady).await?;
    let mut releases = Vec::new();
    for one in before {
        let other = after.iter().position(|other| other.release.id == one.release.id).map(|at| after.remove(at));
        releases.push(difference(&one, &other.unwrap_or_else(|| Side::without(&one))));
    }
    releases.extend(after.into_iter().map(|other| difference(&Side::without(&other), &other)));
    Ok(FeatureDiff { old, new, releases })
}

/// The environment's features, as the first state has them.
fn own_features(stack: &Stack) -> Vec<String> {
    let environment = stack.states.last().map(|state| &state.environment);
    environment.map(|environment| environment.features.iter().map(|feature| feature.name.clone()).collect()).unwrap_or_default()
}

fn parse(text: &str, own: &[String]) -> Result<Vec<String>, Diagnostics> {
    let items: Vec<&str> = text.split([',', ' ']).filter(|item| !item.is_empty()).collect();
    let signed = |item: &&&str| item.starts_with(['+', '-']);
    let count = items.iter().filter(signed).count();
    if count > 0 && count < items.len() {
        return Err(Diagnostic::error(format!("`{text}` names features and changes of them"))
            .help("write all features (a,b,c), or only what changes (+a,-b); `.` stands for the environment's")
            .into());
    }
    let mut features: Vec<String> = if count > 0 { own.to_vec() } else { Vec::new() };
    for item in items {
        match (item, item.strip_prefix('+'), item.strip_prefix('-')) {
            (".", ..) => features.extend(own.iter().cloned()),
            (_, Some(added), _) => features.push(added.to_owned()),
            (_, _, Some(dropped)) => features.retain(|feature| feature != dropped),
            (name, ..) => features.push(name.to_owned()),
        }
    }
    Ok(features)
}

/// A release as some features make it.
struct Side {
    release: FeaturesOfRelease,
    values: Map,
    objects: Vec<Object>,
}

impl Side {
    /// The release of another side where this one has none.
    fn without(other: &Side) -> Side {
        let release = FeaturesOfRelease { id: other.release.id.clone(), features: Vec::new(), files: Vec::new() };
        Side { release, values: Map::new(), objects: Vec::new() }
    }
}

async fn rendered(session: &Session, features: &[String], steady: &Steady) -> Result<Vec<Side>, Diagnostics> {
    let stack = load_with(session, Some(features))?;
    let wanted: Vec<&Release> = stack.releases.iter().filter(|release| release.is_selected() && release.installed).collect();
    let namespaces: BTreeMap<&ReleaseId, String> =
        wanted.iter().map(|release| (&release.id, Offline::default().context(release).namespace)).collect();
    let keep = |rendered: RenderedRelease| Ok((rendered.values, rendered.rendered.manifest));
    let sides = render_each(session, &stack, &wanted, steady, keep).await?;
    let mut found = Vec::with_capacity(sides.len());
    for (release, (values, manifest)) in wanted.iter().zip(sides) {
        let objects = manifest_objects(&manifest, &namespaces[&release.id])?;
        found.push(Side { release: features_of(release), values, objects });
    }
    Ok(found)
}

fn difference(old: &Side, new: &Side) -> ReleaseDifference {
    let only = |one: &Side, other: &Side| one.release.files.iter().filter(|file| !other.release.files.contains(file)).cloned().collect();
    let json = |side: &Side| serde_json::to_value(&side.values).unwrap_or_default();
    let values = field_changes(&json(old), &json(new)).into_iter().map(|change| ValueDifference {
        old: change.old.map(|value| (value, origin(&old.values, &change.field))),
        new: change.new.map(|value| (value, origin(&new.values, &change.field))),
        field: change.field,
    });
    ReleaseDifference {
        id: new.release.id.clone(),
        dropped: only(old, new),
        added: only(new, old),
        values: values.collect(),
        changes: compare(&old.objects, &new.objects),
    }
}

/// Returns where a value is written: the entry of the last map on the way.
fn origin(values: &Map, field: &Field) -> Origin {
    let mut at = values.clone();
    let mut origin = Origin::NONE;
    for step in &field.0 {
        let Step::Key(key) = step else { break };
        origin = at.origin(key);
        match at.get(key) {
            Some(crate::value::Value::Map(next)) => at = next,
            _ => break,
        }
    }
    origin
}

/// Without a cluster, and with one seed for everything that templates make up.
struct Steady {
    seed: KeptValues,
}

impl Surroundings for Steady {
    fn context(&self, release: &Release) -> ReleaseContext {
        Offline::default().context(release)
    }

    fn capabilities(&self, release: &Release) -> Capabilities {
        Offline::default().capabilities(release)
    }

    fn lookup(&self, release: &Release) -> Arc<dyn Lookup> {
        Offline::default().lookup(release)
    }

    fn seed(&self, _: &Release) -> Option<ReleaseSeed> {
        Some(ReleaseSeed { values: self.seed.clone(), is_new: false, adopts: false })
    }
}
