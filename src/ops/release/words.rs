//! Helm's words about what goes wrong.

use crate::diag::{Diagnostic, Diagnostics};

/// Makes a problem of Helm's own words.
pub(super) fn refused(words: impl Into<String>) -> Diagnostics {
    let words = words.into();
    Diagnostic::error(words.clone()).verbatim(words).into()
}

/// Puts what failed before what is said of why.
pub(super) fn failed(what: &str, problems: Diagnostics) -> Diagnostics {
    let mut all = Diagnostics::new();
    for problem in problems.iter() {
        let words = problem.verbatim.as_ref().unwrap_or(&problem.title);
        all.push(problem.clone().verbatim(format!("{what}: {words}")));
    }
    all
}
