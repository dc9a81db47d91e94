//! `stackwright graph`: needs that follow from what pods wait for, on the stack in `stacks/waits` and on small ones of the tests' own.

use serde_json::Value as Json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn stacks() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/offline/stacks/waits")
}

fn run(stack: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stackwright"));
    command.arg("graph").args(arguments).arg("-f").arg(stack).env_clear().output().expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Checks the graph of the stack in `stacks/waits`.
#[track_caller]
fn check(arguments: &[&str], expected: &str) {
    let output = run(&stacks().join("stack.yaml"), arguments);
    assert_eq!(text(&output.stdout).trim(), expected.trim(), "{}", text(&output.stderr));
}

/// Makes a stack file with releases of the chart `play`, and returns what comes out of it.
fn of(releases: &str, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let stack = folder.path().join("stack.yaml");
    fs::write(&stack, releases.replace("PLAY", &stacks().join("play").display().to_string())).expect("a file can be written");
    run(&stack, arguments)
}

/// Checks the needs of releases, each as `RELEASE needs OTHER until HOW`, derived ones with a star.
#[track_caller]
fn check_needs(releases: &str, expected: &[&str]) {
    let output = of(releases, &["--output", "json"]);
    let graph: Json = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    let release = |release: &Json| {
        let name = release["name"].as_str().unwrap().to_owned();
        let needs = release["needs"].as_array().unwrap().clone();
        needs.into_iter().map(move |need| {
            let star = if need["derived"] == true { "*" } else { "" };
            format!("{name} needs {} until {}{star}", need["release"].as_str().unwrap(), need["until"].as_str().unwrap())
        })
    };
    let found: Vec<String> = graph["releases"].as_array().unwrap().iter().flat_map(release).collect();
    assert_eq!(found, expected);
}

#[test]
fn needs_follow_from_waits_and_written_ones_come_first() {
    check(
        &[],
        "
database
cache
identity
├─ database, until applied: Service database
└─ cache, until applied
compute
├─ identity, until applied: Service identity-api
└─ database, until applied: Service database
network
└─ identity, until applied: Service identity-api
dashboard
└─ identity

compute, network wait for each other: they start side by side and become ready together.

6 releases, 6 needs between them.
",
    );
}

#[test]
fn waits_are_drawn_with_those_that_are_mutual_and_those_that_nothing_meets() {
    check(
        &["--waits"],
        "
database
cache
└─ not of these releases: container sidecar of its own pod
identity
└─ database: Service database
compute
├─ network (mutual): a pod with app=network, part=agent on its node; Service network-server
├─ identity: Service identity-api
└─ database: Service database
network
├─ compute (mutual): Service compute-api
└─ identity: Service identity-api
dashboard
├─ compute: Service compute-api
└─ identity: Service identity-api

compute, network wait for each other: they start side by side and become ready together.

6 releases, 8 waits between them.
",
    );
}

#[test]
fn programs_that_draw_get_the_same_links() {
    let dot = text(&run(&stacks().join("stack.yaml"), &["--waits", "--output", "dot"]).stdout);
    assert!(
        dot.contains(
            "  subgraph cluster_0 {\n    label = \"wait for each other\";\n    style = dashed;\n    \"compute\";\n    \"network\";\n  }\n"
        ),
        "{dot}"
    );
    assert!(dot.contains("  \"network\" -> \"compute\" [label = \"Service compute-api\", style = dashed];\n"), "{dot}");
    assert_eq!(dot.matches(" -> ").count(), 8);
    let mermaid = text(&run(&stacks().join("stack.yaml"), &["--output", "mermaid"]).stdout);
    assert!(mermaid.contains("  r2 -->|\"applied\"| r5\n") && mermaid.contains("  r3 --> r2\n"), "{mermaid}");
}

#[test]
fn the_graph_in_json_names_objects_and_templates() {
    let graph: Json = serde_json::from_slice(&run(&stacks().join("stack.yaml"), &["--output", "json"]).stdout).unwrap();
    assert_eq!(graph["mutual"], serde_json::json!([["compute", "network"]]));
    let expected = serde_json::json!({
        "object": "Deployment/cloud/identity-api",
        "template": "play/templates/objects.yaml",
        "waitsFor": "jobs with job=identity",
        "providers": [{"release": "identity", "object": "Job/cloud/identity-sync"}],
        "missing": false,
    });
    assert_eq!(graph["releases"][2]["waits"][0], expected);
}

#[test]
fn a_written_need_counts_before_one_that_would_lead_back() {
    let releases = "
releases:
  - name: first
    namespace: n
    chart: PLAY
    needs: auto
    values: [{objects: [{kind: Deployment, name: first, wait: {DEPENDENCY_SERVICE: second}}]}]
  - name: second
    namespace: n
    chart: PLAY
    needs: [{name: first, until: applied}]
    values: [{objects: [{kind: Service, name: second}, {kind: Deployment, name: second}]}]
";
    check_needs(releases, &["second needs first until applied"]);
    check_needs(&releases.replace("    needs: [{name: first, until: applied}]\n", ""), &["first needs second until applied*"]);
}

#[test]
fn a_need_is_named_with_namespace_and_context_and_how_far() {
    let release = |name: &str, needs: &str| format!("  - {{name: {name}, namespace: n, chart: PLAY{needs}}}\n");
    let until = |until: &str| {
        let needs = format!(", needs: [{{name: base, namespace: m, until: {until}}}]");
        format!(
            "releases:\n  - {{name: base, namespace: m, chart: PLAY, values: [{{objects: [{{kind: Job, name: sync}}]}}]}}\n{}",
            release("top", &needs)
        )
    };
    for form in ["applied", "hooks", "ready", "80%", "Job/sync", "Job/m/sync"] {
        check_needs(&until(form), &[&format!("top needs base until {form}")]);
    }
    let plain = format!("releases:\n{}{}", release("base", ""), release("top", ", needs: [base]"));
    check_needs(&plain, &["top needs base until done"]);
}

#[track_caller]
fn check_mistake(releases: &str, expected: &[&str]) {
    let output = of(releases, &[]);
    let said = text(&output.stderr);
    assert!(!output.status.success(), "{said}");
    for words in expected {
        assert!(said.contains(words), "`{words}` was not said:\n{said}");
    }
}

#[test]
fn mistakes_in_needs_are_told_with_their_places() {
    let until = |until: &str| {
        format!(
            "releases:\n  - {{name: base, chart: PLAY, values: [{{objects: [{{kind: Job, name: sync}}]}}]}}\n  - {{name: top, chart: PLAY, needs: [{{name: base, until: {until}}}]}}\n"
        )
    };
    check_mistake(&until("aplied"), &["`aplied` is no value of `until`", "did you mean `applied`?", "stack.yaml:3:"]);
    check_mistake(
        &until("Job/snc"),
        &["release top needs base, until Job/snc is ready, which it does not have", "did you mean `Job/sync`?"],
    );
    check_mistake("releases: [{name: top, chart: PLAY, needs: [{until: ready}]}]", &["a need has no name"]);
    check_mistake("releases: [{name: top, chart: PLAY, readiness: {min: most}}]", &["`most` is no percentage", "write 1% to 100%"]);
    check_mistake("releases: [{name: top, chart: PLAY, tests: before}]", &["`before` is no value of `tests`", "it can be after, off"]);
}

#[test]
fn an_object_of_a_custom_kind_needs_the_release_that_defines_it_to_be_ready() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("is in a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    };
    write("operator/Chart.yaml", "apiVersion: v2\nname: operator\nversion: 0.1.0\n");
    write(
        "operator/crds/shops.yaml",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: shops.example.org}\nspec: {group: example.org, names: {kind: Shop, plural: shops}, scope: Namespaced, versions: []}\n",
    );
    write("shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 0.1.0\n");
    write("shop/templates/shop.yaml", "apiVersion: example.org/v1\nkind: Shop\nmetadata: {name: shop}\n");
    write(
        "stack.yaml",
        "helmDefaults: {needs: auto}\nreleases:\n  - {name: shop, namespace: n, chart: ./shop}\n  - {name: operator, namespace: n, chart: ./operator}\n",
    );
    let output = run(&folder.path().join("stack.yaml"), &[]);
    let drawn = text(&output.stdout);
    assert!(
        drawn.starts_with("operator\nshop\n└─ operator, until ready: the definition of Shop.example.org\n"),
        "{drawn}{}",
        text(&output.stderr)
    );
}
