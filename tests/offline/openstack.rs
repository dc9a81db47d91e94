//! The stack of a whole OpenStack: its secrets, and how default passwords are found in what it makes (`cargo run --example default-passwords CHARTS`).

#[path = "../oracle/openstack/passwords.rs"]
mod passwords;

use passwords::{collect, left};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::process::Command;

fn run(arguments: &[&str]) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stackwright"));
    let output = command.args(arguments).args(["-f", "stacks/openstack"]).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn every_secret_is_used_and_shared_where_services_meet() {
    let list: Json = serde_json::from_slice(&run(&["secrets", "list", "-e", "staging", "-o", "json"])).unwrap();
    for secret in list.as_array().unwrap() {
        assert!(!secret["releases"].as_array().unwrap().is_empty(), "{} is used by nobody", secret["name"]);
    }
    let users = |name: &str| list.as_array().unwrap().iter().find(|secret| secret["name"] == name).unwrap()["releases"].clone();
    assert_eq!(users("neutron-metadata"), serde_json::json!(["openstack/neutron", "openstack/nova"]));
    assert!(users("rabbitmq-admin").as_array().unwrap().len() >= 20 && users("mariadb-root").as_array().unwrap().len() > 20);
    let none: Json = serde_json::from_slice(&run(&["secrets", "list", "-e", "all-in-one", "-o", "json"])).unwrap();
    assert!(none.as_array().unwrap().iter().all(|secret| secret["releases"].as_array().unwrap().is_empty()));
}

#[test]
fn a_default_password_would_be_found() {
    let mut defaults = BTreeSet::new();
    collect(
        &json!({"auth": {"admin": {"password": "password", "username": "admin"}}, "conf": [{"api_token": "chiave_segreta"}]}),
        "",
        &mut defaults,
    );
    assert_eq!(defaults, BTreeSet::from(["password".to_owned(), "chiave_segreta".to_owned()]));
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n  DB: bXlzcWw6Ly9hOnBhc3N3b3JkQGhvc3Q=\n  P: cGFzc3dvcmQ=\n";
    assert_eq!(left(secret, &defaults).len(), 2);
    assert_eq!(
        left("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  f: |\n    api_token = chiave_segreta\n", &defaults).len(),
        1
    );
    assert!(left("kind: ConfigMap\nmetadata: {name: c}\ndata:\n  f: |\n    auth_type = password\n", &defaults).is_empty());
}
