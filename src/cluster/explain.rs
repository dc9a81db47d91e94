//! Why an object is not ready: read from its pods and events.

use super::log::LogSource;
use super::status::selects;
use serde_json::Value;
use std::collections::BTreeSet;

/// Containers that wait for one of these reasons wait for somebody's help.
const STUCK: [&str; 9] = [
    "CrashLoopBackOff",
    "CreateContainerConfigError",
    "CreateContainerError",
    "ErrImageNeverPull",
    "ErrImagePull",
    "ImageInspectError",
    "ImagePullBackOff",
    "InvalidImageName",
    "RunContainerError",
];

/// One reason why an object is not ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What it is about: `Pod/web-0, container nginx`.
    pub subject: String,
    /// One word in camel case: `ImagePullBackOff`.
    pub reason: String,
    /// One sentence; may be empty.
    pub message: String,
    /// Whether it will not go away by waiting, as far as one can tell.
    pub is_stuck: bool,
    /// How often the container that it is about was restarted.
    pub restarts: u32,
    /// The log that tells more, where there is one.
    pub log: Option<LogSource>,
}

/// Returns why an object is not ready, what is stuck first, each cause once.
///
/// `pods` and `events` are those of the object's namespace; those that have nothing to do with it are passed over.
pub fn explain(object: &Value, pods: &[&Value], events: &[&Value]) -> Vec<Cause> {
    let is_pod = text(object, "/kind") == "Pod";
    let own: Vec<&Value> = if is_pod { vec![object] } else { pods.iter().copied().filter(|pod| belongs(object, pod)).collect() };
    let mut causes: Vec<Cause> = own.iter().flat_map(|pod| of_pod(pod, events)).collect();
    if !is_pod {
        causes.extend(of_events(object, events));
    }
    causes.sort_by_key(|cause| !cause.is_stuck);
    let mut told = BTreeSet::new();
    // Ten replicas that lack the same image are one cause.
    causes.retain(|cause| told.insert((cause.reason.clone(), cause.message.clone())));
    causes
}

fn belongs(object: &Value, pod: &Value) -> bool {
    let owners = pod.pointer("/metadata/ownerReferences").and_then(Value::as_array);
    let owned = owners.into_iter().flatten().any(|owner| owner.get("uid") == object.pointer("/metadata/uid"));
    owned || selects(object, pod)
}

fn of_pod(pod: &Value, events: &[&Value]) -> Vec<Cause> {
    let mut causes = Vec::new();
    causes.extend(unscheduled(pod));
    let inits = statuses(pod, "/status/initContainerStatuses").find_map(|status| of_init_container(pod, status));
    let is_initializing = inits.is_some();
    causes.extend(inits);
    if !is_initializing {
        causes.extend(statuses(pod, "/status/containerStatuses").filter_map(|status| of_container(pod, status)));
    }
    causes.extend(of_events(pod, events));
    causes
}

fn unscheduled(pod: &Value) -> Option<Cause> {
    let conditions = pod.pointer("/status/conditions").and_then(Value::as_array)?;
    let condition =
        conditions.iter().find(|condition| text(condition, "/type") == "PodScheduled" && text(condition, "/status") == "False")?;
    Some(Cause {
        subject: subject(pod),
        reason: text(condition, "/reason").to_owned(),
        message: text(condition, "/message").to_owned(),
        is_stuck: true,
        restarts: 0,
        log: None,
    })
}

/// Init containers run one after another: the first that is not through holds up the pod.
fn of_init_container(pod: &Value, status: &Value) -> Option<Cause> {
    let is_through = status.pointer("/state/terminated/exitCode").and_then(Value::as_i64) == Some(0);
    let is_sidecar =
        status.get("started").and_then(Value::as_bool) == Some(true) && status.get("ready").and_then(Value::as_bool) == Some(true);
    if is_through || is_sidecar {
        return None;
    }
    of_container(pod, status).or_else(|| {
        status.pointer("/state/running").map(|_| Cause {
            subject: container_subject(pod, status),
            reason: "Initializing".to_owned(),
            message: "the init container has not finished".to_owned(),
            is_stuck: false,
            restarts: 0,
            log: log_of(pod, status, false),
        })
    })
}

fn of_container(pod: &Value, status: &Value) -> Option<Cause> {
    let cause = |reason: &str, message: String, is_stuck, log| {
        Some(Cause {
            subject: container_subject(pod, status),
            reason: reason.to_owned(),
            message,
            is_stuck,
            restarts: restarts(status).try_into().unwrap_or_default(),
            log,
        })
    };
    if let Some(waiting) = status.pointer("/state/waiting") {
        let reason = text(waiting, "/reason");
        let crashed = status.pointer("/lastState/terminated");
        let message = match crashed {
            Some(terminated) => exit_message(terminated, restarts(status)),
            None => text(waiting, "/message").to_owned(),
        };
        let log = crashed.and_then(|_| log_of(pod, status, true));
        return if STUCK.contains(&reason) { cause(reason, message, true, log) } else { None };
    }
    if let Some(terminated) = status.pointer("/state/terminated") {
        let failed = terminated.get("exitCode").and_then(Value::as_i64) != Some(0);
        let log = log_of(pod, status, false);
        return if failed { cause(text(terminated, "/reason"), exit_message(terminated, restarts(status)), true, log) } else { None };
    }
    let is_ready = status.get("ready").and_then(Value::as_bool).unwrap_or(false);
    let is_running = status.pointer("/state/running").is_some();
    let is_regular = pod.pointer("/status/containerStatuses").and_then(Value::as_array).is_some_and(|known| known.contains(status));
    if is_running && is_regular && !is_ready {
        let log = log_of(pod, status, false);
        return cause("NotReady", "the container runs but its readiness probe has not succeeded".to_owned(), false, log);
    }
    None
}

/// Takes the newest warning of each kind about the object, and of a Deployment's ReplicaSets, which create its pods.
fn of_events(object: &Value, events: &[&Value]) -> Vec<Cause> {
    let mut latest: Vec<&Value> = Vec::new();
    for event in events.iter().copied().filter(|event| text(event, "/type") == "Warning" && concerns(event, object)) {
        let same = latest.iter_mut().find(|known| text(known, "/reason") == text(event, "/reason"));
        match same {
            Some(known) if time(known) <= time(event) => *known = event,
            Some(_) => {}
            None => latest.push(event),
        }
    }
    // What these say, the containers' states say better.
    let redundant = ["BackOff", "Failed", "FailedScheduling"];
    latest.retain(|event| !redundant.contains(&text(event, "/reason")));
    let cause = |event: &Value| Cause {
        subject: format!("{}/{}", text(event, "/involvedObject/kind"), text(event, "/involvedObject/name")),
        reason: text(event, "/reason").to_owned(),
        message: text(event, "/message").to_owned(),
        is_stuck: false,
        restarts: 0,
        log: None,
    };
    latest.into_iter().map(cause).collect()
}

fn concerns(event: &Value, object: &Value) -> bool {
    let (kind, name) = (text(event, "/involvedObject/kind"), text(event, "/involvedObject/name"));
    let (own_kind, own_name) = (text(object, "/kind"), text(object, "/metadata/name"));
    if kind == own_kind && name == own_name {
        let uid = text(event, "/involvedObject/uid");
        return uid.is_empty() || uid == text(object, "/metadata/uid");
    }
    let of_replica_set = own_kind == "Deployment" && kind == "ReplicaSet";
    of_replica_set && name.rsplit_once('-').is_some_and(|(owner, _)| owner == own_name)
}

fn time(event: &Value) -> &str {
    let last = text(event, "/lastTimestamp");
    if last.is_empty() { text(event, "/eventTime") } else { last }
}

fn exit_message(terminated: &Value, restarts: i64) -> String {
    let code = terminated.get("exitCode").and_then(Value::as_i64).unwrap_or_default();
    let reason = text(terminated, "/reason");
    let how = if reason.is_empty() || reason == "Error" { format!("exit code {code}") } else { format!("exit code {code}, {reason}") };
    if restarts > 0 {
        format!("the container ended with {how} and was restarted {restarts} times")
    } else {
        format!("the container ended with {how}")
    }
}

fn log_of(pod: &Value, status: &Value, previous: bool) -> Option<LogSource> {
    Some(LogSource {
        namespace: text(pod, "/metadata/namespace").to_owned(),
        pod: text(pod, "/metadata/name").to_owned(),
        container: status.get("name")?.as_str()?.to_owned(),
        previous,
    })
}

fn restarts(status: &Value) -> i64 {
    status.get("restartCount").and_then(Value::as_i64).unwrap_or_default()
}

fn subject(pod: &Value) -> String {
    format!("Pod/{}", text(pod, "/metadata/name"))
}

fn container_subject(pod: &Value, status: &Value) -> String {
    format!("{}, container {}", subject(pod), text(status, "/name"))
}

fn statuses<'a>(pod: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    pod.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
