//! From a manifest, its groups and their charts to releases.

use super::document::Document;
use crate::diag::{Diagnostic, Diagnostics};
use crate::import::draft::{Draft, ReleaseDraft, ValuesDraft};
use crate::yaml::tree::{Tree, TreeKind, write_trees};

/// Collects the releases of the first manifest, in its order.
///
/// # Errors
/// There is no manifest.
pub(super) fn collect(documents: &[Document], name: &str, draft: &mut Draft) -> Result<(), Diagnostics> {
    let mut manifests = documents.iter().filter(|document| document.is("armada/Manifest"));
    let Some(manifest) = manifests.next() else {
        let error = Diagnostic::error(format!("{name} has no document armada/Manifest/v1"));
        return Err(error.help("give a file with the manifest, its groups and its charts; several files can be joined").into());
    };
    for other in manifests {
        draft.leave(other.line, format!("manifest {}: only the first one counts", other.name));
    }
    let prefix = manifest.text(&["release_prefix"]).map(|prefix| format!("{prefix}-")).unwrap_or_default();
    let mut before: Vec<(String, Option<String>)> = Vec::new();
    for group in manifest.texts("chart_groups") {
        let Some(group) = find(documents, "armada/ChartGroup", group) else {
            draft.leave(manifest.line, format!("chart group {group}, which is not in this file"));
            continue;
        };
        let own = collect_group(documents, group, &prefix, &before, draft);
        if !own.is_empty() {
            before = own;
        }
    }
    Ok(())
}

fn find<'d>(documents: &'d [Document], kind: &str, name: &str) -> Option<&'d Document> {
    // Of several documents of one name the last one counts.
    documents.iter().rfind(|document| document.is(kind) && document.name == name)
}

/// Adds the releases of a group, which come after those of the group before; returns them.
fn collect_group(
    documents: &[Document],
    group: &Document,
    prefix: &str,
    before: &[(String, Option<String>)],
    draft: &mut Draft,
) -> Vec<(String, Option<String>)> {
    if group.is_on(&["test_charts"]) {
        draft.leave(group.line, format!("{}: test_charts; run `stackwright release test`", group.name));
    }
    let mut own: Vec<(String, Option<String>)> = Vec::new();
    for name in group.texts("chart_group") {
        let Some(chart) = find(documents, "armada/Chart", name) else {
            draft.leave(group.line, format!("chart {name}, which is not in this file"));
            continue;
        };
        let mut release = release(chart, prefix, draft);
        if own.is_empty() {
            release.remark =
                Some(group.text(&["description"]).map_or_else(|| group.name.clone(), |text| format!("{}: {text}", group.name)));
        }
        // In order: each after the one before it, which is after the group before.
        let needed = match own.last() {
            Some(last) if group.is_on(&["sequenced"]) => std::slice::from_ref(last),
            _ => before,
        };
        release.needs = needed.iter().map(|(name, namespace)| need(name, namespace.as_deref(), &release)).collect();
        own.push((release.name.clone(), release.namespace.clone()));
        draft.releases.push(release);
    }
    own
}

fn need(name: &str, namespace: Option<&str>, release: &ReleaseDraft) -> String {
    match namespace {
        Some(namespace) if release.namespace.as_deref() != Some(namespace) => format!("{namespace}/{name}"),
        _ => name.to_owned(),
    }
}

fn release(chart: &Document, prefix: &str, draft: &mut Draft) -> ReleaseDraft {
    let name = chart.text(&["release"]).or(chart.text(&["release_name"])).unwrap_or(&chart.name);
    let timeout = chart.text(&["wait", "timeout"]).or(chart.text(&["timeout"])).and_then(|seconds| seconds.parse().ok());
    let mut release = ReleaseDraft {
        name: format!("{prefix}{name}"),
        namespace: chart.text(&["namespace"]).map(ToOwned::to_owned),
        chart: chart_of(chart, draft),
        timeout,
        ..ReleaseDraft::default()
    };
    // Armada makes namespaces, and goes on when what it has installed is ready.
    release.turn_on("createNamespace");
    release.turn_on("wait");
    if chart.is_on(&["upgrade", "options", "force"]) {
        release.turn_on("force");
    }
    if let Some(values) = chart.data.get("values").filter(|values| !values.content.is_empty()) {
        release.values.push(ValuesDraft::Inline(text_of(values)));
    }
    leave_rest(chart, draft);
    release
}

/// Writes values as a document of their own.
fn text_of(values: &Tree) -> String {
    let root = Tree { foot: String::new(), ..values.clone() };
    write_trees([&Tree { kind: TreeKind::Document, content: vec![root], ..Tree::default() }])
}

/// Returns where a chart is.
fn chart_of(chart: &Document, draft: &mut Draft) -> String {
    let text = |key: &str| chart.text(&["source", key]).unwrap_or_default();
    let (location, subpath) = (text("location").trim_end_matches('/'), text("subpath").trim_matches('/'));
    let below = |folder: &str| match (folder, subpath) {
        (folder, "" | ".") => folder.to_owned(),
        ("", subpath) => subpath.to_owned(),
        (folder, subpath) => format!("{folder}/{subpath}"),
    };
    match text("type") {
        "local" => below(location),
        "tar" if subpath.is_empty() || subpath == "." => location.to_owned(),
        "tar" => {
            draft.leave(chart.line, format!("{}: the folder {subpath} in {location}: unpack it and name the folder", chart.name));
            below(".")
        }
        "git" => {
            let reference = Some(text("reference")).filter(|reference| !reference.is_empty()).unwrap_or("master");
            draft.leave(
                chart.line,
                format!("{}: the chart is in git, {location} at {reference}: check it out and name the folder", chart.name),
            );
            let repository = location.rsplit('/').next().unwrap_or_default().trim_end_matches(".git");
            below(&format!("./{repository}"))
        }
        other => {
            draft.leave(chart.line, format!("{}: source of type `{other}`", chart.name));
            below(location)
        }
    }
}

/// Tells what of a chart's document a stack has no key for.
fn leave_rest(chart: &Document, draft: &mut Draft) {
    let mut leave = |what: &str| draft.leave(chart.line, format!("{}: {what}", chart.name));
    let is_there = |keys: &[&str]| {
        keys.iter().try_fold(&chart.data, |tree, key| tree.get(key)).is_some_and(|tree| !tree.is_null() && tree.value != "false")
    };
    for (keys, what) in [
        (&["install", "no_hooks"][..], "install.no_hooks: give --no-hooks"),
        (&["upgrade", "no_hooks"], "upgrade.no_hooks: give --no-hooks"),
        (&["upgrade", "options", "no_hooks"], "upgrade.options.no_hooks: give --no-hooks"),
        (&["upgrade", "options", "recreate_pods"], "upgrade.options.recreate_pods: Helm has no such option any more"),
        (&["upgrade", "pre"], "upgrade.pre: what is deleted or made before an upgrade; use `hooks` with the event presync"),
        (&["upgrade", "post"], "upgrade.post: what is done after an upgrade; use `hooks` with the event postsync"),
        (&["wait", "resources"], "wait.resources: all objects are waited for"),
        (&["wait", "native"], "wait.native: readiness is watched by stackwright itself"),
        (&["protected"], "protected"),
        (&["test"], "test: run `stackwright release test`"),
        (&["delete"], "delete"),
    ] {
        if is_there(keys) {
            leave(what);
        }
    }
}
