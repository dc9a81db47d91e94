//! What is in the cluster from the start: nodes and storage classes.

use super::binaries::Versions;
use super::control_plane::KUBELET_ADDRESS_TYPE;
use super::error::Error;
use super::nodes::{CLASS_LABEL, NodePlan, Nodes};
use futures_util::future::try_join_all;
use futures_util::stream::{self, TryStreamExt};
use k8s_openapi::api::core::v1::Node;
use k8s_openapi::api::storage::v1::StorageClass;
use kube::Client;
use kube::api::{Api, Patch, PatchParams, PostParams};
use serde_json::{Value, json};

/// How many nodes are made at once.
const AT_ONCE: usize = 16;

/// Who provisions the volumes of the sandbox's own storage classes.
pub const PROVISIONER: &str = "volumes.sandbox.stackwright.dev";

/// Makes the nodes, whose kubelet listens on `kubelet_port`, and the storage classes.
///
/// # Errors
/// `Api` when the API server refuses one of them.
pub async fn create(client: &Client, nodes: &Nodes, kubelet_port: u16) -> Result<(), Error> {
    let plans = (1..).zip(nodes.plans());
    let made = plans.map(|(number, plan)| Ok(async move { create_node(client, number, &plan, kubelet_port).await }));
    let nodes = stream::iter(made).try_for_each_concurrent(AT_ONCE, |made| made);
    let classes = try_join_all([("standard", true), ("general", false)].map(|(name, default)| create_class(client, name, default)));
    tokio::try_join!(nodes, classes)?;
    Ok(())
}

async fn create_node(client: &Client, number: usize, plan: &NodePlan, kubelet_port: u16) -> Result<(), Error> {
    let nodes: Api<Node> = Api::all(client.clone());
    let name = &plan.name;
    let task = || Error::api(format!("making {name}"));
    let node = serde_json::from_value(json!({"metadata": {"name": name, "labels": node_labels(number, plan)}}));
    let node: Node = node.expect("a node with a name and labels is a node");
    nodes.create(&PostParams::default(), &node).await.map_err(task())?;
    let status = Patch::Strategic(json!({"status": node_status(name, number, kubelet_port)}));
    nodes.patch_status(name, &PatchParams::default(), &status).await.map_err(task())?;
    Ok(())
}

fn node_labels(number: usize, plan: &NodePlan) -> Value {
    let mut labels = json!({
        "kubernetes.io/hostname": plan.name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/region": "sandbox",
        "topology.kubernetes.io/zone": format!("zone-{number}"),
    });
    for label in &plan.enabled {
        labels[*label] = json!("enabled");
    }
    if let Some(class) = &plan.class {
        labels[CLASS_LABEL] = json!(class);
    }
    if plan.is_control_plane {
        labels["node-role.kubernetes.io/control-plane"] = json!("");
    }
    labels
}

/// A status as a kubelet writes it, Ready included: waiting for kwok to say it would only cost time.
fn node_status(name: &str, number: usize, kubelet_port: u16) -> Value {
    let resources = json!({"cpu": "64", "memory": "256Gi", "pods": "500", "ephemeral-storage": "1Ti", "hugepages-2Mi": "16Gi", "hugepages-1Gi": "16Gi"});
    // Addresses from 172.20.0.11 on.
    let host = 10 + number;
    let now = k8s_openapi::jiff::Timestamp::now();
    let condition = |kind: &str, status: &str, reason: &str| json!({"type": kind, "status": status, "reason": reason, "message": "simulated", "lastHeartbeatTime": now, "lastTransitionTime": now});
    json!({
        "capacity": resources,
        "allocatable": resources,
        "addresses": [
            {"type": "InternalIP", "address": format!("172.20.{}.{}", host / 256, host % 256)},
            {"type": "Hostname", "address": name},
            {"type": KUBELET_ADDRESS_TYPE, "address": "127.0.0.1"},
        ],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": kubelet_port}},
        "conditions": [
            condition("Ready", "True", "KubeletReady"),
            condition("MemoryPressure", "False", "KubeletHasSufficientMemory"),
            condition("DiskPressure", "False", "KubeletHasNoDiskPressure"),
            condition("PIDPressure", "False", "KubeletHasSufficientPID"),
        ],
        "nodeInfo": {
            "architecture": "amd64",
            "operatingSystem": "linux",
            "osImage": "Stackwright sandbox",
            "kernelVersion": "simulated",
            "containerRuntimeVersion": "simulated://",
            "kubeletVersion": format!("v{}", Versions::PINNED.kubernetes),
            "kubeProxyVersion": "",
            "bootID": "", "machineID": "", "systemUUID": "",
        },
    })
}

async fn create_class(client: &Client, name: &str, default: bool) -> Result<(), Error> {
    let class = serde_json::from_value(json!({
        "metadata": {"name": name, "annotations": {"storageclass.kubernetes.io/is-default-class": default.to_string()}},
        "provisioner": PROVISIONER,
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "Immediate",
        "allowVolumeExpansion": true,
    }));
    let class: StorageClass = class.expect("a class with a name and a provisioner is a storage class");
    let classes: Api<StorageClass> = Api::all(client.clone());
    classes.create(&PostParams::default(), &class).await.map_err(Error::api(format!("making storage class {name}")))?;
    Ok(())
}
