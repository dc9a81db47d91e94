//! A compiled pattern, and the patterns that a thread has compiled so far.

use super::error::{Code, Error};
use super::parser::{self, Parsed};
use regex_automata::meta;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// What the automaton of one pattern may take; Go's own limit is 128 MB of instructions.
const MEMORY: usize = 128 << 20;
/// How many patterns a thread keeps; charts use a few dozen.
const KEPT: usize = 512;
/// What the automata that a thread keeps may take together.
const KEPT_MEMORY: usize = 32 << 20;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Regex {
    pub(super) automaton: meta::Regex,
    /// The name of each group, empty for those that have none; the first stands for the whole match.
    pub(super) group_names: Vec<String>,
    pub(super) pattern: String,
}

impl Regex {
    /// Compiles a pattern as `regexp.Compile` does.
    ///
    /// # Errors
    /// The first mistake in the pattern.
    pub fn new(pattern: &str) -> Result<Regex, Error> {
        let Parsed { hir, group_names } = parser::parse(pattern)?;
        let automaton = meta::Regex::builder()
            .configure(meta::Config::new().nfa_size_limit(Some(MEMORY)))
            .build_from_hir(&hir)
            .map_err(|_| Error { code: Code::Large, part: pattern.into() })?;
        Ok(Regex { automaton, group_names, pattern: pattern.into() })
    }

    /// Returns how many bytes the automaton takes.
    pub fn memory(&self) -> usize {
        self.automaton.memory_usage()
    }

    /// Compiles a pattern of any bytes; a pattern that is not UTF-8 is a mistake.
    ///
    /// # Errors
    /// The first mistake in the pattern.
    pub fn from_bytes(pattern: &[u8]) -> Result<Regex, Error> {
        match std::str::from_utf8(pattern) {
            Ok(pattern) => Regex::new(pattern),
            Err(error) => {
                let part = String::from_utf8_lossy(&pattern[error.valid_up_to()..]).into_owned();
                Err(Error { code: Code::InvalidUtf8, part })
            }
        }
    }
}

/// The patterns that a thread has compiled.
#[derive(Default)]
struct Compiled {
    by_pattern: FxHashMap<Vec<u8>, Rc<Regex>>,
    memory: usize,
}

impl Compiled {
    /// Keeps a pattern; where there are too many, the others go.
    fn keep(&mut self, pattern: &[u8], regex: Rc<Regex>) {
        let memory = regex.automaton.memory_usage();
        if self.by_pattern.len() >= KEPT || self.memory + memory > KEPT_MEMORY {
            *self = Compiled::default();
        }
        self.memory += memory;
        self.by_pattern.insert(pattern.to_vec(), regex);
    }
}

thread_local! {
    static COMPILED: RefCell<Compiled> = RefCell::default();
}

/// Compiles a pattern, or returns what this thread has compiled before.
///
/// # Errors
/// The first mistake in the pattern.
pub fn compiled(pattern: &[u8]) -> Result<Rc<Regex>, Error> {
    COMPILED.with_borrow_mut(|compiled| {
        if let Some(regex) = compiled.by_pattern.get(pattern) {
            return Ok(Rc::clone(regex));
        }
        let regex = Rc::new(Regex::from_bytes(pattern)?);
        compiled.keep(pattern, Rc::clone(&regex));
        Ok(regex)
    })
}
