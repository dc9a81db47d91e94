//! Patches that a stack keeps for its charts: `stacks/patched`, `stacks/conflicting`.

use std::path::Path;
use std::process::{Command, Output};

fn run(stack: &str, arguments: &[&str]) -> Output {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/offline/stacks");
    let mut command = Command::new(env!("CARGO_BIN_EXE_stackwright"));
    command.args(arguments).args(["-f", stack]).current_dir(folder).env_clear().output().expect("the program starts")
}

#[test]
fn charts_are_rendered_as_patches_make_them() {
    let output = run("patched", &["template"]);
    let expected = concat!(
        "---\n# Source: app/templates/config.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: front\n  labels: {patched: \"yes\"}\n",
        "data:\n  image: \"nginx:1.25\"\n  replicas: \"7\"\n  A: \"1\"\n\n",
        "---\n# Source: app/templates/extra.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: front-extra\n",
    );
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{}", String::from_utf8_lossy(&output.stderr));
    assert!(run("patched", &["lint", "--quiet"]).status.success());
}

#[test]
fn a_conflict_shows_what_is_expected_and_what_is_there() {
    for command in ["template", "lint"] {
        let output = run("conflicting", &[command]);
        assert!(!output.status.success());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        for expected in [
            "hunk 1 does not fit values.yaml",
            "conflicting/patches/app/0001-more.patch:3:1",
            "values.yaml:1: what the hunk expects (-) and what is there (+)",
            "-image: {repository: nginx, tag: \"1.24\"}",
            "+image: {repository: nginx, tag: \"1.25\"}",
            "make the patch anew against this version of the chart",
        ] {
            assert!(told.contains(expected), "{expected}\n{told}");
        }
    }
}
