//! Features and the files of values that they choose: on the stack in `stacks/features`, and against openstack-helm's shell loader
//! (tests/oracle/overlays).

use serde_json::Value as Json;
use std::path::Path;
use std::process::Command;

fn run(folder: &str, arguments: &[&str]) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut command = Command::new(env!("CARGO_BIN_EXE_stackwright"));
    let output = command.args(arguments).current_dir(folder).env_clear().output().expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Checks what a command prints, line by line.
#[track_caller]
fn check(arguments: &[&str], expected: &[&str]) {
    let found = run("tests/offline/stacks/features", arguments);
    let found: Vec<&str> = found.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_shell_rule_takes_files_as_openstack_helm_s_loader_did() {
    for environment in ["one", "two", "three"] {
        let list: Json =
            serde_json::from_str(&run("tests/oracle/overlays", &["features", "list", "-e", environment, "-o", "json"])).unwrap();
        let files = list["releases"][0]["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap());
        let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/oracle/overlays/expected-{environment}.txt"));
        let expected = std::fs::read_to_string(expected).unwrap();
        assert_eq!(files.collect::<Vec<_>>(), expected.lines().collect::<Vec<_>>(), "{environment}");
    }
}

#[test]
fn the_list_says_which_features_there_are_and_which_are_in_force() {
    check(
        &["features", "list"],
        &[
            "FEATURES    IN FORCE  RELEASES",
            "1.25        2/3       app*,bare,big*",
            "1.27        0/3       app,bare,big",
            "1.27-small  0/3       app,bare,big",
            "debug       1/3       app,bare,big*",
            "small       1/3       app*,bare,big",
            "tls         1/3       app,bare,big*",
        ],
    );
}

#[test]
fn values_of_features_lie_below_the_release_s_own_and_know_their_place() {
    check(
        &["explain", "app", "ConfigMap/app", "data.SIZE"],
        &[
            "ConfigMap/app (app/templates/config.yaml)",
            "   10 |   SIZE: \"s\"",
            "         from  app/templates/config.yaml:12",
            "        value  .Values.env.SIZE  more/app/small.yaml:1",
            "   decided by  .Values.env  values/app.yaml:1",
        ],
    );
}

#[test]
fn a_diff_shows_files_values_and_objects() {
    check(
        &["features", "diff", ".", "1.27,small,tls", "-l", "name=app", "--context", "0"],
        &[
            "shop/app: 3 values, 1 object",
            "  - overlays/app/1.25.yaml",
            "  + overlays/app/1.27.yaml",
            "  + overlays/app/1.27-small.yaml",
            "  + overlays/app/tls.yaml",
            "  env.TLS: - -> \"on\"  (overlays/app/tls.yaml:2)",
            "  image.tag: \"1.25\" -> \"1.27-small\"  (overlays/app/1.25.yaml:1, overlays/app/1.27-small.yaml:1)",
            "  replicaCount: 1 -> 2  (overlays/app/small.yaml:1, overlays/app/1.27-small.yaml:2)",
            "shop, app, ConfigMap (v1) has changed:",
            "# Source: app/templates/config.yaml",
            "@@ -6 +6 @@ data:",
            "-   image: nginx:1.25",
            "-   replicas: \"1\"",
            "+   TLS: \"on\"",
            "+   image: nginx:1.27-small",
            "+   replicas: \"2\"",
            "1 release differs between [1.25, small] and [1.27, small, tls]; 0 the same",
        ],
    );
    check(&["features", "diff", ".", "-small", "-l", "name=big"], &["0 releases differ between [1.25, small] and [1.25]; 1 the same"]);
}
