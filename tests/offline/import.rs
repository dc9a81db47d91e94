//! Stack files made of scripts and of Armada's documents: tests/offline/imports holds what is read and what comes out of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/offline/imports")
}

/// Imports a file and compares the stack file; the result must load.
#[track_caller]
fn check(arguments: &[&str], expected: &str, releases: &[&str]) {
    let folder = folder();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_stackwright")).args(arguments).current_dir(&folder).env_clear().output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let made = run(arguments);
    let file = folder.join(expected);
    if std::env::var_os("STACKWRIGHT_ACCEPT").is_some() {
        fs::write(&file, &made).unwrap();
    }
    assert_eq!(made, fs::read_to_string(&file).unwrap_or_default());
    let listed = run(&["list", "-f", expected]);
    let names: Vec<&str> = listed.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, releases);
}

#[test]
fn a_script_s_commands_become_releases() {
    check(
        &["import", "osh-commands", "deploy.sh", "--variable", "FEATURES=2025.1 ubuntu_noble"],
        "deploy.yaml",
        &["mariadb", "memcached", "keystone", "nova", "neutron", "rally"],
    );
}

#[test]
fn armada_s_groups_become_needs_and_its_layers_values() {
    check(&["import", "armada", "armada.yaml"], "armada.stack.yaml", &["osh-mariadb", "osh-keystone", "osh-nova", "osh-neutron"]);
}
