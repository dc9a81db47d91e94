//! The paths of values, and whether they were read.

use crate::diag::Origin;
use crate::value::Str;
use rustc_hash::FxHashMap;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The key of a map.
    Name(Str),
    /// The place in a list, from 0.
    Index(usize),
}

/// A path, as a step below another.
#[derive(Debug)]
struct Info {
    parent: u32,
    key: Key,
    origin: Origin,
    read: bool,
    whole: bool,
    /// Whether something was set at or below it.
    changed: bool,
}

/// All paths of a render. Path 0 is none, path 1 the top: what `.` is where a file begins.
#[derive(Debug)]
pub(super) struct Paths {
    all: Vec<Info>,
    ids: FxHashMap<(u32, Key), u32>,
}

/// The path of the top.
pub(super) const TOP: u32 = 1;

impl Default for Paths {
    fn default() -> Paths {
        let nothing = || Info { parent: 0, key: Key::Index(0), origin: Origin::NONE, read: false, whole: false, changed: false };
        Paths { all: vec![nothing(), nothing()], ids: FxHashMap::default() }
    }
}

impl Paths {
    /// Returns the path one step further down; `origin` says where its value was written, and is asked once.
    pub(super) fn child(&mut self, parent: u32, key: Key, origin: impl FnOnce() -> Origin) -> u32 {
        if let Some(id) = self.ids.get(&(parent, key.clone())) {
            return *id;
        }
        let id = u32::try_from(self.all.len()).expect("a render that is bounded in work meets fewer paths");
        let mut origin = origin();
        if origin == Origin::NONE {
            origin = self.all[parent as usize].origin.clone();
        }
        self.all.push(Info { parent, key: key.clone(), origin, read: false, whole: false, changed: false });
        self.ids.insert((parent, key), id);
        id
    }

    pub(super) fn parent(&self, path: u32) -> u32 {
        self.all[path as usize].parent
    }

    /// The value was looked at.
    pub(super) fn mark_read(&mut self, path: u32) {
        self.all[path as usize].read = true;
    }

    /// The value was used with all that is below it.
    pub(super) fn mark_whole(&mut self, path: u32) {
        let info = &mut self.all[path as usize];
        (info.read, info.whole) = (true, true);
    }

    /// Something was set in the value.
    pub(super) fn mark_changed(&mut self, path: u32) {
        let mut at = path;
        while at != 0 && !self.all[at as usize].changed {
            let info = &mut self.all[at as usize];
            info.changed = true;
            at = info.parent;
        }
        // The top has no parent, and may be above everything.
        self.all[TOP as usize].changed |= path != 0;
    }

    pub(super) fn is_changed(&self, path: u32) -> bool {
        self.all[path as usize].changed
    }

    /// Returns the steps from the top.
    pub(super) fn keys(&self, path: u32) -> Vec<Key> {
        let mut keys = Vec::new();
        let mut at = path;
        while at > TOP {
            let info = &self.all[at as usize];
            keys.push(info.key.clone());
            at = info.parent;
        }
        keys.reverse();
        keys
    }

    pub(super) fn origin(&self, path: u32) -> &Origin {
        &self.all[path as usize].origin
    }

    /// Returns each path that was read, and whether with all that is below it.
    pub(super) fn reads(&self) -> impl Iterator<Item = (u32, bool)> {
        self.all.iter().enumerate().filter(|(_, info)| info.read).map(|(id, info)| (id as u32, info.whole))
    }
}
