//! Trouble on purpose: pods that are killed, and nodes that go away for a while.

use super::error::Error;
use chacha20::ChaCha8Rng;
use chacha20::rand_core::{Rng, SeedableRng};
use k8s_openapi::api::core::v1::{Node, Pod};
use k8s_openapi::jiff::Timestamp;
use kube::api::{DeleteParams, ListParams, Patch, PatchParams};
use kube::{Api, Client};
use serde_json::json;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// How often a pod is killed.
const A_POD_EVERY: Duration = Duration::from_secs(2);
/// After how many pods a node goes away.
const PODS_FOR_A_NODE: usize = 10;
/// How many pods are killed until a node is back.
const PODS_UNTIL_BACK: usize = 5;
/// The taint of a node that is away. One of Kubernetes' own would be taken off by its controllers, for the node still sends heartbeats.
const AWAY: &str = "sandbox.stackwright.dev/away";

/// Kills a pod every 2 seconds, and takes a node away for 10 seconds every 20, until it is dropped. What it does is a line each in `log`. The
/// same seed draws the same numbers; what they hit depends on what is there.
///
/// # Errors
/// `File` when the log cannot be written.
pub async fn run(client: Client, seed: u64, log: &Path) -> Result<(), Error> {
    let mut log_file = File::create(log).map_err(Error::file("making", log))?;
    let mut chaos = Chaos { client, draws: ChaCha8Rng::seed_from_u64(seed), away: None };
    for killed in 1_usize.. {
        tokio::time::sleep(A_POD_EVERY).await;
        // Whatever cannot be done now, because the API server is busy or the pod has gone by itself, is left.
        let mut done = vec![chaos.kill_a_pod().await];
        match killed % PODS_FOR_A_NODE {
            0 => done.push(chaos.take_a_node_away().await),
            PODS_UNTIL_BACK => done.push(chaos.bring_the_node_back().await),
            _ => {}
        }
        for words in done.into_iter().filter_map(|done| done.ok().flatten()) {
            writeln!(log_file, "{} {words}", Timestamp::now()).map_err(Error::file("writing", log))?;
        }
    }
    Ok(())
}

struct Chaos {
    client: Client,
    draws: ChaCha8Rng,
    /// The node that is away.
    away: Option<String>,
}

impl Chaos {
    fn draw<T>(&mut self, items: Vec<T>) -> Option<T> {
        let count = items.len() as u64;
        let at = self.draws.next_u64().checked_rem(count)?;
        items.into_iter().nth(usize::try_from(at).ok()?)
    }

    async fn kill_a_pod(&mut self) -> Result<Option<String>, kube::Error> {
        let pods = Api::<Pod>::all(self.client.clone()).list_metadata(&ListParams::default()).await?;
        let Some(pod) = self.draw(pods.items) else { return Ok(None) };
        let (namespace, name) = (pod.metadata.namespace.unwrap_or_default(), pod.metadata.name.unwrap_or_default());
        Api::<Pod>::namespaced(self.client.clone(), &namespace).delete(&name, &DeleteParams::default()).await?;
        Ok(Some(format!("pod {namespace}/{name} killed")))
    }

    /// A node that is the only one stays.
    async fn take_a_node_away(&mut self) -> Result<Option<String>, kube::Error> {
        let nodes = Api::<Node>::all(self.client.clone()).list_metadata(&ListParams::default()).await?;
        if nodes.items.len() < 2 {
            return Ok(None);
        }
        let Some(name) = self.draw(nodes.items).and_then(|node| node.metadata.name) else { return Ok(None) };
        let taints = ["NoExecute", "NoSchedule"].map(|effect| json!({"key": AWAY, "effect": effect}));
        self.taint(&name, &taints).await?;
        self.away = Some(name.clone());
        Ok(Some(format!("node {name} went away")))
    }

    async fn bring_the_node_back(&mut self) -> Result<Option<String>, kube::Error> {
        let Some(name) = self.away.take() else { return Ok(None) };
        self.taint(&name, &[]).await?;
        Ok(Some(format!("node {name} is back")))
    }

    async fn taint(&self, node: &str, taints: &[serde_json::Value]) -> Result<(), kube::Error> {
        let patch = Patch::Merge(json!({"spec": {"taints": taints}}));
        Api::<Node>::all(self.client.clone()).patch(node, &PatchParams::default(), &patch).await.map(|_| ())
    }
}
