//! Writes a stack file.

use super::draft::{Draft, ReleaseDraft, SetDraft, SetValueDraft, ValuesDraft};

/// Writes a stack as YAML, with what could not be carried over as comments at its end.
pub(super) fn write(draft: &Draft, from: &str) -> String {
    let mut text = format!("# Made of {from} by `stackwright import`.\n");
    if !draft.features.is_empty() {
        text.push_str(&format!("features: {}\n\n", list(&draft.features)));
    }
    if let Some(folder) = &draft.overlays {
        let layer = if draft.overlays_above { "\n  layer: above" } else { "" };
        text.push_str(&format!("overlays:\n  folder: {}{layer}\n\n", scalar(folder)));
    }
    if !draft.repositories.is_empty() {
        text.push_str("repositories:\n");
        for (name, url) in &draft.repositories {
            text.push_str(&format!("  - name: {}\n    url: {}\n", scalar(name), scalar(url)));
        }
        text.push('\n');
    }
    text.push_str(if draft.releases.is_empty() { "releases: []\n" } else { "releases:\n" });
    draft.releases.iter().for_each(|release| write_release(&mut text, release));
    if !draft.left.is_empty() {
        text.push_str("\n# Not carried over:\n");
        draft.left.iter().for_each(|left| text.push_str(&format!("#   line {}: {}\n", left.line, left.what.replace('\n', " "))));
    }
    text
}

fn write_release(text: &mut String, release: &ReleaseDraft) {
    if let Some(remark) = &release.remark {
        text.push_str(&format!("  # {remark}\n"));
    }
    text.push_str(&format!("  - name: {}\n", scalar(&release.name)));
    let mut key = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            text.push_str(&format!("    {name}: {value}\n"));
        }
    };
    let written = |value: &Option<String>| value.as_deref().map(scalar);
    key("namespace", written(&release.namespace));
    key("chart", Some(scalar(&release.chart)));
    key("version", written(&release.version));
    key("description", written(&release.description));
    key("kubeContext", written(&release.kube_context));
    key("needs", Some(list(&release.needs)).filter(|_| !release.needs.is_empty()));
    key("features", release.features.as_deref().map(list));
    release.flags.iter().for_each(|flag| key(flag, Some("true".to_owned())));
    key("timeout", release.timeout.map(|seconds| seconds.to_string()));
    key("historyMax", release.history_max.map(|most| most.to_string()));
    if !release.values.is_empty() {
        text.push_str("    values:\n");
        release.values.iter().for_each(|values| write_values(text, values));
    }
    write_set(text, "set", &release.set);
    write_set(text, "setString", &release.set_string);
}

fn write_values(text: &mut String, values: &ValuesDraft) {
    match values {
        ValuesDraft::File(path) => text.push_str(&format!("      - {}\n", scalar(path))),
        ValuesDraft::Inline(yaml) => {
            text.push_str("      -\n");
            for line in yaml.trim_end().lines().filter(|line| line.trim_end() != "---") {
                let line = line.trim_end();
                text.push_str(&if line.is_empty() { "\n".to_owned() } else { format!("        {line}\n") });
            }
        }
    }
}

fn write_set(text: &mut String, key: &str, items: &[SetDraft]) {
    if items.is_empty() {
        return;
    }
    text.push_str(&format!("    {key}:\n"));
    for item in items {
        let value = match &item.value {
            SetValueDraft::One(value) => format!("value: {}", quoted_if_typed(value)),
            SetValueDraft::File(path) => format!("file: {}", scalar(path)),
            SetValueDraft::List(values) => {
                format!("values: [{}]", values.iter().map(|value| quoted_if_typed(value)).collect::<Vec<_>>().join(", "))
            }
        };
        text.push_str(&format!("      - {{name: {}, {value}}}\n", scalar(&item.name)));
    }
}

/// An empty value of `set` is written in quotes: nothing at all would be no value.
fn quoted_if_typed(value: &str) -> String {
    if value.is_empty() { "''".to_owned() } else { scalar(value) }
}

fn list(items: &[String]) -> String {
    format!("[{}]", items.iter().map(|item| scalar(item)).collect::<Vec<_>>().join(", "))
}

/// Writes a text so that YAML reads it as that text, or as a number that is written the same.
pub(super) fn scalar(text: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "_./-+".contains(character);
    let starts_well = text.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_' || first == '/' || first == '.');
    let is_word = !matches!(text.to_ascii_lowercase().as_str(), "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if starts_well && is_word && text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}
