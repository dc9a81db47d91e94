//! A finding, and what it is made of.

use std::fmt;

/// What a problem is, as far as its surroundings care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    /// It says something of its own.
    Own,
    /// Several problems of one value: it dissolves where its surroundings list problems themselves.
    Group,
    /// A reference: it is not shown when there is one cause only.
    Reference,
}

/// One finding at a place in the values.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    /// The place, as a JSON pointer.
    pub(super) at: String,
    pub(super) text: String,
    pub(super) nature: Nature,
    pub(super) causes: Vec<Problem>,
}

impl Problem {
    pub(super) fn new(at: &str, text: impl Into<String>) -> Problem {
        Problem { at: at.to_owned(), text: text.into(), nature: Nature::Own, causes: Vec::new() }
    }

    /// Makes a problem of others.
    pub(super) fn of(at: &str, text: &str, causes: Vec<Problem>) -> Problem {
        Problem { causes, ..Problem::new(at, text) }
    }

    /// Makes one problem of several of one value; a single one stays as it is.
    pub(super) fn join(at: &str, mut problems: Vec<Problem>) -> Option<Problem> {
        match problems.len() {
            0 | 1 => problems.pop(),
            _ => Some(Problem { nature: Nature::Group, ..Problem::of(at, "validation failed", problems) }),
        }
    }

    /// Returns the causes of a group, else the problem alone.
    pub(super) fn dissolve(self) -> Vec<Problem> {
        if self.nature == Nature::Group { self.causes } else { vec![self] }
    }

    /// Returns what a reference that stands for the problem alone leads to.
    pub(super) fn without_reference(self) -> Vec<Problem> {
        if self.nature == Nature::Reference { self.causes } else { vec![self] }
    }

    /// Returns the problem of a value that lies below another one.
    #[must_use]
    pub(super) fn below(self, at: &str) -> Problem {
        let causes = self.causes.into_iter().map(|cause| cause.below(at)).collect();
        Problem { at: format!("{at}{}", self.at), causes, ..self }
    }

    /// Writes the problem and its causes as a list.
    pub(super) fn write(&self, indent: usize, out: &mut impl fmt::Write) -> fmt::Result {
        let is_shown = self.nature != Nature::Reference || self.causes.len() != 1;
        if is_shown {
            writeln!(out, "{:width$}- at {}: {}", "", super::wording::quoted(&self.at), self.text, width = indent * 2)?;
        }
        self.causes.iter().try_for_each(|cause| cause.write(indent + usize::from(is_shown), out))
    }
}
