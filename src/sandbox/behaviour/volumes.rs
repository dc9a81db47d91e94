//! Gives every claim its volume, as a provisioner would, and takes volumes away whose claims have gone.

use crate::sandbox::contents::PROVISIONER;
use futures_util::StreamExt;
use futures_util::stream::select_all;
use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim};
use k8s_openapi::api::storage::v1::StorageClass;
use kube::api::{DeleteParams, PostParams};
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Api, Client, ResourceExt};
use serde_json::json;
use std::collections::BTreeMap;

/// Set on a claim when its pod has been scheduled (storage classes that wait for the first consumer).
const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";

enum Change {
    Claim(Box<PersistentVolumeClaim>),
    ClaimGone(String),
    Volume(Box<PersistentVolume>),
    Class(Box<StorageClass>),
    ClassGone(String),
}

/// Provisions until it is dropped. Every class that has a provisioner is served, whoever the provisioner is: a chart that brings a class
/// of its own should not have to bring a storage system to a sandbox.
pub async fn run(client: Client) {
    let claims = watcher(Api::<PersistentVolumeClaim>::all(client.clone()), watcher::Config::default()).default_backoff();
    let volumes = watcher(Api::<PersistentVolume>::all(client.clone()), watcher::Config::default()).default_backoff();
    let classes = watcher(Api::<StorageClass>::all(client.clone()), watcher::Config::default()).default_backoff();
    let mut changes = select_all([
        claims
            .filter_map(async |event| match event.ok()? {
                watcher::Event::Apply(claim) | watcher::Event::InitApply(claim) => Some(Change::Claim(Box::new(claim))),
                watcher::Event::Delete(claim) => Some(Change::ClaimGone(claim.uid().unwrap_or_default())),
                watcher::Event::Init | watcher::Event::InitDone => None,
            })
            .boxed(),
        volumes
            .filter_map(async |event| match event.ok()? {
                watcher::Event::Apply(volume) | watcher::Event::InitApply(volume) => Some(Change::Volume(Box::new(volume))),
                _ => None,
            })
            .boxed(),
        classes
            .filter_map(async |event| match event.ok()? {
                watcher::Event::Apply(class) | watcher::Event::InitApply(class) => Some(Change::Class(Box::new(class))),
                watcher::Event::Delete(class) => Some(Change::ClassGone(class.name_any())),
                watcher::Event::Init | watcher::Event::InitDone => None,
            })
            .boxed(),
    ]);
    let mut provisioner = Provisioner { client, classes: BTreeMap::new(), pending: BTreeMap::new() };
    while let Some(change) = changes.next().await {
        provisioner.take_in(change);
    }
}

/// How charts named a claim's class before there was a field for it; some still do.
const LEGACY_CLASS: &str = "volume.beta.kubernetes.io/storage-class";

struct Provisioner {
    client: Client,
    classes: BTreeMap<String, StorageClass>,
    /// Claims without a volume, by unique id.
    pending: BTreeMap<String, PersistentVolumeClaim>,
}

impl Provisioner {
    fn take_in(&mut self, change: Change) {
        match change {
            Change::Claim(claim) => {
                let uid = claim.uid().unwrap_or_default();
                let has_volume = claim.spec.as_ref().is_some_and(|spec| spec.volume_name.is_some());
                if has_volume || claim.metadata.deletion_timestamp.is_some() {
                    self.pending.remove(&uid);
                } else {
                    self.pending.insert(uid.clone(), *claim);
                    self.provision(&uid);
                }
            }
            Change::ClaimGone(uid) => {
                self.pending.remove(&uid);
            }
            Change::Volume(volume) => self.reclaim(&volume),
            Change::Class(class) => {
                self.classes.insert(class.name_any(), *class);
                let uids: Vec<String> = self.pending.keys().cloned().collect();
                uids.iter().for_each(|uid| self.provision(uid));
            }
            Change::ClassGone(name) => {
                self.classes.remove(&name);
            }
        }
    }

    /// Makes the volume of a claim, if its class is there and does not want to wait.
    fn provision(&self, uid: &str) {
        let Some(volume) = self.pending.get(uid).and_then(|claim| self.volume_for(claim)) else { return };
        let volumes: Api<PersistentVolume> = Api::all(self.client.clone());
        // That it is there already, or that the sandbox is on its way down, needs nothing done.
        tokio::spawn(async move { volumes.create(&PostParams::default(), &volume).await });
    }

    fn volume_for(&self, claim: &PersistentVolumeClaim) -> Option<PersistentVolume> {
        let spec = claim.spec.as_ref()?;
        // The annotation that came before the field still counts, and before it (k8s.io/component-helpers, GetPersistentVolumeClaimClass).
        let class = claim.annotations().get(LEGACY_CLASS).or(spec.storage_class_name.as_ref())?;
        let class = self.classes.get(class)?;
        let waits =
            class.volume_binding_mode.as_deref() == Some("WaitForFirstConsumer") && !claim.annotations().contains_key(SELECTED_NODE);
        if class.provisioner == "kubernetes.io/no-provisioner" || spec.selector.is_some() || waits {
            return None;
        }
        let uid = claim.uid()?;
        let name = format!("pvc-{uid}");
        let volume = json!({
            "metadata": {"name": name, "annotations": {"pv.kubernetes.io/provisioned-by": class.provisioner}},
            "spec": {
                "accessModes": spec.access_modes,
                "capacity": {"storage": spec.resources.as_ref()?.requests.as_ref()?.get("storage")?},
                "volumeMode": spec.volume_mode,
                "storageClassName": class.name_any(),
                "persistentVolumeReclaimPolicy": class.reclaim_policy.as_deref().unwrap_or("Delete"),
                "mountOptions": class.mount_options,
                "claimRef": {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": claim.namespace(), "name": claim.name_any(), "uid": uid},
                // Nothing is ever mounted; the path only shows where it would be.
                "hostPath": {"path": format!("/simulated/{name}")},
            },
        });
        serde_json::from_value(volume).ok()
    }

    /// Deletes a volume that a provisioner made, once its claim has gone, if it is to be deleted then.
    fn reclaim(&self, volume: &PersistentVolume) {
        let phase = volume.status.as_ref().and_then(|status| status.phase.as_deref());
        let policy = volume.spec.as_ref().and_then(|spec| spec.persistent_volume_reclaim_policy.as_deref());
        let provisioner = volume.annotations().get("pv.kubernetes.io/provisioned-by").map(String::as_str);
        let ours = provisioner == Some(PROVISIONER) || self.classes.values().any(|class| Some(class.provisioner.as_str()) == provisioner);
        if phase == Some("Released") && policy == Some("Delete") && ours && volume.metadata.deletion_timestamp.is_none() {
            let volumes: Api<PersistentVolume> = Api::all(self.client.clone());
            let name = volume.name_any();
            tokio::spawn(async move { volumes.delete(&name, &DeleteParams::default()).await });
        }
    }
}
