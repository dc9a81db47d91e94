//! Programs that change what the releases of `stacks/post-rendered` render to.

use std::path::Path;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/offline/stacks");
    let mut command = Command::new(env!("CARGO_BIN_EXE_stackwright"));
    let plugins = folder.join("post-rendered/plugins");
    command.args(arguments).args(["-f", "post-rendered"]).current_dir(folder).env_clear();
    command.env("HELM_PLUGINS", plugins).env("PATH", "/usr/bin:/bin").output().expect("the program starts")
}

/// Checks the line of the release's one object that post-renderers change.
#[track_caller]
fn check(release: &str, expected: &str) {
    let output = run(&["template", "-l", &format!("name={release}")]);
    let found = String::from_utf8_lossy(&output.stdout);
    let word = found.lines().find_map(|line| line.strip_prefix("  word: "));
    assert_eq!(word, Some(expected), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Checks that no release is rendered, and what is said.
#[track_caller]
fn check_refused(release: &str, expected: &[&str]) {
    let output = run(&["template", "-l", &format!("name={release}")]);
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(1), &b""[..]));
    let said = String::from_utf8_lossy(&output.stderr);
    for words in expected {
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn a_program_runs_in_the_folder_of_the_stack_file() {
    check("by-default", "loud");
}

#[test]
fn a_release_has_arguments_of_its_own() {
    check("own", "loudet");
}

#[test]
fn a_script_names_a_plugin_of_helm() {
    check("plugin", "SHOUT");
}

#[test]
fn what_cannot_run_names_the_release() {
    check_refused("failing", &["nothing of this", "exit status 3", "in release failing", "stack.yaml:8"]);
    check_refused("missing", &["\"programs/nothing\" is neither a plugin of Helm nor a program", "in release missing", "stack.yaml:9"]);
}

#[test]
fn explain_says_what_came_from_the_program() {
    let output = run(&["explain", "by-default", "ConfigMap/by-default", "data.word"]);
    let found = String::from_utf8_lossy(&output.stdout);
    assert!(found.contains("post-renderer"), "{found}{}", String::from_utf8_lossy(&output.stderr));
}
