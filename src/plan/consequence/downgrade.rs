//! Images and charts that become older.

use super::super::finding::{Code, Finding};
use super::super::planned::{Plan, PlannedRelease};
use super::effect::Effect;
use super::version;
use crate::diff::field_changes;
use crate::manifest::pod_template;
use crate::release::StoredChart;
use std::cmp::Ordering;

/// Returns the images of an object that become older, one finding an image.
pub(super) fn of_images(effect: &Effect<'_>) -> Vec<Finding> {
    let Some((old, new)) = effect.changed() else { return Vec::new() };
    let (Some(old_pods), Some(new_pods)) = (pod_template(old), pod_template(new)) else { return Vec::new() };
    let path = super::rolls::template_path(&effect.id.kind);
    let mut found = Vec::new();
    for change in field_changes(old_pods, new_pods).into_iter().filter(|change| change.field.last_key() == Some("image")) {
        let text = |side: &Option<serde_json::Value>| side.as_ref().and_then(|side| side.as_str().map(str::to_owned)).unwrap_or_default();
        let (old, new) = (text(&change.old), text(&change.new));
        let ((old_name, old_tag), (new_name, new_tag)) = (image(&old), image(&new));
        if old_name == new_name && version::compare(old_tag, new_tag) == Some(Ordering::Less) {
            let message = format!("image {new_name} goes back from {old_tag} to {new_tag}");
            let field = format!("{path}{}", change.field.indexed());
            found.push(Finding::new(Code::Downgrade, effect.release, message).of_object(&effect.id, &effect.template).of_field(field));
        }
    }
    found
}

/// Returns the finding of a release whose chart becomes older.
pub(super) fn of_chart(plan: &Plan, at: usize) -> Option<Finding> {
    let release: &PlannedRelease = &plan.releases[at];
    let record = release.history.deployed()?.record().ok()?;
    let (old_name, old) = name_and_version(record.chart.as_deref()?)?;
    let (new_name, new) = name_and_version(&release.desired.as_ref()?.chart)?;
    let is_older = old_name == new_name && version::compare(&old, &new) == Some(Ordering::Less);
    is_older.then(|| Finding::new(Code::Downgrade, at, format!("chart {new_name} goes back from {old} to {new}")))
}

fn name_and_version(chart: &StoredChart) -> Option<(String, String)> {
    let metadata = chart.metadata().ok()?;
    Some((metadata["name"].as_str()?.to_owned(), metadata["version"].as_str()?.to_owned()))
}

/// Splits an image into its name and its tag; the tag is empty where there is none.
fn image(text: &str) -> (&str, &str) {
    let text = text.split_once('@').map_or(text, |(text, _)| text);
    match text.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::image;

    #[test]
    fn a_port_of_a_registry_is_no_tag() {
        assert_eq!(image("registry:5000/web"), ("registry:5000/web", ""));
        assert_eq!(image("registry:5000/web:1.2@sha256:abc"), ("registry:5000/web", "1.2"));
    }
}
