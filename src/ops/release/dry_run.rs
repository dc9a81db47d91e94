//! The record that a dry run shows, and nobody keeps.

use super::status::ShownRelease;
use crate::diag::Diagnostics;
use crate::manifest::write_document;
use crate::ops::effects::MachineEffects;
use crate::plan::{Desired, fill_record};
use crate::release::{ApplyMethod, Description, Info, Record, Status, Time};
use crate::template::function::Effects as _;
use crate::template::go_time::Zone;
use jiff::Zoned;
use std::collections::BTreeMap;

/// What a dry run's record says beside what was rendered.
pub(super) struct Shown<'a> {
    /// The release.
    pub(super) name: &'a str,
    /// Its namespace.
    pub(super) namespace: &'a str,
    /// The revision that it would be.
    pub(super) revision: u32,
    /// The status that it would begin with.
    pub(super) status: Status,
    /// When it was first installed; none is now.
    pub(super) first_deployed: Option<Time>,
    /// What is said instead of Helm's words.
    pub(super) description: Option<String>,
    /// Labels of the record.
    pub(super) labels: BTreeMap<String, String>,
    /// Whether the contents of Secrets are left out.
    pub(super) hide_secrets: bool,
}

impl Shown<'_> {
    /// Makes the record.
    ///
    /// # Errors
    /// Values that cannot be written as JSON.
    pub(super) fn of(self, desired: &Desired, variables: &BTreeMap<String, String>) -> Result<ShownRelease, Diagnostics> {
        let now = Zoned::now();
        let now = Time::at(now.timestamp(), now.offset());
        let mut record = Record {
            name: self.name.to_owned(),
            namespace: self.namespace.to_owned(),
            version: self.revision,
            labels: self.labels,
            apply_method: Some(ApplyMethod::ServerSide),
            info: Info {
                first_deployed: self.first_deployed.or_else(|| Some(now.clone())),
                last_deployed: Some(now),
                description: self.description.unwrap_or_else(|| Description::DryRun.to_string()),
                status: self.status,
                ..Info::default()
            },
            ..Record::default()
        };
        fill_record(&mut record, desired).map_err(|error| error.diagnostic())?;
        if self.hide_secrets {
            record.manifest = without_secrets(desired);
        }
        let zone = Zone::local(MachineEffects::of(variables).zone().as_deref());
        Ok(ShownRelease::in_zone(&zone, record))
    }
}

/// Returns the manifest with a word in the place of each Secret.
fn without_secrets(desired: &Desired) -> String {
    let mut text = String::new();
    for document in &desired.manifest.documents {
        if document.head.kind == "Secret" && document.head.api_version == "v1" {
            text.push_str(&format!("---\n# Source: {}\n# HIDDEN: The Secret output has been suppressed\n", document.source));
        } else {
            write_document(&mut text, &document.source, &document.text);
        }
    }
    text
}
