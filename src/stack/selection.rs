//! Which releases a command works on.

use super::error::Error;
use super::identity::ReleaseId;
use super::model::Stack;
use crate::diag::Diagnostics;
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of needs that the selectors leave out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NeedsMode {
    /// They are left out (`--skip-needs`, the default).
    #[default]
    Skip,
    /// They are an error (`--skip-needs=false`).
    Require,
    /// They come along, with their own needs, even where their condition does not hold (`--include-needs`).
    Include,
}

/// Returns the places in `stack.releases` of the releases that are meant, in the order of the stack.
///
/// # Errors
/// `NeedsMode::Require` with a need that is not selected.
pub fn select(stack: &Stack, needs: NeedsMode) -> Result<Vec<usize>, Diagnostics> {
    let mut selected: BTreeSet<usize> = (0..stack.releases.len()).filter(|at| stack.releases[*at].is_selected()).collect();
    let index: BTreeMap<&ReleaseId, usize> = stack.releases.iter().enumerate().rev().map(|(at, release)| (&release.id, at)).collect();
    let mut mistakes = Diagnostics::new();
    let mut waiting: Vec<usize> = if needs == NeedsMode::Skip { Vec::new() } else { selected.iter().rev().copied().collect() };
    while let Some(at) = waiting.pop() {
        let release = &stack.releases[at];
        for need in &release.needs {
            let Some(needed) = index.get(&need.id).copied().filter(|needed| !selected.contains(needed)) else { continue };
            if needs == NeedsMode::Include {
                selected.insert(needed);
                waiting.push(needed);
            } else {
                let (from, need, span) = (release.id.clone(), need.id.clone(), need.span.clone());
                mistakes.push(Error::UnselectedNeed { from, need, span }.diagnostic());
            }
        }
    }
    if mistakes.is_empty() { Ok(selected.into_iter().collect()) } else { Err(mistakes) }
}
