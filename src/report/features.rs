//! Features that there are, and what other ones make different.

use super::diff::{DiffOptions, write_changes};
use super::plan::changes_json;
use super::words::{count, table};
use crate::diag::Origin;
use crate::ops::{FeatureDiff, FeatureList, ReleaseDifference, ValueDifference};
use serde_json::{Value as Json, json};
use std::io::{self, Write};

/// Writes a row a name that files of values have, with the releases that have such a file; those that it is in force for are
/// marked with `*`.
///
/// # Errors
/// What the stream says.
pub fn write_feature_list(out: &mut dyn Write, list: &FeatureList) -> io::Result<()> {
    let mut rows = vec![["FEATURES", "IN FORCE", "RELEASES"].map(str::to_owned).to_vec()];
    for file in &list.files {
        let in_force = file.releases.iter().filter(|(_, chosen)| *chosen).count();
        let releases = file.releases.iter().map(|(id, chosen)| format!("{}{}", id.name, if *chosen { "*" } else { "" }));
        rows.push(vec![file.name.clone(), format!("{in_force}/{}", file.releases.len()), releases.collect::<Vec<_>>().join(",")]);
    }
    write!(out, "{}", table(&rows))
}

/// Writes the list as JSON: names of files, and what is in force for each release.
///
/// # Errors
/// What the stream says.
pub fn write_feature_list_json(out: &mut dyn Write, list: &FeatureList) -> io::Result<()> {
    let files = list.files.iter().map(|file| {
        let releases = file.releases.iter().map(|(id, chosen)| json!({"release": id.to_string(), "inForce": chosen}));
        json!({"name": file.name, "releases": releases.collect::<Vec<_>>()})
    });
    let releases = list.releases.iter().map(|release| {
        let files: Vec<String> = release.files.iter().map(|file| file.display().to_string()).collect();
        json!({"release": release.id.to_string(), "features": release.features, "files": files})
    });
    let document = json!({"files": files.collect::<Vec<_>>(), "releases": releases.collect::<Vec<_>>()});
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Writes, for each release that differs, its files, its values with their places, and its objects.
///
/// # Errors
/// What the stream says.
pub fn write_feature_diff(out: &mut dyn Write, diff: &FeatureDiff, options: &DiffOptions) -> io::Result<()> {
    let (mut same, mut differing) = (0, 0);
    for release in &diff.releases {
        if is_same(release) {
            same += 1;
            continue;
        }
        differing += 1;
        writeln!(
            out,
            "{}: {}, {}",
            release.id,
            count(release.values.len(), "value", "values"),
            count(release.changes.len(), "object", "objects")
        )?;
        release.dropped.iter().try_for_each(|file| writeln!(out, "  - {}", file.display()))?;
        release.added.iter().try_for_each(|file| writeln!(out, "  + {}", file.display()))?;
        release.values.iter().try_for_each(|value| write_value(out, value))?;
        writeln!(out)?;
        write_changes(out, release.id.namespace.as_deref().unwrap_or("default"), &release.changes, options)?;
    }
    writeln!(out, "{} between [{}] and [{}]; {same} the same", words(differing), diff.old.join(", "), diff.new.join(", "))
}

fn words(differing: usize) -> String {
    format!("{} {}", count(differing, "release", "releases"), if differing == 1 { "differs" } else { "differ" })
}

fn is_same(release: &ReleaseDifference) -> bool {
    release.values.is_empty() && release.changes.is_empty()
}

fn write_value(out: &mut dyn Write, value: &ValueDifference) -> io::Result<()> {
    let side = |side: &Option<(Json, Origin)>| side.as_ref().map_or_else(|| "-".to_owned(), |(value, _)| value.to_string());
    let places: Vec<String> = [&value.old, &value.new].into_iter().flatten().map(|(_, origin)| origin.to_string()).collect();
    writeln!(out, "  {}: {} -> {}  ({})", value.field, side(&value.old), side(&value.new), places.join(", "))
}

/// Writes the difference as JSON.
///
/// # Errors
/// What the stream says.
pub fn write_feature_diff_json(out: &mut dyn Write, diff: &FeatureDiff, options: &DiffOptions) -> io::Result<()> {
    let side = |side: &Option<(Json, Origin)>| side.as_ref().map(|(value, origin)| json!({"value": value, "place": origin.to_string()}));
    let files = |files: &[std::path::PathBuf]| files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>();
    let releases = diff.releases.iter().filter(|release| !is_same(release)).map(|release| {
        let values =
            release.values.iter().map(|value| json!({"value": value.field.to_string(), "old": side(&value.old), "new": side(&value.new)}));
        json!({
            "release": release.id.to_string(),
            "dropped": files(&release.dropped),
            "added": files(&release.added),
            "values": values.collect::<Vec<_>>(),
            "objects": changes_json(&release.changes, options),
        })
    });
    let document = json!({"old": diff.old, "new": diff.new, "releases": releases.collect::<Vec<_>>()});
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
