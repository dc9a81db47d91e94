//! Up, down, and what happens when neither is asked for.

use crate::support::{PROGRAM, eventually, folders, options};
use k8s_openapi::api::core::v1::{Node, Pod};
use kube::Api;
use kube::api::{ListParams, PostParams};
use serde_json::{Value, json};
use stackwright::sandbox::{Event, Status};
use std::process::Command;
use std::sync::Mutex;

/// Sandboxes beside the shared one need memory; one at a time is enough.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test]
async fn sandbox_ends_with_its_parent() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let options = options("parent");
    let sandbox = stackwright::sandbox::up(&options, |_| {}).await.expect("it comes up");
    let client = sandbox.client().await.expect("a client can be made");
    let folder = sandbox.kubeconfig().parent().expect("it is in a folder").to_owned();
    drop(sandbox);
    eventually("it has ended", async || client.apiserver_version().await.is_err() && !folder.exists()).await;
    // The supervisor itself ends after it has removed the folder.
    let is_down = async || matches!(stackwright::sandbox::status(&folders(), &options.name), Ok(Status::Down));
    eventually("nothing is left", is_down).await;
}

/// Runs the command with a state folder of its own.
fn stackwright(state: &std::path::Path, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(PROGRAM);
    command.arg("sandbox").args(arguments).args(["--name", "cli"]).env("XDG_STATE_HOME", state);
    let output = command.output().expect("the command can be run");
    (output.status.success(), String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[tokio::test]
async fn what_a_killed_supervisor_leaves_is_ended_by_the_next_up_and_by_down() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let options = stackwright::sandbox::Options { lifetime: stackwright::sandbox::Lifetime::UntilDown, ..options("killed") };
    let events = Mutex::new(Vec::new());
    let collect = |event: Event| events.lock().expect("no test panics while it collects").push(event);
    let name = &options.name;
    stackwright::sandbox::up(&options, collect).await.expect("it comes up");
    stackwright::sandbox::up(&options, collect).await.expect("it is up");
    assert!(events.lock().expect("as above").contains(&Event::AlreadyUp));
    for again in [true, false] {
        let status = stackwright::sandbox::status(&folders(), name).expect("its status can be read");
        let Status::Running(state) = status else { panic!("it is {status:?}") };
        assert!(Command::new("kill").args(["-9", &state.supervisor.to_string()]).status().expect("kill can be run").success());
        let is_broken = async || matches!(stackwright::sandbox::status(&folders(), name), Ok(Status::Broken { processes: 5 }));
        eventually("five processes are left", is_broken).await;
        events.lock().expect("as above").clear();
        if again {
            stackwright::sandbox::up(&options, collect).await.expect("it comes up again");
        } else {
            stackwright::sandbox::down(&folders(), name, collect).await.expect("it goes down");
        }
        assert!(events.lock().expect("as above").contains(&Event::LeftoversEnded { processes: 5 }));
    }
    assert_eq!(stackwright::sandbox::status(&folders(), name).expect("its status can be read"), Status::Down);
}

#[tokio::test]
async fn command_brings_a_sandbox_up_and_down() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let state = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder can be made");
    let state = state.path();
    assert_eq!(stackwright(state, &["status"]), (true, "down".to_owned()));
    let (up, answer) = stackwright(state, &["up", "--nodes", "1", "--output", "json"]);
    assert!(up, "{answer}");
    let answer: Value = serde_json::from_str(&answer).expect("the answer is JSON");
    let kubeconfig = answer["kubeconfig"].as_str().expect("the answer names the kubeconfig").to_owned();
    assert_eq!(stackwright(state, &["kubeconfig"]), (true, kubeconfig.clone()));
    let (_, status) = stackwright(state, &["status", "--output", "json"]);
    let status: Value = serde_json::from_str(&status).expect("the status is JSON");
    assert_eq!((&status["status"], &status["phase"], &status["nodes"]), (&json!("running"), &json!("ready"), &json!(1)));
    assert!(stackwright(state, &["down"]).0);
    assert!(!std::path::Path::new(&kubeconfig).exists());
    assert_eq!(stackwright(state, &["status"]), (true, "down".to_owned()));
    assert!(stackwright(state, &["down"]).0, "what is down stays down");
    assert!(!stackwright(state, &["kubeconfig"]).0);
}

#[tokio::test]
async fn nodes_of_classes_and_trouble_on_purpose() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let nodes = "control=1,compute=2".parse().expect("it is a list of nodes");
    let options = stackwright::sandbox::Options { nodes, chaos: Some(7), ..options("chaos") };
    let sandbox = stackwright::sandbox::up(&options, |_| {}).await.expect("it comes up");
    let client = sandbox.client().await.expect("a client can be made");
    let nodes: Api<Node> = Api::all(client.clone());
    let named = async |labels: &str| {
        let nodes = nodes.list(&ListParams::default().labels(labels)).await.expect("nodes can be listed");
        nodes.items.into_iter().filter_map(|node| node.metadata.name).collect::<Vec<_>>()
    };
    assert_eq!(named("openstack-compute-node=enabled").await, ["compute-1", "compute-2"]);
    assert_eq!(named("l3-agent=enabled,sandbox.stackwright.dev/class=control").await, ["control-1"]);
    let pods: Api<Pod> = Api::namespaced(client.clone(), "default");
    let pod = json!({"metadata": {"name": "victim"}, "spec": {"containers": [{"name": "a", "image": "example.invalid/a"}]}});
    pods.create(&PostParams::default(), &serde_json::from_value(pod).expect("it is a pod")).await.expect("it can be made");
    eventually("the pod is killed", async || pods.get_opt("victim").await.is_ok_and(|pod| pod.is_none())).await;
    let is_away = |node: Node| node.spec.and_then(|spec| spec.taints).is_some_and(|taints| !taints.is_empty());
    let away = async || nodes.list(&ListParams::default()).await.is_ok_and(|nodes| nodes.items.into_iter().any(is_away));
    eventually("a node goes away", away).await;
    eventually("it is back", async || !away().await).await;
}
