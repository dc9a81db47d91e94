//! The sandbox through the room that talks to clusters.

use crate::support::{DEADLINE, Place, sandbox};
use serde_json::Value;
use stackwright::cluster::status::Rule;
use stackwright::cluster::{Awaited, Cluster, ConnectOptions, Goal, Outcome, Watch};
use std::process::Command;

/// How to connect to the sandbox.
pub fn connect_options() -> ConnectOptions {
    let kubeconfig = Some(sandbox().kubeconfig().to_owned());
    ConnectOptions { kubeconfig, ..ConnectOptions::default() }
}

/// Connects to the sandbox, with a namespace for objects that name none.
pub async fn cluster(namespace: &str) -> Cluster {
    let options = ConnectOptions { namespace: Some(namespace.to_owned()), ..connect_options() };
    Cluster::connect(&options, |_| {}).await.expect("the sandbox's kubeconfig is good")
}

/// Waits until objects, given as the server answered their writes, are ready.
pub async fn settle_ready(watch: &Watch, objects: &[Value]) {
    let awaited: Vec<Awaited> = objects.iter().filter_map(Awaited::written).collect();
    let settled = watch.settle(&awaited, Goal::Ready(Rule::Ready), DEADLINE, |_, _| {}).await.expect("they can be watched");
    assert_eq!(settled.outcome, Outcome::Reached, "{}", settled.message());
}

/// Runs real Helm 4 in the place's namespace.
pub fn helm(place: &Place, arguments: &[&str]) -> String {
    let mut command = Command::new(super::program::helm());
    command.args(arguments).args(["--namespace", &place.namespace]).env("KUBECONFIG", sandbox().kubeconfig());
    let output = command.output().expect("Helm can be started");
    assert!(output.status.success(), "helm {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("Helm writes UTF-8")
}
