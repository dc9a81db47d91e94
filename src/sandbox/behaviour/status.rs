//! The status of a pod as its life says it, in the API's words.

use super::annotations::Role;
use super::container::{ContainerLife, Ended, State};
use super::pod::{Phase, PodLife};
use k8s_openapi::api::core::v1::{
    Container, ContainerState, ContainerStateRunning, ContainerStateTerminated, ContainerStateWaiting, ContainerStatus, HostIP, Pod,
    PodCondition, PodIP, PodStatus,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use k8s_openapi::jiff::Timestamp;

/// Writes the status; remembers in the life since when each condition holds.
pub fn write(life: &mut PodLife, pod: &Pod, now: Timestamp) -> PodStatus {
    let conditions = conditions(life, pod, now);
    let spec = pod.spec.as_ref();
    let uid = pod.metadata.uid.as_deref().unwrap_or_default();
    let statuses = |lives: &[ContainerLife], specs: Option<&Vec<Container>>| {
        let pairs = lives.iter().zip(specs.into_iter().flatten());
        Some(pairs.map(|(life, spec)| container_status(life, spec, uid)).collect::<Vec<_>>()).filter(|statuses| !statuses.is_empty())
    };
    let on_host_network = spec.and_then(|spec| spec.host_network) == Some(true);
    let address = if on_host_network { life.host_address.clone() } else { life.set_up.map(|_| life.address.clone()) };
    PodStatus {
        phase: Some(phase_name(life.phase).to_owned()),
        conditions: Some(conditions),
        host_ip: life.host_address.clone(),
        host_ips: life.host_address.clone().map(|ip| vec![HostIP { ip }]),
        pod_ip: address.clone(),
        pod_ips: address.map(|ip| vec![PodIP { ip }]),
        start_time: Some(Time(seconds(life.since))),
        init_container_statuses: statuses(&life.inits, spec.and_then(|spec| spec.init_containers.as_ref())),
        container_statuses: statuses(&life.mains, spec.map(|spec| &spec.containers)),
        ..PodStatus::default()
    }
}

fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Pending => "Pending",
        Phase::Running => "Running",
        Phase::Succeeded => "Succeeded",
        Phase::Failed => "Failed",
    }
}

/// The conditions that a kubelet owns. `PodScheduled` is the scheduler's, and a strategic patch leaves it alone.
fn conditions(life: &mut PodLife, pod: &Pod, now: Timestamp) -> Vec<PodCondition> {
    let completed = match life.phase {
        Phase::Succeeded => Some("PodCompleted"),
        Phase::Failed => Some("PodFailed"),
        Phase::Pending | Phase::Running => None,
    };
    let unready: Vec<&str> = life.mains.iter().filter(|life| !life.ready).map(|life| life.name.as_str()).collect();
    let unready_sidecars = life.inits.iter().filter(|life| life.role == Role::Sidecar && !life.ready).map(|life| life.name.as_str());
    let unready: Vec<&str> = unready_sidecars.chain(unready).collect();
    let uninitialized: Vec<&str> = life
        .inits
        .iter()
        .filter(|life| if life.role == Role::Sidecar { !life.started } else { !life.ready })
        .map(|life| life.name.as_str())
        .collect();
    let gate = closed_gate(pod);
    let containers_ready = completed.is_none() && life.initialized && unready.is_empty();
    let unready = format!("containers with unready status: [{}]", unready.join(" "));
    let uninitialized = format!("containers with incomplete status: [{}]", uninitialized.join(" "));
    let because = |words: &'static str, message: &str| match completed {
        Some(reason) => (Some(reason), None),
        None => (Some(words), Some(message.to_owned())),
    };
    let set_up = life.set_up.is_some() && completed.is_none();
    let initialized = life.initialized || life.phase == Phase::Succeeded;
    let ready = containers_ready && gate.is_none();
    let not_ready = match &gate {
        Some(gate) if containers_ready => {
            (Some("ReadinessGatesNotReady"), Some(format!("the status of pod readiness gate {gate:?} is not \"True\"")))
        }
        _ => because("ContainersNotReady", &unready),
    };
    let rows = [
        ("PodReadyToStartContainers", set_up, (None, None)),
        ("Initialized", initialized, because("ContainersNotInitialized", &uninitialized)),
        ("ContainersReady", containers_ready, because("ContainersNotReady", &unready)),
        ("Ready", ready, not_ready),
    ];
    let condition = |(kind, holds, (reason, message)): (&'static str, bool, (Option<&str>, Option<String>))| {
        let entry = life.conditions.entry(kind).or_insert((holds, now));
        if entry.0 != holds {
            *entry = (holds, now);
        }
        PodCondition {
            type_: kind.to_owned(),
            status: if holds { "True" } else { "False" }.to_owned(),
            reason: reason.filter(|_| !holds).map(str::to_owned),
            message: message.filter(|_| !holds),
            last_transition_time: Some(Time(seconds(entry.1))),
            ..PodCondition::default()
        }
    };
    rows.map(condition).into()
}

/// Returns a readiness gate that nobody has opened.
fn closed_gate(pod: &Pod) -> Option<String> {
    let conditions = || pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    let gates = pod.spec.iter().flat_map(|spec| spec.readiness_gates.iter().flatten());
    let is_open = |kind: &str| conditions().any(|condition| condition.type_ == kind && condition.status == "True");
    gates.map(|gate| gate.condition_type.clone()).find(|kind| !is_open(kind))
}

fn container_status(life: &ContainerLife, spec: &Container, uid: &str) -> ContainerStatus {
    let image = spec.image.clone().unwrap_or_default();
    let waits_from_the_start = matches!(life.state, State::Waiting(_)) && life.last.is_none();
    ContainerStatus {
        name: life.name.clone(),
        image_id: if waits_from_the_start { String::new() } else { format!("simulated://{image}") },
        image,
        container_id: (!waits_from_the_start).then(|| container_id(life, uid)),
        ready: life.ready,
        started: Some(life.started),
        restart_count: life.restarts,
        state: Some(state(&life.state, life, uid)),
        last_state: life.last.as_ref().map(|ended| terminated(ended, life, uid)),
        ..ContainerStatus::default()
    }
}

fn container_id(life: &ContainerLife, uid: &str) -> String {
    format!("simulated://{uid}/{}/{}", life.name, life.restarts)
}

fn state(state: &State, life: &ContainerLife, uid: &str) -> ContainerState {
    match state {
        State::Waiting(waiting) => ContainerState {
            waiting: Some(ContainerStateWaiting { reason: Some(waiting.reason.to_owned()), message: waiting.message.clone() }),
            ..ContainerState::default()
        },
        State::Running { since } => {
            ContainerState { running: Some(ContainerStateRunning { started_at: Some(Time(seconds(*since))) }), ..ContainerState::default() }
        }
        State::Ended(ended) => terminated(ended, life, uid),
    }
}

fn terminated(ended: &Ended, life: &ContainerLife, uid: &str) -> ContainerState {
    ContainerState {
        terminated: Some(ContainerStateTerminated {
            exit_code: ended.exit_code,
            reason: Some(if ended.exit_code == 0 { "Completed" } else { "Error" }.to_owned()),
            started_at: Some(Time(seconds(ended.since))),
            finished_at: Some(Time(seconds(ended.at))),
            container_id: Some(container_id(life, uid)),
            ..ContainerStateTerminated::default()
        }),
        ..ContainerState::default()
    }
}

/// The API's times have no fractions of a second.
fn seconds(moment: Timestamp) -> Timestamp {
    Timestamp::from_second(moment.as_second()).unwrap_or(moment)
}
