//! What becomes of the values of releases that may share values files.

use crate::chart::lint::{Message, of_read_elsewhere, of_redundant, of_unread};
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

    /// Calls `visit` for every entry of the release's values, with whether something reads it.
    fn each(&self, visit: &mut dyn FnMut(&Path, &Entry, bool)) {
        self.each_below(&self.values, &Path::default(), visit);
    }

    fn each_below(&self, map: &Map, path: &Path, visit: &mut dyn FnMut(&Path, &Entry, bool)) {
        for entry in map.entries() {
            let path = path.child(entry.key.clone());
            let is_read = !self.unread.iter().any(|value| path.0.starts_with(&value.path.0));
            visit(&path, &entry, is_read);
            if let Value::Map(below) = &entry.value {
                self.each_below(below, &path, visit);
            }
        }
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

/// Returns what there is to say about the values of each release. What one of them reads of a file that several share is no
/// mistake in the others, and what one of them needs of it is not redundant.
pub(super) fn messages_about(releases: &[(&str, Option<&ValuesUse>)]) -> Vec<Vec<Message>> {
    let mut readers: BTreeMap<Place, &str> = BTreeMap::new();
    let mut needed: BTreeSet<Place> = BTreeSet::new();
    for (name, values) in releases {
        let Some(values) = values else { continue };
        values.each(&mut |path, entry, is_read| {
            let Some(place) = place(path, &entry.origin).filter(|_| is_read) else { return };
            if !values.redundant.iter().any(|(redundant, _)| path == redundant) {
                needed.insert(place.clone());
            }
            readers.entry(place).or_insert(name);
        });
    }
    releases.iter().map(|(_, values)| values.map(|values| messages(values, &readers, &needed)).unwrap_or_default()).collect()
}

fn messages(values: &ValuesUse, readers: &BTreeMap<Place, &str>, needed: &BTreeSet<Place>) -> Vec<Message> {
    let mut elsewhere: Vec<Option<&str>> = vec![None; values.unread.len()];
    values.each(&mut |path, entry, _| {
        let Some(reader) = place(path, &entry.origin).and_then(|place| readers.get(&place)) else { return };
        if let Some(at) = values.unread.iter().position(|value| path.0.starts_with(&value.path.0)) {
            elsewhere[at].get_or_insert(reader);
        }
    });
    let unread = values.unread.iter().zip(elsewhere).map(|(value, elsewhere)| match elsewhere {
        Some(reader) => of_read_elsewhere(value, reader),
        None => of_unread(value),
    });
    let is_needed = |path: &Path, origin: &Origin| place(path, origin).is_some_and(|place| needed.contains(&place));
    let redundant = values.redundant.iter().filter(|(path, origin)| !is_needed(path, origin));
    unread.chain(redundant.map(|(path, origin)| of_redundant(path, origin))).collect()
}
