//! Sets of sources, each held once and known by a number.

use rustc_hash::FxHashMap;
use std::sync::Arc;

/// One source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Atom(u32);

/// What a source is; the number names a path or a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A value.
    Path(u32),
    /// A map or list with all that is below it.
    Whole(u32),
    /// A value that decided that something is there.
    When(u32),
    /// A line of a template; in sets of its own.
    Place(u32),
}

impl Atom {
    pub(super) fn new(source: Source) -> Atom {
        Atom(match source {
            Source::Path(id) => id << 2,
            Source::Whole(id) => id << 2 | 1,
            Source::When(id) => id << 2 | 2,
            Source::Place(id) => id << 2 | 3,
        })
    }

    pub(super) fn source(self) -> Source {
        let id = self.0 >> 2;
        match self.0 & 3 {
            0 => Source::Path(id),
            1 => Source::Whole(id),
            2 => Source::When(id),
            _ => Source::Place(id),
        }
    }
}

impl Source {
    /// Returns the place, if it is one.
    pub(super) fn place(self) -> Option<u32> {
        match self {
            Source::Place(place) => Some(place),
            _ => None,
        }
    }
}

/// All sets of a render. Set 0 is the empty one.
#[derive(Debug)]
pub(super) struct Sets {
    all: Vec<Arc<[Atom]>>,
    ids: FxHashMap<Arc<[Atom]>, u32>,
    /// The set of each source alone; 0 is none yet.
    alone: Vec<u32>,
    unions: FxHashMap<(u32, u32), u32>,
    unions_of_many: FxHashMap<Box<[u32]>, u32>,
    conditions: FxHashMap<u32, u32>,
    collected: Collected,
}

/// Sources that are being collected, each once.
#[derive(Debug, Default)]
struct Collected {
    atoms: Vec<Atom>,
    /// For each source the round in which it was collected last.
    rounds: Vec<u32>,
    round: u32,
}

impl Collected {
    fn start(&mut self) {
        self.atoms.clear();
        self.round += 1;
    }

    fn add(&mut self, atom: Atom) {
        let at = atom.0 as usize;
        if self.rounds.len() <= at {
            self.rounds.resize(at + 1, 0);
        }
        if self.rounds[at] != self.round {
            self.rounds[at] = self.round;
            self.atoms.push(atom);
        }
    }

    fn sorted(&mut self) -> &[Atom] {
        self.atoms.sort_unstable();
        &self.atoms
    }
}

impl Default for Sets {
    fn default() -> Sets {
        let empty: Arc<[Atom]> = Arc::new([]);
        Sets {
            all: vec![Arc::clone(&empty)],
            ids: [(empty, 0)].into_iter().collect(),
            alone: Vec::new(),
            unions: FxHashMap::default(),
            unions_of_many: FxHashMap::default(),
            conditions: FxHashMap::default(),
            collected: Collected::default(),
        }
    }
}

impl Sets {
    pub(super) fn atoms(&self, set: u32) -> &[Atom] {
        &self.all[set as usize]
    }

    /// Returns the set of one source.
    pub(super) fn of(&mut self, source: Source) -> u32 {
        let atom = Atom::new(source);
        let at = atom.0 as usize;
        if self.alone.len() <= at {
            self.alone.resize(at + 1, 0);
        }
        if self.alone[at] == 0 {
            self.alone[at] = self.intern(&[atom]);
        }
        self.alone[at]
    }

    fn intern(&mut self, sorted: &[Atom]) -> u32 {
        if let Some(id) = self.ids.get(sorted) {
            return *id;
        }
        let id = u32::try_from(self.all.len()).expect("a render that is bounded in work makes fewer sets");
        let atoms: Arc<[Atom]> = sorted.into();
        self.all.push(Arc::clone(&atoms));
        self.ids.insert(atoms, id);
        id
    }

    /// Returns what is in either.
    pub(super) fn union(&mut self, a: u32, b: u32) -> u32 {
        if a == b || b == 0 {
            return a;
        }
        if a == 0 {
            return b;
        }
        let key = (a.min(b), a.max(b));
        if let Some(known) = self.unions.get(&key) {
            return *known;
        }
        let atoms = merged(self.atoms(a), self.atoms(b));
        let union = self.intern(&atoms);
        self.unions.insert(key, union);
        union
    }

    /// Returns the set as what decides about something else: its values become conditions.
    pub(super) fn as_conditions(&mut self, set: u32) -> u32 {
        if let Some(known) = self.conditions.get(&set) {
            return *known;
        }
        let conditions = self.mapped(set, |source| match source {
            Source::Path(id) | Source::Whole(id) | Source::When(id) => Source::When(id),
            Source::Place(_) => source,
        });
        self.conditions.insert(set, conditions);
        conditions
    }

    /// Returns the set without what only decided.
    pub(super) fn without_conditions(&mut self, set: u32) -> u32 {
        let kept: Vec<Atom> = self.atoms(set).iter().filter(|atom| !matches!(atom.source(), Source::When(_))).copied().collect();
        self.intern(&kept)
    }

    /// Returns what is in any of these sets.
    pub(super) fn union_of(&mut self, sets: &mut Vec<u32>) -> u32 {
        sets.sort_unstable();
        sets.dedup();
        match sets[..] {
            [] => 0,
            [one] => one,
            [a, b] => self.union(a, b),
            _ => {
                if let Some(known) = self.unions_of_many.get(sets.as_slice()) {
                    return *known;
                }
                let mut collected = std::mem::take(&mut self.collected);
                collected.start();
                sets.iter().for_each(|set| self.atoms(*set).iter().for_each(|atom| collected.add(*atom)));
                let union = self.intern(collected.sorted());
                self.collected = collected;
                self.unions_of_many.insert(sets.as_slice().into(), union);
                union
            }
        }
    }

    /// Returns the set of what `change` makes of each source.
    pub(super) fn mapped(&mut self, set: u32, change: impl FnMut(Source) -> Source) -> u32 {
        let mut atoms: Vec<Atom> = self.atoms(set).iter().map(|atom| atom.source()).map(change).map(Atom::new).collect();
        atoms.sort_unstable();
        atoms.dedup();
        self.intern(&atoms)
    }
}

/// Returns two sorted lists as one, without what both have twice.
fn merged(a: &[Atom], b: &[Atom]) -> Vec<Atom> {
    let mut all = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.iter().copied().peekable(), b.iter().copied().peekable());
    while let (Some(first), Some(second)) = (a.peek().copied(), b.peek().copied()) {
        all.push(first.min(second));
        a.next_if(|atom| *atom <= second);
        b.next_if(|atom| *atom <= first);
    }
    all.extend(a);
    all.extend(b);
    all
}
