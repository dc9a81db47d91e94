//! Records that the API server would not take.

use crate::plan::finding::{Code, Finding};
use crate::plan::planned::{Desired, PlannedRelease};
use crate::plan::record::fill_record;
use crate::release::{LARGEST_RECORD, Record, StoredFile, encode};

/// Packing makes nothing larger than this out of less: base64 adds a third.
const SURELY_FITS: usize = LARGEST_RECORD / 4 * 3 - 65_536;

/// So many of the largest parts are named.
const PARTS: usize = 5;

/// Finds a record that would be larger than a Secret or ConfigMap may be, and names the largest parts of it.
pub fn check_record_size(at: usize, release: &PlannedRelease) -> Option<Finding> {
    let desired = release.desired.as_ref()?;
    if unpacked_size(desired) < SURELY_FITS {
        return None;
    }
    let mut record = Record { name: release.name.clone(), namespace: release.namespace.clone(), version: 1, ..Record::default() };
    fill_record(&mut record, desired).ok()?;
    let size = encode(&record).ok()?.len();
    if size <= LARGEST_RECORD {
        return None;
    }
    let message = format!(
        "the release's record would be {} packed, and the API server takes 1024 KiB; the largest parts: {}",
        kib(size),
        largest(desired).join(", ")
    );
    Some(
        Finding::new(Code::RecordTooLarge, at, message)
            .help("leave files that no template uses out of the chart (.helmignore), or split it"),
    )
}

fn unpacked_size(desired: &Desired) -> usize {
    let chart = &desired.chart;
    let stored = [&chart.templates, &chart.files, &chart.values, &chart.schema, &chart.metadata];
    let stored: usize = stored.iter().map(|part| part.get().len()).sum();
    let documents: usize = desired.manifest.documents.iter().map(|document| document.text.len()).sum();
    let hooks: usize = desired.manifest.hooks.iter().map(|hook| hook.document.text.len()).sum();
    stored + documents + hooks + desired.notes.len()
}

/// Returns the largest files of the chart and documents of the manifest, with their sizes before packing.
fn largest(desired: &Desired) -> Vec<String> {
    let chart = &desired.chart;
    let files = [chart.templates(), chart.files()].into_iter().flatten().flatten();
    let files = files.map(|StoredFile { name, data, .. }| (data.len(), name));
    let documents = desired.manifest.documents.iter();
    let documents =
        documents.map(|document| (document.text.len(), format!("{}/{} of the manifest", document.head.kind, document.head.name)));
    let mut parts: Vec<(usize, String)> = files.chain(documents).collect();
    parts.sort_by(|a, b| b.cmp(a));
    parts.into_iter().take(PARTS).map(|(size, name)| format!("{name} ({})", kib(size))).collect()
}

fn kib(bytes: usize) -> String {
    format!("{} KiB", bytes.div_ceil(1024))
}
