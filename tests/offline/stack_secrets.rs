//! Secrets of a stack without a cluster, on the stack in `stacks/secrets`: a text that names it stands for each.

use std::path::Path;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/offline/stacks");
    let mut command = Command::new(env!("CARGO_BIN_EXE_stackwright"));
    command.args(arguments).args(["-f", "secrets"]).current_dir(folder).env_clear().output().expect("the program starts")
}

#[track_caller]
fn check(arguments: &[&str], expected: &[&str]) {
    let output = run(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found = String::from_utf8_lossy(&output.stdout).into_owned();
    let found: Vec<&str> = found.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(found, expected);
}

#[test]
fn values_name_secrets_by_maps_functions_and_references() {
    let output = run(&["template"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for expected in [
        "  PASSWORD: \"secret.db\"\n  TOKEN: \"secret.token\"\n  URL: \"db://front:secret.db@host\"\n  USER: \"database.user\"\n",
        "  LENGTH: \"9\"\n  PASSWORD: \"secret.db\"\n",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn the_list_says_who_uses_which_secret() {
    check(
        &["secrets", "list"],
        &[
            "NAME    LENGTH  ALPHABET      RELEASES",
            "db      24      alphanumeric  shop/front,shop/back",
            "token   32      hex           shop/front",
            "unused  32      alphanumeric",
        ],
    );
}

#[test]
fn a_value_from_a_secret_knows_its_place() {
    check(
        &["explain", "front", "ConfigMap/front", "data.PASSWORD"],
        &[
            "ConfigMap/front (app/templates/config.yaml)",
            "    9 |   PASSWORD: \"secret.db\"",
            "         from  app/templates/config.yaml:12",
            "        value  .Values.env.PASSWORD  secrets/values/front.yaml:2",
            "   decided by  .Values.env  secrets/stack.yaml:13",
        ],
    );
}
