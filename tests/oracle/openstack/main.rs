//! Looks for default passwords in what stacks/openstack makes in staging and production: `cargo run --example default-passwords CHARTS`, with
//! a checkout of openstack-helm whose dependencies are built. Ends with 1 where one is left.

mod passwords;

use serde_json::Value as Json;
use stackwright::chart::values::parse_documents;
use stackwright::diag::Source;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const ENVIRONMENTS: [&str; 2] = ["staging", "production"];

fn main() -> ExitCode {
    let charts = PathBuf::from(std::env::args_os().nth(1).expect("the folder of openstack-helm is the argument"));
    let source = format!("chartSource={}", charts.display());
    let mut is_clean = true;
    for environment in ENVIRONMENTS {
        let rendered = run(&["template", "-e", environment, "--state-values-set", &source]);
        let list = run(&["list", "-e", environment, "-o", "json", "--state-values-set", &source]);
        let defaults = defaults(&charts, &serde_json::from_slice(&list).expect("the list is JSON"));
        assert!(defaults.contains("password") && defaults.len() > 5, "these are not all: {defaults:?}");
        let left = passwords::left(&String::from_utf8_lossy(&rendered), &defaults);
        let mut out = std::io::stdout();
        let count = format!("{environment}: {} default passwords are known, {} places have one", defaults.len(), left.len());
        writeln!(out, "{}", [vec![count], left.clone()].concat().join("\n  ")).expect("somebody reads it");
        is_clean &= left.is_empty();
    }
    if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs the program that was built beside this one.
fn run(arguments: &[&str]) -> Vec<u8> {
    let own = std::env::current_exe().expect("this program has a path");
    let folder = own.ancestors().nth(2).expect("it lies in examples/");
    let output = Command::new(folder.join("stackwright")).args(arguments).args(["-f", "stacks/openstack"]).output().expect("it is built");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Returns what the charts' values have as passwords, keys and tokens.
fn defaults(charts: &Path, releases: &Json) -> BTreeSet<String> {
    let mut defaults = BTreeSet::new();
    for release in releases.as_array().expect("it is as the charts have it") {
        let chart =
            release["chart"].as_str().expect("it is as the charts have it").rsplit('/').next().expect("it is as the charts have it");
        let path = charts.join(chart).join("values.yaml");
        let values = parse_documents(&Source::new("values.yaml", std::fs::read_to_string(path).expect("it is as the charts have it")))
            .expect("it is as the charts have it");
        passwords::collect(&serde_json::to_value(&values).expect("it is as the charts have it"), "", &mut defaults);
    }
    defaults
}
