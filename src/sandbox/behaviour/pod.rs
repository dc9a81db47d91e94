//! The life of one pod.

use super::annotations::{Role, Script};
use super::container::{ContainerLife, Context, Progress, State};
use super::references;
use super::status;
use super::step::{Notice, Step, after};
use super::world::World;
use k8s_openapi::api::core::v1::{Container, Pod, PodSpec, PodStatus};
use k8s_openapi::jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How long a pod takes from the moment at which all it needs is there to its first container.
const SETUP_TAKES: Duration = Duration::from_millis(100);
/// The exit code of a container that is killed.
const KILLED: i32 = 137;

/// How far a pod is as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Not every container has run yet.
    Pending,
    /// Every container has run, and one at least runs or will again.
    Running,
    /// All containers have ended well.
    Succeeded,
    /// All containers have ended, one at least badly.
    Failed,
}

/// The life of one pod on a node.
#[derive(Clone, Debug)]
pub struct PodLife {
    /// When the kubelet got to know the pod.
    pub since: Timestamp,
    /// The pod's address.
    pub address: String,
    /// The node's address, if it has one.
    pub host_address: Option<String>,
    /// When the pod was set up: its volumes mounted, its network there.
    pub set_up: Option<Timestamp>,
    /// Whether all init containers are done.
    pub initialized: bool,
    /// Containers that run before the others, in order.
    pub inits: Vec<ContainerLife>,
    /// The others.
    pub mains: Vec<ContainerLife>,
    /// How far it is.
    pub phase: Phase,
    /// Each condition's value and since when it has it.
    pub conditions: BTreeMap<&'static str, (bool, Timestamp)>,
    mounted: Option<Timestamp>,
    noticed: BTreeSet<Notice>,
}

impl PodLife {
    /// Begins the life of a pod that was scheduled.
    pub fn new(spec: &PodSpec, address: String, host_address: Option<String>, now: Timestamp) -> Self {
        let runs_for_ever = spec.restart_policy.as_deref().is_none_or(|policy| policy == "Always");
        let inits = spec.init_containers.as_deref().unwrap_or_default();
        let reason = if inits.is_empty() { "ContainerCreating" } else { "PodInitializing" };
        let init_role = |spec: &Container| if spec.restart_policy.as_deref() == Some("Always") { Role::Sidecar } else { Role::Init };
        let main_role = if runs_for_ever { Role::Service } else { Role::Task };
        PodLife {
            since: now,
            address,
            host_address,
            set_up: None,
            initialized: false,
            inits: inits.iter().map(|spec| ContainerLife::new(spec, init_role(spec), "PodInitializing")).collect(),
            mains: spec.containers.iter().map(|spec| ContainerLife::new(spec, main_role, reason)).collect(),
            phase: Phase::Pending,
            conditions: BTreeMap::new(),
            mounted: None,
            noticed: BTreeSet::new(),
        }
    }

    /// Goes as far as possible at this time, and returns the status that the pod has then.
    pub fn advance(&mut self, pod: &Pod, world: &World, now: Timestamp) -> (PodStatus, Step) {
        let mut step = Step::default();
        let script = Script::of(pod);
        let mistakes = script.mistakes();
        step.notices.extend(mistakes.into_iter().map(|message| Notice { reason: "InvalidAnnotation", message }));
        if pod.metadata.deletion_timestamp.is_some() {
            self.terminate(pod, now, &mut step);
        } else if matches!(self.phase, Phase::Pending | Phase::Running) && self.is_set_up(pod, world, now, &mut step) {
            let spec = pod.spec.as_ref().expect("a pod that was scheduled has a spec");
            let ready: Vec<String> = self.mains.iter().filter(|life| life.ready).map(|life| life.name.clone()).collect();
            self.run(spec, &Context { pod, script: &script, world, now, ready: &ready }, &mut step);
        }
        step.notices.retain(|notice| self.noticed.insert(notice.clone()));
        let status = status::write(self, pod, now);
        (status, step)
    }

    fn is_set_up(&mut self, pod: &Pod, world: &World, now: Timestamp, step: &mut Step) -> bool {
        if self.set_up.is_some() {
            return true;
        }
        if let Some(missing) = references::missing_for_volumes(pod, world) {
            self.mounted = None;
            step.waits.push(missing.topic);
            step.notices.push(Notice { reason: "FailedMount", message: missing.message });
            return false;
        }
        let moment = after(*self.mounted.get_or_insert(now), SETUP_TAKES);
        if now < moment {
            step.wake_at(moment);
            return false;
        }
        self.set_up = Some(now);
        true
    }

    fn run(&mut self, spec: &PodSpec, context: &Context<'_>, step: &mut Step) {
        self.initialized = false;
        for (life, spec) in self.inits.iter_mut().zip(spec.init_containers.iter().flatten()) {
            match life.advance(spec, context, step) {
                Progress::Runs | Progress::Succeeded => {}
                Progress::Busy => return self.phase = if self.has_run() { Phase::Running } else { Phase::Pending },
                Progress::Failed => return self.finish(Phase::Failed, context.now, step),
            }
        }
        self.initialized = true;
        let advance = |(life, spec): (&mut ContainerLife, &Container)| life.advance(spec, context, step);
        let progress: Vec<Progress> = self.mains.iter_mut().zip(&spec.containers).map(advance).collect();
        if progress.iter().all(|progress| matches!(progress, Progress::Succeeded | Progress::Failed)) {
            let failed = progress.contains(&Progress::Failed);
            self.finish(if failed { Phase::Failed } else { Phase::Succeeded }, context.now, step);
        } else {
            self.phase = if self.has_run() { Phase::Running } else { Phase::Pending };
        }
    }

    /// Says whether every main container runs or has run.
    fn has_run(&self) -> bool {
        self.mains.iter().all(|life| !matches!(life.state, State::Waiting(_)) || life.last.is_some())
    }

    fn finish(&mut self, phase: Phase, now: Timestamp, step: &mut Step) {
        self.phase = phase;
        for life in &mut self.inits {
            // What is left running are sidecars, which end as soon as nothing needs them.
            life.stop(0, now, step);
        }
    }

    /// Ends the pod at once: nothing in it would use the time that it is granted. A pod that somebody keeps is shown to have ended.
    fn terminate(&mut self, pod: &Pod, now: Timestamp, step: &mut Step) {
        step.remove = true;
        let kept = pod.metadata.finalizers.as_ref().is_some_and(|finalizers| !finalizers.is_empty());
        if kept && matches!(self.phase, Phase::Pending | Phase::Running) {
            for life in self.inits.iter_mut().chain(&mut self.mains) {
                life.stop(KILLED, now, step);
            }
            self.phase = Phase::Failed;
        }
    }
}
