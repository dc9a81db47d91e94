//! Traced rendering, on the chart in `trace/web`: where fields come from, what is read, where secrets end.

use crate::no_effects::NoEffects;
use stackwright::chart::{
    self, Capabilities, FieldPath, LoadCache, Lookup, NoCluster, ReleaseContext, RenderOptions, RenderRequest, RenderTrace, Rendered,
    Secrets, TemplateCache, explain, reached, redundant_values, unread_values, value_name, value_path,
};
use stackwright::diag::Source;
use stackwright::manifest::Document;
use stackwright::template::trace::{LineTrace, ValueTrace};
use stackwright::value::Map;
use stackwright::yaml;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/offline/trace")
}

fn user_values(name: &str) -> Map {
    let text = std::fs::read_to_string(folder().join(name)).unwrap();
    yaml::expect_map(yaml::parse(&Source::new(name, text)).unwrap()).unwrap()
}

fn load() -> chart::Chart {
    load_named("web")
}

fn load_named(name: &str) -> chart::Chart {
    chart::load_with(&folder().join(name), &LoadCache::new()).unwrap()
}

fn render(values: &Map, trace: bool) -> Rendered {
    render_chart(&load(), values, trace)
}

fn render_chart(chart: &chart::Chart, values: &Map, trace: bool) -> Rendered {
    with_request(chart, values, trace, chart::render)
}

fn with_request(
    chart: &chart::Chart,
    values: &Map,
    trace: bool,
    render: impl FnOnce(&RenderRequest<'_>) -> Result<Rendered, chart::Error>,
) -> Rendered {
    let lookup: Arc<dyn Lookup> = Arc::new(NoCluster);
    let release = ReleaseContext { name: "release".into(), namespace: "default".into(), revision: 1, is_install: true, is_upgrade: false };
    render(&RenderRequest {
        chart,
        release: &release,
        values,
        capabilities: &Capabilities::offline(),
        lookup: &lookup,
        effects: &NoEffects,
        cache: &TemplateCache::new(),
        options: RenderOptions { trace, ..RenderOptions::default() },
    })
    .unwrap()
}

fn traced(values: &Map) -> (Rendered, Arc<RenderTrace>) {
    let rendered = render(values, true);
    let trace = rendered.trace.clone().unwrap();
    (rendered, trace)
}

fn document<'r>(rendered: &'r Rendered, kind: &str) -> &'r Document {
    rendered.manifest.documents.iter().find(|document| document.head.kind == kind).unwrap()
}

/// Returns `PLACE < CALL...; PLACE | VALUE FILE:LINE... | CONDITION...` without folders.
fn words(line: &LineTrace) -> String {
    let file = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let place = |place: &stackwright::template::trace::Place| {
        let via = place.via.iter().map(|(name, line)| format!(" < {}:{line}", file(&name.to_text()))).collect::<String>();
        format!("{}:{}{via}", file(&place.file.to_text()), place.line)
    };
    let value = |value: &ValueTrace| {
        let origin = value.origin.to_string();
        let (all, origin) = (if value.whole { "*" } else { "" }, if origin == "-" { String::new() } else { format!(" {}", file(&origin)) });
        format!("{}{all}{origin}", value_name(&value.path))
    };
    let join = |words: Vec<String>| words.join("; ");
    let places = join(line.places.iter().map(place).collect());
    let values = join(line.values.iter().map(value).collect());
    let conditions = join(line.conditions.iter().map(value).collect());
    format!("{places} | {values} | {conditions}")
}

/// Checks where the lines of a field come from.
#[track_caller]
fn check(kind: &str, field: &str, expected: &[&str]) {
    let (rendered, trace) = traced(&Map::new());
    let lines = explain(&trace, document(&rendered, kind), &FieldPath::parse(field)).expect("the field is there");
    let found: Vec<String> = lines.iter().map(|line| words(&line.trace)).collect();
    assert_eq!(found, expected, "{kind} {field}");
}

#[test]
fn a_trace_changes_no_byte() {
    for values in [Map::new(), user_values("user.yaml")] {
        assert_eq!(render(&values, true).manifest.text(), render(&values, false).manifest.text());
    }
}

#[test]
fn a_field_comes_from_its_line_and_its_value() {
    check(
        "Deployment",
        "spec.replicas",
        &["deployment.yaml:9 | .Values.replicaCount values.yaml:1 | .Values.autoscaling.enabled values.yaml:17"],
    );
    check("Deployment", "kind", &["deployment.yaml:2 |  | "]);
    check(
        "Deployment",
        "spec.template.spec.containers[0].image",
        &["deployment.yaml:17 | .Values.image.repository values.yaml:3; .Values.image.tag values.yaml:4 | "],
    );
}

#[test]
fn an_included_line_names_the_calls() {
    check(
        "Deployment",
        "metadata.labels.version",
        &["_helpers.tpl:3 < deployment.yaml:6; deployment.yaml:6 | .Values.image.tag values.yaml:4 | "],
    );
    check(
        "Deployment",
        "spec.template.spec.containers[0].livenessProbe.path",
        &["_helpers.tpl:10 < deployment.yaml:24; deployment.yaml:24 | .Values.probes.live.path values.yaml:23 | "],
    );
}

#[test]
fn items_of_a_range_are_told_apart() {
    check(
        "Deployment",
        "spec.template.spec.containers[0].env[1].value",
        &["deployment.yaml:21 | .Values.env.B values.yaml:21 | .Values.env values.yaml:19"],
    );
}

#[test]
fn lines_of_to_yaml_are_told_apart() {
    check("Database", "spec.host", &["database.yaml:6 | .Values.database.host values.yaml:6 | "]);
    check("Database", "spec.password", &["database.yaml:6 | .Values.database.password values.yaml:8 | "]);
}

#[test]
fn a_text_that_tpl_executes_has_the_lines_of_its_value() {
    let (rendered, trace) = traced(&Map::new());
    let lines = explain(&trace, document(&rendered, "ConfigMap"), &FieldPath::parse("data.extra\\.yaml")).unwrap();
    let second = lines.iter().find(|line| line.text.contains("second:")).unwrap();
    let values: Vec<String> = second.trace.values.iter().map(|value| value_name(&value.path)).collect();
    assert_eq!(values, [".Values.database.password", ".Values.extra"]);
}

#[test]
fn secrets_are_followed_wherever_they_end() {
    let (rendered, trace) = traced(&Map::new());
    let secrets = Secrets::at(&rendered.values, ["database.password", "conf.app.key"]);
    let mut found = Vec::new();
    for document in &rendered.manifest.documents {
        for field in trace.secret_fields(document, &secrets) {
            found.push(format!("{} {}", document.head.kind, field.path));
        }
    }
    let expected = [
        "Secret data.password",
        "Secret data.url",
        "ConfigMap metadata.annotations.checksum/secret",
        "ConfigMap data.url",
        "ConfigMap data.app\\.yaml",
        "ConfigMap data.merged\\.yaml",
        "ConfigMap data.again",
        "ConfigMap data.json",
        "ConfigMap data.extra\\.yaml",
        "Database spec.password",
    ];
    found.sort_unstable();
    let mut expected = expected.map(str::to_owned).to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected);
    let lines = trace.secret_lines(document(&rendered, "ConfigMap"), &secrets);
    let texts: Vec<&str> = document(&rendered, "ConfigMap").text.split('\n').collect();
    let beside = ["    debug:", "    port:", "  other:", "    first:"];
    assert!(lines.iter().all(|line| beside.iter().all(|text| !texts[*line].starts_with(text))), "{lines:?}");
}

#[test]
fn every_text_of_a_secret_is_on_a_secret_line() {
    let (rendered, trace) = traced(&Map::new());
    let secrets = Secrets::of(&rendered.values, |entry| entry.key == *"password" || entry.key == *"key");
    for document in &rendered.manifest.documents {
        let lines = trace.secret_lines(document, &secrets);
        for (number, text) in document.text.split('\n').enumerate() {
            let holds = ["hunter2", "hunter3", "aHVudGVyMg"].iter().any(|secret| text.contains(secret));
            assert!(!holds || lines.contains(&number), "{text}");
        }
    }
}

#[test]
fn a_value_reaches_fields() {
    let (rendered, trace) = traced(&Map::new());
    let fields = |value: &str| {
        let reached = reached(&trace, document(&rendered, "Deployment"), &value_path(value));
        reached.iter().map(|field| format!("{}{}", field.path, if field.is_in { "" } else { "?" })).collect::<Vec<_>>()
    };
    assert_eq!(fields("image.tag"), ["metadata.labels.version", "spec.template.spec.containers[0].image"]);
    assert_eq!(fields("autoscaling"), ["spec.replicas?"]);
    assert_eq!(fields(".Release.Name"), ["metadata.name"]);
}

#[test]
fn values_that_nothing_reads_are_named() {
    let values = user_values("user.yaml");
    let (rendered, trace) = traced(&values);
    let unread = unread_values(&load(), &rendered.metadata, &values, &trace);
    let found: Vec<String> = unread
        .iter()
        .map(|value| {
            let near = value.nearest.as_deref().unwrap_or("-");
            format!("{} {} {near}{}", value.path, value.origin, if value.is_mentioned { " mentioned" } else { "" })
        })
        .collect();
    assert_eq!(
        found,
        [
            "autoscaling.max user.yaml:8 - mentioned",
            "image.tga user.yaml:3 tag",
            "probes.ready user.yaml:12 -",
            "replicaCont user.yaml:1 replicaCount",
            "unknown user.yaml:14 -",
        ]
    );
    let redundant = redundant_values(&values, rendered.chart_values.as_ref().unwrap());
    let redundant: Vec<String> = redundant.iter().map(|(path, origin)| format!("{path} {origin}")).collect();
    assert_eq!(redundant, ["image.repository user.yaml:4"]);
}

struct Renamer;

impl chart::PostRender for Renamer {
    fn run(&self, manifests: &str) -> Result<String, String> {
        let password = "cGFzc3dvcmQ=";
        Ok(manifests.replace("replicas: 3", "replicas: 7").replace("kind: Database\n", &format!("kind: Database\nstatus: {password}\n")))
    }
}

#[test]
fn what_a_post_renderer_left_as_it_was_is_explained_and_the_rest_may_be_secret() {
    let chart = load();
    let rendered = with_request(&chart, &Map::new(), true, |request| chart::render_with(request, Some(&Renamer)));
    let trace = rendered.trace.clone().unwrap();
    let words = |kind: &str, field: &str| {
        let lines = explain(&trace, document(&rendered, kind), &FieldPath::parse(field)).expect("the field is there");
        lines.iter().map(|line| format!("{}{}", if line.trace.rewritten { "! " } else { "" }, words(&line.trace))).collect::<Vec<_>>()
    };
    assert_eq!(words("Deployment", "spec.replicas"), ["!  |  | "]);
    assert_eq!(
        words("Deployment", "spec.template.spec.containers[0].image"),
        ["deployment.yaml:17 | .Values.image.repository values.yaml:3; .Values.image.tag values.yaml:4 | "]
    );
    let secrets = Secrets::at(&rendered.values, ["database.password"]);
    let fields: Vec<String> =
        trace.secret_fields(document(&rendered, "Database"), &secrets).iter().map(|field| field.path.to_string()).collect();
    assert_eq!(fields, ["status", "spec.password"]);
}

/// Returns the fields of all objects that are marked though their names begin with `clean`, and those that are not though they
/// begin with `secret`.
fn wrong_fields(rendered: &Rendered, secrets: &Secrets) -> Vec<String> {
    let trace = rendered.trace.clone().unwrap();
    let mut wrong = Vec::new();
    for document in &rendered.manifest.documents {
        let secret = trace.secret_fields(document, secrets);
        for field in chart::fields(&document.text) {
            let name = field.path.to_string();
            let (is_secret, is_clean) = (name.contains(".secret-"), name.contains(".clean-"));
            let is_marked = secret.contains(&field);
            if (is_secret && !is_marked) || (is_clean && is_marked) {
                wrong.push(format!("{} {name}", document.head.name));
            }
        }
    }
    wrong
}

#[test]
fn secrets_stay_marked_through_globals_imports_subcharts_and_functions() {
    let rendered = render_chart(&load_named("shop"), &Map::new(), true);
    let paths = [
        "global.token",
        "store.auth.password",
        "store.auth.tokens[1]",
        "store.exports.exported.shared.password",
        "certificate",
        "document",
        "number",
        "list[0]",
        "users",
        "nested.deep.password",
    ];
    let secrets = Secrets::at(&rendered.values, paths);
    let none: [String; 0] = [];
    assert_eq!(wrong_fields(&rendered, &secrets), none);
}

#[test]
fn an_imported_secret_is_marked_where_it_came_from() {
    let rendered = render_chart(&load_named("shop"), &Map::new(), true);
    let trace = rendered.trace.clone().unwrap();
    let secrets = Secrets::at(&rendered.values, ["shared.password", "imported.tokens[1]"]);
    let db = rendered.manifest.documents.iter().find(|document| document.head.name == "db").unwrap();
    let fields: Vec<String> = trace.secret_fields(db, &secrets).iter().map(|field| field.path.to_string()).collect();
    let expected = ["data.secret-exports", "data.secret-token", "data.secret-values", "data.secret-values-yaml"];
    assert!(expected.iter().all(|field| fields.iter().any(|found| found == field)), "{fields:?}");
}
