//! What becomes of the values of releases that may share values files.

use crate::chart::lint::{Message, of_perhaps_read_elsewhere, of_read_elsewhere, of_redundant, of_unread};
use crate::chart::{Chart, Rendered, UnreadValue, redundant_values, unread_values};
use crate::diag::Origin;
use crate::value::{Entry, Map, Path, Value, lookup};
use std::collections::{BTreeMap, BTreeSet};

/// What became of a release's values.
pub(super) struct ValuesUse {
    values: Map,
    unread: Vec<UnreadValue>,
    /// Values that the chart has by default, and that no layer below changes.
    redundant: Vec<(Path, Origin)>,
}

/// A byte of a file that a value is written at, and its path: all maps of `a.b.c=1` are written at one place.
type Place = (String, usize, Path);

impl ValuesUse {
    /// Looks at a release that was rendered with a trace. `layers` is what each layer of its values holds by itself.
    pub(super) fn of(chart: &Chart, rendered: &Rendered, values: &Map, layers: &[Map]) -> ValuesUse {
        let unread = match &rendered.trace {
            Some(trace) => unread_values(chart, &rendered.metadata, values, trace),
            None => Vec::new(),
        };
        let mut redundant = match &rendered.chart_values {
            Some(defaults) => redundant_values(values, defaults),
            None => Vec::new(),
        };
        let is_unread = |path: &Path| unread.iter().any(|value: &UnreadValue| path.0.starts_with(&value.path.0));
        let default = |path: &Path| rendered.chart_values.as_ref().and_then(|defaults| lookup(defaults, path));
        let is_changed = |path: &Path| layers.iter().any(|layer| changes(layer, path, default(path).as_ref()));
        redundant.retain(|(path, _)| !is_unread(path) && !is_changed(path));
        ValuesUse { values: values.clone(), unread, redundant }
    }

    fn is_read(&self, path: &Path) -> bool {
        !self.unread.iter().any(|value| path.0.starts_with(&value.path.0))
    }
}

/// Says whether a layer makes a value something else than the default.
fn changes(layer: &Map, path: &Path, default: Option<&Value>) -> bool {
    let mut at = layer.clone();
    let Some((last, parents)) = path.0.split_last() else { return false };
    for key in parents {
        at = match at.get_bytes(key.as_bytes()) {
            None => return false,
            Some(Value::Map(below)) => below,
            Some(_) => return true,
        };
    }
    at.get_bytes(last.as_bytes()).is_some_and(|value| Some(&value) != default)
}

fn place(path: &Path, origin: &Origin) -> Option<Place> {
    origin.place().map(|(source, at)| (source.name().to_owned(), at, path.clone()))
}

/// Another release that has a value from the same place.
#[derive(Clone, Copy)]
enum Elsewhere<'n> {
    /// It reads the value.
    Read(&'n str),
    /// Nobody looked whether it does.
    Unknown(&'n str),
}

/// Returns what there is to say about the values of each release. What one of them reads of a file that several share is no
/// mistake in the others, and what one of them needs of it is not redundant. `others` are values of releases that were not
/// looked at.
pub(super) fn messages_about(releases: &[(&str, Option<&ValuesUse>)], others: &[(&str, Map)]) -> Vec<Vec<Message>> {
    let mut elsewhere: BTreeMap<Place, Elsewhere<'_>> = BTreeMap::new();
    let mut needed: BTreeSet<Place> = BTreeSet::new();
    for (name, values) in releases {
        let Some(values) = values else { continue };
        each_entry(&values.values, &Path::default(), &mut |path, entry| {
            let Some(place) = place(path, &entry.origin).filter(|_| values.is_read(path)) else { return };
            if !values.redundant.iter().any(|(redundant, _)| path == redundant) {
                needed.insert(place.clone());
            }
            elsewhere.entry(place).or_insert(Elsewhere::Read(name));
        });
    }
    for (name, values) in others {
        each_entry(values, &Path::default(), &mut |path, entry| {
            let Some(place) = place(path, &entry.origin) else { return };
            needed.insert(place.clone());
            elsewhere.entry(place).or_insert(Elsewhere::Unknown(name));
        });
    }
    releases.iter().map(|(_, values)| values.map(|values| messages(values, &elsewhere, &needed)).unwrap_or_default()).collect()
}

fn messages(values: &ValuesUse, elsewhere: &BTreeMap<Place, Elsewhere<'_>>, needed: &BTreeSet<Place>) -> Vec<Message> {
    let mut others: Vec<Option<Elsewhere<'_>>> = vec![None; values.unread.len()];
    each_entry(&values.values, &Path::default(), &mut |path, entry| {
        let Some(other) = place(path, &entry.origin).and_then(|place| elsewhere.get(&place)) else { return };
        if let Some(at) = values.unread.iter().position(|value| path.0.starts_with(&value.path.0)) {
            others[at].get_or_insert(*other);
        }
    });
    let unread = values.unread.iter().zip(others).map(|(value, elsewhere)| match elsewhere {
        Some(Elsewhere::Read(release)) => of_read_elsewhere(value, release),
        Some(Elsewhere::Unknown(release)) => of_perhaps_read_elsewhere(value, release),
        None => of_unread(value),
    });
    let is_needed = |path: &Path, origin: &Origin| place(path, origin).is_some_and(|place| needed.contains(&place));
    let redundant = values.redundant.iter().filter(|(path, origin)| !is_needed(path, origin));
    unread.chain(redundant.map(|(path, origin)| of_redundant(path, origin))).collect()
}

/// Calls `visit` for every entry of a map and the maps below it.
fn each_entry(map: &Map, path: &Path, visit: &mut dyn FnMut(&Path, &Entry)) {
    for entry in map.entries() {
        let path = path.child(entry.key.clone());
        visit(&path, &entry);
        if let Value::Map(below) = &entry.value {
            each_entry(below, &path, visit);
        }
    }
}
