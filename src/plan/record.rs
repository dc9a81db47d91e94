//! What a release's record holds of what it is to become.

use super::planned::Desired;
use crate::manifest::Hook;
use crate::release::{Error, Record, StoredHook, raw};

/// Writes chart, values, manifest, hooks and notes into a record.
///
/// # Errors
/// Values that cannot be written as JSON.
pub fn fill_record(record: &mut Record, desired: &Desired) -> Result<(), Error> {
    record.chart = Some(Box::new(desired.chart.clone()));
    let has_config = desired.config.as_object().is_some_and(|config| !config.is_empty());
    record.config = if has_config { Some(raw(&desired.config)?) } else { None };
    record.manifest = desired.manifest.text();
    record.hooks = desired.manifest.hooks.iter().map(stored_hook).collect();
    record.info.notes = desired.notes.clone();
    Ok(())
}

fn stored_hook(hook: &Hook) -> StoredHook {
    StoredHook {
        name: hook.document.head.name.clone(),
        kind: hook.document.head.kind.clone(),
        path: hook.document.source.clone(),
        manifest: hook.document.text.clone(),
        events: hook.events.iter().map(|event| event.name().to_owned()).collect(),
        weight: hook.weight,
        delete_policies: hook.delete_policies.clone(),
        output_log_policies: hook.output_log_policies.clone(),
        ..StoredHook::default()
    }
}
