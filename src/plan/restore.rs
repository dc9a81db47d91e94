//! An earlier revision of a release, as something to bring about again.

use super::order::recorded_subcharts;
use super::planned::Desired;
use crate::diag::Diagnostic;
use crate::manifest::{Document, Error, Hook, HookEvent, Manifest, parse_stored, split};
use crate::release::{self, Record};
use crate::template::seed::KeptValues;

/// An earlier revision that a release is to become again. Nothing of it is rendered anew.
#[derive(Clone, Debug)]
pub struct Restore {
    /// Its number.
    pub revision: u32,
    /// Its record.
    pub record: Record,
}

impl Restore {
    /// Returns what the release is to become: what the record holds. A release that is not there gets the custom resource
    /// definitions of its chart again, and its `seed`.
    ///
    /// # Errors
    /// The record is damaged.
    pub fn desired(&self, seed: Option<KeptValues>) -> Result<Desired, Diagnostic> {
        let damaged = |error: release::Error| error.diagnostic();
        let chart = self.record.chart.as_deref().cloned().unwrap_or_default();
        let mut crds = Vec::new();
        for file in chart.files().map_err(damaged)?.iter().filter(|file| is_crd(&file.name)) {
            for text in split(&String::from_utf8_lossy(&file.data)) {
                crds.push(Document::parse(&file.name, text).map_err(|error| error.diagnostic())?);
            }
        }
        let documents = parse_stored(&self.record.manifest).map_err(|error| error.diagnostic())?;
        let hooks = recorded_hooks(&self.record).map_err(|error| error.diagnostic())?;
        Ok(Desired {
            manifest: Manifest { documents, hooks },
            crds,
            notes: self.record.info.notes.clone(),
            config: self.record.config().map_err(damaged)?,
            chart,
            new_seed: seed,
            subcharts: recorded_subcharts(&self.record),
            patches: 0,
        })
    }
}

fn is_crd(path: &str) -> bool {
    path.starts_with("crds/") && [".yaml", ".yml", ".json"].iter().any(|ending| path.ends_with(ending))
}

/// Returns the hooks of a record.
///
/// # Errors
/// The record is damaged.
pub fn recorded_hooks(record: &Record) -> Result<Vec<Hook>, Error> {
    let hook = |stored: &release::StoredHook| {
        Ok(Hook {
            document: Document::parse(&stored.path, &stored.manifest)?,
            events: stored.events.iter().filter_map(|event| HookEvent::parse(event)).collect(),
            weight: stored.weight,
            delete_policies: stored.delete_policies.clone(),
            output_log_policies: stored.output_log_policies.clone(),
        })
    };
    record.hooks.iter().map(hook).collect()
}
