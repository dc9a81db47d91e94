//! `stackwright lint` and `stackwright explain`, on the stack in `stacks/lint`.

use serde_json::Value as Json;
use std::path::Path;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/offline/stacks");
    let mut command = Command::new(env!("CARGO_BIN_EXE_stackwright"));
    command.args(arguments).args(["-f", "lint"]).current_dir(folder).env_clear().output().expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Checks the lines on standard output, and whether the command succeeded.
#[track_caller]
fn check(arguments: &[&str], expected: &[&str], succeeds: bool) {
    let output = run(arguments);
    let found = text(&output.stdout);
    let found: Vec<&str> = found.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(found, expected, "{}", text(&output.stderr));
    assert_eq!(output.status.success(), succeeds);
}

#[test]
fn lint_names_values_that_no_release_reads() {
    let expected = [
        "==> Linting shop/front (../charts/app)",
        "[WARNING] lint/stack.yaml:16: no template reads envs",
        "[WARNING] lint/values/shared.yaml:3: no template reads image.tga",
        "[INFO] lint/values/front.yaml.gotmpl:4: level is not read with these values",
        "[INFO] lint/values/shared.yaml:7: needed is read by plain, not by this release",
        "[INFO] lint/values/shared.yaml:6: plain is read by plain, not by this release",
        "[INFO] lint/values/shared.yaml:4: image.repository is what the chart has by default",
        "==> Linting shop/back (../charts/app)",
        "[WARNING] lint/values/shared.yaml:3: no template reads image.tga",
        "[INFO] lint/values/shared.yaml:7: needed is read by plain, not by this release",
        "[INFO] lint/values/shared.yaml:6: plain is read by plain, not by this release",
        "[WARNING] lint/values/back.yaml:3: no template reads unknown",
        "[INFO] lint/values/shared.yaml:4: image.repository is what the chart has by default",
        "[INFO] lint/values/back.yaml:2: image.tag is what the chart has by default",
        "==> Linting plain (../charts/plain)",
        "[INFO] lint/values/shared.yaml:2: image is read by shop/front, not by this release",
        "[INFO] lint/values/shared.yaml:5: replicaCount is read by shop/back, not by this release",
        "3 release(s) linted, 0 release(s) failed",
    ];
    check(&["lint"], &expected, true);
}

#[test]
fn lint_does_not_judge_what_releases_may_read_that_are_not_chosen() {
    let expected = [
        "==> Linting shop/back (../charts/app)",
        "[INFO] lint/values/shared.yaml:3: image.tga is not read by this release; shop/front, which has it too, was not looked at",
        "[INFO] lint/values/shared.yaml:7: needed is not read by this release; shop/front, which has it too, was not looked at",
        "[INFO] lint/values/shared.yaml:6: plain is not read by this release; shop/front, which has it too, was not looked at",
        "[WARNING] lint/values/back.yaml:3: no template reads unknown",
        "[INFO] lint/values/back.yaml:2: image.tag is what the chart has by default",
        "1 release(s) linted, 0 release(s) failed",
    ];
    check(&["lint", "-l", "tier=back"], &expected, true);
}

#[test]
fn lint_needs_chooses_more_and_strict_fails_on_warnings() {
    let expected = [
        "==> Linting shop/front (../charts/app)",
        "[WARNING] lint/stack.yaml:16: no template reads envs",
        "==> Linting shop/back (../charts/app)",
        "[WARNING] lint/values/back.yaml:3: no template reads unknown",
    ];
    check(&["lint", "-l", "tier=back", "--include-needs", "--strict", "--quiet"], &expected, false);
}

#[test]
fn lint_lays_values_of_the_command_line_over_all() {
    let expected = [
        "==> Linting shop/back (../charts/app)",
        "[WARNING] --set:1: no template reads replicaCuont",
        "[WARNING] lint/values/back.yaml:3: no template reads unknown",
    ];
    check(&["lint", "-l", "tier=back", "--quiet", "--set", "replicaCuont=3"], &expected, true);
}

#[test]
fn lint_tells_programs_files_and_lines() {
    let output = run(&["lint", "-l", "tier=back", "-o", "json"]);
    let json: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((json["linted"].as_u64(), json["failed"].as_u64()), (Some(1), Some(0)));
    let release = &json["releases"][0];
    assert_eq!((release["name"].as_str(), release["namespace"].as_str()), (Some("back"), Some("shop")));
    let warnings = release["values"].as_array().unwrap().iter().filter(|message| message["severity"] == "warning");
    let places: Vec<_> = warnings.map(|message| (message["file"].as_str().unwrap(), message["line"].as_u64().unwrap())).collect();
    assert_eq!(places, [("lint/values/back.yaml", 3)]);
}

#[test]
fn lint_says_what_is_wrong_with_charts_and_what_does_not_render() {
    let expected = [
        "==> Linting plain (../charts/plain)",
        "[WARNING] plain/templates/config.yaml:7:14: the release does not render without a cluster: required: needed is needed",
    ];
    check(&["lint", "-l", "name=plain", "--quiet", "--set", "needed="], &expected, true);
}

#[test]
fn lint_takes_no_arguments_for_helm() {
    let output = run(&["lint", "--args", "--strict"]);
    assert!(!output.status.success());
    assert!(text(&output.stderr).contains("there is no helm to hand arguments to"));
}

#[test]
fn explain_names_the_files_of_the_stack() {
    let expected = [
        "ConfigMap/front (app/templates/config.yaml)",
        "    6 |   image: \"nginx:3.0\"",
        "         from  app/templates/config.yaml:6",
        "        value  .Values.image.repository  lint/values/shared.yaml:4",
        "        value  .Values.image.tag  lint/values/front.yaml.gotmpl:2",
    ];
    check(&["explain", "front", "configmap/front", "data.image", "-e", "production"], &expected, true);
    let expected = [
        "ConfigMap/front (app/templates/config.yaml)",
        "    8 |   A: \"x\"",
        "         from  app/templates/config.yaml:12",
        "        value  .Values.env.A  lint/stack.yaml:15",
        "   decided by  .Values.env  lint/stack.yaml:15",
    ];
    check(&["explain", "shop/front", "configmap/front", "data.A"], &expected, true);
}

#[test]
fn explain_says_what_each_layer_says_about_a_value() {
    let expected = [
        "        value  3  lint/values/front.yaml.gotmpl:3",
        "         over  5  lint/values/shared.yaml:5",
        "         over  3  charts/app/values.yaml:2 (chart app)",
        "ConfigMap/front (app/templates/config.yaml)",
        "    data.replicas  (app/templates/config.yaml:7)",
    ];
    check(&["explain", "front", "--value", "replicaCount"], &expected, true);
    let output = run(&["explain", "front", "--value", "replicaCount", "-o", "json"]);
    let json: Json = serde_json::from_slice(&output.stdout).unwrap();
    let files: Vec<&str> = json["said"].as_array().unwrap().iter().map(|said| said["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["charts/app/values.yaml", "lint/values/shared.yaml", "lint/values/front.yaml.gotmpl"]);
    assert_eq!(json["objects"][0]["fields"][0]["field"], "data.replicas");
}

#[test]
fn explain_lists_objects_and_knows_what_was_meant() {
    check(&["explain", "plain"], &["ConfigMap/plain (plain/templates/config.yaml)"], true);
    for (arguments, words) in [
        (&["explain", "frnt"][..], "did you mean front?"),
        (&["explain", "front", "configmap/fron"], "did you mean ConfigMap/front?"),
        (&["explain", "front", "configmap/front", "data.imag"], "did you mean data.image?"),
        (&["explain", "front", "-l", "tier=back"], "takes no part"),
    ] {
        let output = run(arguments);
        assert!(!output.status.success());
        assert!(text(&output.stderr).contains(words), "{}", text(&output.stderr));
    }
}
