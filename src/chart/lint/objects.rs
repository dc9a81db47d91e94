//! Rules for the objects that a template renders.

use super::findings::Findings;
use super::lifecycle::deprecation;
use super::names;
use super::stream::{Documents, Object};
use crate::chart::KubeVersion;
use crate::diag::Source;
use crate::value::{Fields, Mismatch, StructType, Value, quote};
use crate::yaml;

/// What the rules are told beside the text.
pub(super) struct About<'a> {
    /// The template's path below the chart.
    pub(super) path: &'a str,
    /// The Kubernetes that it is for.
    pub(super) kube_version: &'a KubeVersion,
}

/// Checks the text that one template rendered to. Says whether other templates are to be looked at: not after a text that is
/// no YAML.
pub(super) fn check(rendered: &Source, about: &About<'_>, findings: &mut Findings) -> bool {
    check_indent(rendered, about, findings);
    for document in Documents::of(rendered) {
        let object = match document {
            Ok(object) => object,
            Err(error) => {
                findings.error(about.path, format!("unable to parse YAML: {}", error.words)).explained_by(error.cause.diagnostic());
                return false;
            }
        };
        let Some(object) = object else { continue };
        check_name(&object, about, findings);
        check_deprecation(&object, about, findings);
        check_selector(&object, rendered, about, findings);
        check_list(&object, rendered, about, findings);
    }
    true
}

/// The longest line that Go's `bufio.Scanner` takes.
const LONGEST_LINE: usize = 64 * 1024 - 1;

fn check_indent(rendered: &Source, about: &About<'_>, findings: &mut Findings) {
    let mut at = 0;
    for line in rendered.text().split_inclusive('\n') {
        let shown = line.strip_suffix('\n').unwrap_or(line);
        if shown.len() > LONGEST_LINE {
            findings.warning(about.path, "bufio.Scanner: token too long");
            return;
        }
        let shown = shown.strip_suffix('\r').unwrap_or(shown);
        if shown.trim().is_empty() {
            at += line.len();
            continue;
        }
        if shown.starts_with([' ', '\t']) {
            let words = format!("document starts with an illegal indent: {}, which may cause parsing problems", quote(shown.as_bytes()));
            findings
                .warning(about.path, words)
                .at(Some(rendered.span(at, at + shown.len())))
                .help("take the blanks away with `{{-`, or start the text at the first column");
        }
        return;
    }
}

fn check_name(object: &Object, about: &About<'_>, findings: &mut Findings) {
    let problems = names::problems(&object.kind, &object.name);
    if problems.is_empty() {
        return;
    }
    let name = quote(object.name.as_bytes());
    let errors: Vec<String> = problems.iter().map(|problem| format!("metadata.name: Invalid value: {name}: {problem}")).collect();
    let errors = if let [error] = errors.as_slice() { error.clone() } else { format!("[{}]", errors.join(", ")) };
    let message = findings
        .warning(about.path, format!("object name does not conform to Kubernetes naming requirements: {name}: {errors}"))
        .at(object.name_place());
    if object.name.is_empty() {
        message.help("give the object a name under metadata");
    } else if object.name.len() > 63 {
        message.help("cut it in the template: `trunc 63 | trimSuffix \"-\"`");
    }
}

fn check_deprecation(object: &Object, about: &About<'_>, findings: &mut Findings) {
    if let Some(deprecation) = deprecation(object, about.kube_version) {
        let message = findings.warning(about.path, deprecation.warning).at(object.place("apiVersion"));
        if let Some(replacement) = deprecation.replacement {
            message.help(format!("write `{replacement}`, or choose by .Capabilities.APIVersions.Has"));
        }
    }
}

fn check_selector(object: &Object, rendered: &Source, about: &About<'_>, findings: &mut Findings) {
    let has_selector = || ["matchLabels", "matchExpressions"].iter().any(|word| rendered.text().contains(word));
    let needs_one = matches!(&*object.kind, "Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet");
    if needs_one && !has_selector() {
        let name = quote(object.name.as_bytes());
        findings
            .error(about.path, format!("a {} must contain matchLabels or matchExpressions, and {name} does not", object.kind))
            .at(object.place("spec"))
            .help("add spec.selector.matchLabels with labels of spec.template.metadata");
    }
}

const LIST: StructType = StructType { name: "", full: "struct { Items []struct { Metadata struct { Annotations map[string]string } } }" };
const ITEM: StructType = StructType { name: "", full: "struct { Metadata struct { Annotations map[string]string } }" };
const METADATA: StructType = StructType { name: "", full: "struct { Annotations map[string]string }" };

fn check_list(object: &Object, rendered: &Source, about: &About<'_>, findings: &mut Findings) {
    if object.kind != "List" {
        return;
    }
    let kept = yaml::parse(rendered).map_err(|error| error.to_string()).and_then(|document| {
        let words = |mismatch: Mismatch| format!("error unmarshaling JSON: while decoding JSON: {mismatch}");
        has_kept_items(&document).map_err(words)
    });
    match kept {
        Err(words) => {
            findings.error(about.path, format!("unable to parse YAML: {words}"));
        }
        Ok(true) => {
            findings
                .error(about.path, "annotation 'helm.sh/resource-policy' within List objects are ignored")
                .at(object.place("items"))
                .help("write the items as documents of their own");
        }
        Ok(false) => {}
    }
}

/// Says whether an item of a list is to be kept when the release goes.
fn has_kept_items(document: &Value) -> Result<bool, Mismatch> {
    let fields = Fields::of(document, LIST)?;
    let is_kept = |item: &Fields| {
        let metadata = item.structure("Metadata", METADATA)?;
        let annotations = metadata.text_map("Annotations").unwrap_or_default();
        item.adopt("Metadata", metadata);
        Some(annotations.iter().any(|(key, _)| key == "helm.sh/resource-policy"))
    };
    let items = fields.structures("Items", ITEM, "[]struct { Metadata struct { Annotations map[string]string } }", is_kept);
    fields.finish()?;
    Ok(items.into_iter().flatten().flatten().flatten().any(|kept| kept))
}
