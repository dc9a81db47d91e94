//! The loop that owns the world and the lives of all pods.

use super::kubelet::Kubelet;
use super::load_balancers;
use super::logs::LogBook;
use super::pod::PodLife;
use super::step::{Step, after};
use super::volumes;
use super::watch::{self, Change};
use super::world::{Name, Topic, World};
use super::write::{Writes, Written};
use crate::sandbox::error::Error;
use k8s_openapi::api::core::v1::{Pod, PodStatus};
use k8s_openapi::jiff::Timestamp;
use kube::Client;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Changes that wait for the loop; a watch that has more to say waits itself.
const CHANGES: usize = 1024;
/// When a write that failed is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// The first address of pods; they are given out one after another, never twice.
const FIRST_ADDRESS: u32 = u32::from_be_bytes([10, 128, 0, 1]);

/// Plays the kubelets of all nodes until the client's control plane has gone for good; that is to say, until it is dropped.
///
/// # Errors
/// None so far; it shares its type with what it runs beside.
pub async fn run(client: Client, kubelet: Kubelet) -> Result<(), Error> {
    let logs = LogBook::default();
    let (sender, changes) = mpsc::channel(CHANGES);
    watch::start(&client, &sender);
    let controller = Controller {
        writes: Writes::new(client.clone()),
        logs: logs.clone(),
        custom_watches: BTreeSet::new(),
        sender,
        world: World::default(),
        pods: BTreeMap::new(),
        waiting: BTreeMap::new(),
        timers: BTreeSet::new(),
        addresses: 0,
        client: client.clone(),
    };
    tokio::join!(controller.run(changes), kubelet.serve(logs), volumes::run(client.clone()), load_balancers::run(client));
    Ok(())
}

struct Controller {
    client: Client,
    sender: mpsc::Sender<Change>,
    custom_watches: BTreeSet<super::world::CustomKind>,
    world: World,
    pods: BTreeMap<Name, Entry>,
    /// Which pods wait for which part of the world.
    waiting: BTreeMap<Topic, BTreeSet<Name>>,
    timers: BTreeSet<(Timestamp, Name)>,
    writes: Writes,
    logs: LogBook,
    addresses: u32,
}

/// A pod that a node has, and what it asked for the last time.
struct Entry {
    uid: String,
    life: PodLife,
    /// The status that the pod has come to.
    status: PodStatus,
    /// The status that the cluster has, or that is on its way there.
    written: Option<PodStatus>,
    writing: Writing,
    remove: bool,
    topics: Vec<Topic>,
    timer: Option<Timestamp>,
}

/// What is on its way to the cluster.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writing {
    Nothing,
    Status,
    Removal,
    /// The cluster knows that the pod is to go; its finalizers may keep it.
    Removed,
}

impl Controller {
    async fn run(mut self, mut changes: mpsc::Receiver<Change>) {
        loop {
            let timer = self.timers.first().map(|(moment, _)| *moment);
            let mut awake = BTreeSet::new();
            tokio::select! {
                Some(change) = changes.recv() => {
                    self.take_in(change, &mut awake);
                    // What came together is looked at together.
                    while let Ok(change) = changes.try_recv() {
                        self.take_in(change, &mut awake);
                    }
                }
                written = self.writes.next() => self.after_write(&written),
                () = until(timer) => self.take_timers(&mut awake),
            }
            for name in awake {
                self.look_at(&name);
            }
        }
    }

    /// Takes a change into the world, and finds out whom it wakes.
    fn take_in(&mut self, change: Change, awake: &mut BTreeSet<Name>) {
        let mut topics = Vec::new();
        match change {
            Change::Pod(event) => self.world.pods.apply(event, |name, _| {
                awake.insert(name.clone());
                topics.push(Topic::Pods(name.namespace.clone()));
            }),
            Change::Node(event) => self.world.nodes.apply(event, |name, _| topics.push(Topic::Node(name.name.clone()))),
            Change::ConfigMap(event) => self.world.config_maps.apply(event, |name, _| topics.push(Topic::ConfigMap(name.clone()))),
            Change::Secret(event) => self.world.secrets.apply(event, |name, _| topics.push(Topic::Secret(name.clone()))),
            Change::Slice(event) => self.world.slices.apply(event, |name, slice| {
                topics.push(Topic::Service(Name::new(name.namespace.clone(), slice.service.clone())));
            }),
            Change::Job(event) => self.world.jobs.apply(event, |name, _| {
                topics.extend([Topic::Job(name.clone()), Topic::Jobs(name.namespace.clone())]);
            }),
            Change::DaemonSet(event) => self.world.daemon_sets.apply(event, |name, _| topics.push(Topic::DaemonSet(name.clone()))),
            Change::Custom(kind, event) => {
                self.world.customs.entry(kind.clone()).or_default().apply(event, |_, _| topics.push(Topic::Custom(kind.clone())));
            }
        }
        // Whoever is woken says anew what it waits for.
        for topic in topics {
            awake.extend(self.waiting.remove(&topic).into_iter().flatten());
        }
    }

    fn take_timers(&mut self, awake: &mut BTreeSet<Name>) {
        let now = Timestamp::now();
        while let Some((moment, _)) = self.timers.first()
            && *moment <= now
        {
            if let Some((_, name)) = self.timers.pop_first() {
                awake.insert(name);
            }
        }
    }

    /// Lets a pod's life go on, and does what it asks for.
    fn look_at(&mut self, name: &Name) {
        let Some(pod) = self.world.pods.get(name).cloned() else { return self.forget(name) };
        let uid = pod.metadata.uid.as_deref().unwrap_or_default();
        if self.pods.get(name).is_some_and(|entry| entry.uid != uid) {
            self.forget(name);
        }
        if !self.pods.contains_key(name) && !self.begin(name, &pod) {
            return;
        }
        let Some(entry) = self.pods.get_mut(name) else { return };
        let now = Timestamp::now();
        let (status, step) = entry.life.advance(&pod, &self.world, now);
        entry.status = status;
        entry.remove = step.remove;
        self.follow(name, &pod, step, now);
        self.write(name);
    }

    /// Begins the life of a pod, if a node has it that is known.
    fn begin(&mut self, name: &Name, pod: &Pod) -> bool {
        let Some(spec) = &pod.spec else { return false };
        let Some(node) = &spec.node_name else { return false };
        let Some(host_address) = self.world.nodes.get(&Name::new("", node.clone())) else {
            self.waiting.entry(Topic::Node(node.clone())).or_default().insert(name.clone());
            return false;
        };
        let address = Ipv4Addr::from(FIRST_ADDRESS + self.addresses).to_string();
        self.addresses += 1;
        let entry = Entry {
            uid: pod.metadata.uid.clone().unwrap_or_default(),
            life: PodLife::new(spec, address, host_address.clone(), Timestamp::now()),
            status: PodStatus::default(),
            written: None,
            writing: Writing::Nothing,
            remove: false,
            topics: Vec::new(),
            timer: None,
        };
        self.pods.insert(name.clone(), entry);
        true
    }

    /// Does what a step asks for: logs, events, timers, and the world's parts to listen to.
    fn follow(&mut self, name: &Name, pod: &Arc<Pod>, step: Step, now: Timestamp) {
        for entry in step.log {
            self.logs.write(name, entry, now);
        }
        for notice in step.notices {
            self.writes.notice(pod, notice);
        }
        for topic in &step.waits {
            if let Topic::Custom(kind) = topic
                && self.custom_watches.insert(kind.clone())
            {
                watch::start_custom(self.client.clone(), kind.clone(), self.sender.clone());
            }
        }
        self.listen(name, step.waits, step.wake);
    }

    /// Replaces what wakes a pod.
    fn listen(&mut self, name: &Name, topics: Vec<Topic>, timer: Option<Timestamp>) {
        let Some(entry) = self.pods.get_mut(name) else { return };
        if let Some(moment) = std::mem::replace(&mut entry.timer, timer) {
            self.timers.remove(&(moment, name.clone()));
        }
        self.timers.extend(timer.map(|moment| (moment, name.clone())));
        for topic in std::mem::replace(&mut entry.topics, topics) {
            if let Some(names) = self.waiting.get_mut(&topic) {
                names.remove(name);
                if names.is_empty() {
                    self.waiting.remove(&topic);
                }
            }
        }
        for topic in &entry.topics {
            self.waiting.entry(topic.clone()).or_default().insert(name.clone());
        }
    }

    fn forget(&mut self, name: &Name) {
        self.listen(name, Vec::new(), None);
        self.pods.remove(name);
        self.logs.remove(name);
    }

    /// Starts a write if there is something to write and nothing on its way.
    fn write(&mut self, name: &Name) {
        let Some(entry) = self.pods.get_mut(name) else { return };
        if entry.writing != Writing::Nothing {
            return;
        }
        let status_differs = entry.written.as_ref() != Some(&entry.status);
        // Of a pod that goes, only an end that somebody waits to see is worth writing.
        let wanted = !entry.remove || (entry.written.is_some() && entry.status.phase.as_deref() == Some("Failed"));
        if status_differs && wanted {
            entry.writing = Writing::Status;
            entry.written = Some(entry.status.clone());
            self.writes.status(name.clone(), entry.uid.clone(), &entry.status);
        } else if entry.remove {
            entry.writing = Writing::Removal;
            self.writes.remove(name.clone(), entry.uid.clone());
        }
    }

    fn after_write(&mut self, written: &Written) {
        let Some(entry) = self.pods.get_mut(&written.pod).filter(|entry| entry.uid == written.uid) else { return };
        if written.done {
            entry.writing = if entry.writing == Writing::Removal { Writing::Removed } else { Writing::Nothing };
            return self.write(&written.pod);
        }
        entry.writing = Writing::Nothing;
        entry.written = None;
        let timer = after(Timestamp::now(), TRY_AGAIN);
        self.timers.insert((timer, written.pod.clone()));
    }
}

/// Sleeps until a moment; for ever if there is none.
async fn until(moment: Option<Timestamp>) {
    match moment {
        Some(moment) => tokio::time::sleep(Duration::try_from(moment.duration_since(Timestamp::now())).unwrap_or_default()).await,
        None => std::future::pending().await,
    }
}
