//! Lives of pods without a cluster: the clock is a number that the test turns.

use super::pod::{Phase, PodLife};
use super::step::{LogChange, Step};
use super::world::{JobFacts, Name, Slice, Topic, World};
use k8s_openapi::api::core::v1::{Pod, PodStatus};
use k8s_openapi::jiff::Timestamp;
use kube::runtime::watcher::Event;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

struct Clock(i64);

impl Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0).expect("the test stays near 1970")
    }
}

/// A pod, its life, its world and the time.
struct Scene {
    pod: Pod,
    life: PodLife,
    world: World,
    clock: Clock,
}

impl Scene {
    fn new(annotations: Value, spec: Value) -> Scene {
        let annotations: BTreeMap<String, String> = serde_json::from_value(annotations).expect("annotations are text");
        let annotations: BTreeMap<_, _> =
            annotations.into_iter().map(|(key, value)| (format!("{}{key}", super::ANNOTATION_PREFIX), value)).collect();
        let mut pod = json!({"metadata": {"name": "p", "namespace": "n", "uid": "u", "annotations": annotations}, "spec": {"nodeName": "node-1", "containers": [{"name": "main", "image": "i"}]}});
        for (key, value) in spec.as_object().expect("the spec is an object") {
            pod["spec"][key] = value.clone();
        }
        let pod: Pod = serde_json::from_value(pod).expect("it is a pod");
        let clock = Clock(0);
        let spec = pod.spec.as_ref().expect("it has a spec");
        let life = PodLife::new(spec, "10.128.0.1".to_owned(), Some("172.20.0.11".to_owned()), clock.now());
        Scene { life, pod, world: World::default(), clock }
    }

    fn advance(&mut self) -> (PodStatus, Step) {
        self.life.advance(&self.pod, &self.world, self.clock.now())
    }

    /// Turns the clock from one moment at which something happens to the next, at most to `limit`; returns the last status and all logs.
    fn run_until(&mut self, limit: i64) -> (PodStatus, Vec<LogChange>) {
        let mut log = Vec::new();
        loop {
            let (status, step) = self.advance();
            log.extend(step.log.into_iter().map(|entry| entry.what));
            match step.wake.map(Timestamp::as_millisecond) {
                Some(moment) if moment <= limit => {
                    assert!(moment > self.clock.0, "a moment that has passed is asked for again");
                    self.clock.0 = moment;
                }
                _ => return (status, log),
            }
        }
    }
}

fn state_of(status: &PodStatus) -> Value {
    let statuses = status.init_container_statuses.iter().chain(&status.container_statuses).flatten();
    statuses.map(|status| (status.name.clone(), json!(status.state))).collect::<serde_json::Map<_, _>>().into()
}

#[test]
fn a_pod_without_ties_is_ready_after_its_setup() {
    let mut scene = Scene::new(json!({}), json!({}));
    let (status, step) = scene.advance();
    assert_eq!(status.phase.as_deref(), Some("Pending"));
    assert_eq!(status.pod_ip, None);
    assert!(step.waits.is_empty());
    let (status, _) = scene.run_until(60_000);
    assert_eq!((scene.life.phase, status.pod_ip.as_deref()), (Phase::Running, Some("10.128.0.1")));
    let conditions: Vec<_> = status.conditions.into_iter().flatten().map(|condition| (condition.type_, condition.status)).collect();
    assert!(conditions.iter().all(|(_, status)| status == "True"), "{conditions:?}");
    assert_eq!(scene.advance().1.wake, None, "nothing happens by itself any more");
}

#[test]
fn an_entrypoint_names_what_it_listens_to() {
    let env = json!([{"name": "NAMESPACE", "value": "n"}, {"name": "DEPENDENCY_SERVICE", "value": "db,other:cache"}, {"name": "DEPENDENCY_JOBS", "value": "sync"}]);
    let mut scene = Scene::new(json!({}), json!({"initContainers": [{"name": "init", "env": env}]}));
    scene.run_until(60_000);
    let (_, step) = scene.advance();
    let expected = [Topic::Service(Name::new("n", "db")), Topic::Service(Name::new("other", "cache")), Topic::Job(Name::new("n", "sync"))];
    assert_eq!(step.waits, expected);
    for (namespace, service) in [("n", "db"), ("other", "cache")] {
        let slice = Slice { service: service.to_owned(), ready: true };
        scene.world.slices.apply(Event::Apply((Name::new(namespace, "slice"), slice)), |_, _| {});
    }
    let (_, step) = scene.advance();
    assert_eq!(step.waits, [Topic::Job(Name::new("n", "sync"))]);
    assert_eq!(step.log[0].what, LogChange::Line("waiting: job n/sync is not there".to_owned()));
    scene.world.jobs.apply(Event::Apply((Name::new("n", "sync"), JobFacts { labels: BTreeMap::new(), succeeded: 1 })), |_, _| {});
    scene.run_until(60_000);
    assert_eq!(scene.life.phase, Phase::Running);
}

#[test]
fn variables_that_cannot_be_read_are_no_dependency() {
    let env = json!([{"name": "DEPENDENCY_SERVICE", "value": ":db,a:b:c"}, {"name": "DEPENDENCY_POD_JSON", "value": "{"}, {"name": "DEPENDENCY_CONFIG", "value": "/etc/x"}]);
    let mut scene = Scene::new(json!({}), json!({"initContainers": [{"name": "init", "env": env}]}));
    scene.run_until(60_000);
    assert_eq!(scene.life.phase, Phase::Running);
}

#[test]
fn a_crashing_container_pauses_longer_each_time() {
    let mut scene = Scene::new(json!({"crash-loop": "true"}), json!({}));
    let mut pauses = BTreeSet::new();
    scene.clock.0 = 0;
    while scene.clock.0 < 60_000 {
        let (status, step) = scene.advance();
        if let Some(message) = state_of(&status)["main"]["waiting"]["message"].as_str() {
            pauses.insert(message.split(' ').nth(1).unwrap_or_default().trim_end_matches('s').parse::<u32>().expect("a pause is a number"));
        }
        scene.clock.0 = step.wake.expect("it always goes on").as_millisecond();
    }
    assert_eq!(pauses, BTreeSet::from([1, 2, 4, 8, 10]));
    assert_eq!(scene.life.phase, Phase::Running);
}

#[test]
fn a_failed_init_container_of_a_pod_that_is_not_restarted_fails_the_pod() {
    let spec = json!({"restartPolicy": "Never", "initContainers": [{"name": "init"}]});
    let mut scene = Scene::new(json!({"init-exit-code": "2"}), spec);
    let (status, _) = scene.run_until(60_000);
    assert_eq!(status.phase.as_deref(), Some("Failed"));
    assert_eq!(state_of(&status)["init"]["terminated"]["exitCode"], 2);
    assert_eq!(state_of(&status)["main"]["waiting"]["reason"], "PodInitializing");
}

#[test]
fn a_sidecar_ends_with_the_tasks_that_it_serves() {
    let spec = json!({"restartPolicy": "Never", "initContainers": [{"name": "proxy", "restartPolicy": "Always"}]});
    let mut scene = Scene::new(json!({}), spec);
    let (status, _) = scene.run_until(60_000);
    assert_eq!(status.phase.as_deref(), Some("Succeeded"));
    assert_eq!(state_of(&status)["proxy"]["terminated"]["exitCode"], 0);
}

#[test]
fn a_readiness_gate_keeps_a_pod_from_being_ready() {
    let mut scene = Scene::new(json!({}), json!({"readinessGates": [{"conditionType": "example.com/gate"}]}));
    let ready = |status: PodStatus| {
        let condition = status.conditions.into_iter().flatten().find(|condition| condition.type_ == "Ready");
        condition.map(|condition| (condition.status, condition.reason)).expect("there is the condition")
    };
    let (status, _) = scene.run_until(60_000);
    assert_eq!(ready(status), ("False".to_owned(), Some("ReadinessGatesNotReady".to_owned())));
    let open = json!({"conditions": [{"type": "example.com/gate", "status": "True"}]});
    scene.pod.status = Some(serde_json::from_value(open).expect("it is a status"));
    assert_eq!(ready(scene.advance().0).0, "True");
}

#[test]
fn optional_sources_are_not_waited_for() {
    let volumes = json!([{"name": "a", "secret": {"secretName": "s", "optional": true}}, {"name": "b", "projected": {"sources": [{"configMap": {"name": "c", "optional": true}}]}}]);
    let env = json!([{"secretRef": {"name": "s", "optional": true}}]);
    let mut scene = Scene::new(json!({}), json!({"volumes": volumes, "containers": [{"name": "main", "envFrom": env}]}));
    scene.run_until(60_000);
    assert_eq!(scene.life.phase, Phase::Running);
}

#[test]
fn the_same_notice_is_given_once() {
    let mut scene = Scene::new(json!({}), json!({"volumes": [{"name": "a", "secret": {"secretName": "s"}}]}));
    assert_eq!(scene.advance().1.notices.len(), 1);
    assert_eq!(scene.advance().1.notices.len(), 0);
}

#[test]
fn a_deleted_pod_that_is_kept_is_shown_to_have_failed() {
    let mut scene = Scene::new(json!({}), json!({}));
    scene.run_until(60_000);
    scene.pod.metadata.deletion_timestamp = Some(k8s_openapi::apimachinery::pkg::apis::meta::v1::Time(scene.clock.now()));
    assert!(scene.life.clone().advance(&scene.pod, &scene.world, scene.clock.now()).1.remove);
    assert_eq!(scene.life.phase, Phase::Running);
    scene.pod.metadata.finalizers = Some(vec!["batch.kubernetes.io/job-tracking".to_owned()]);
    let (status, step) = scene.advance();
    assert!(step.remove);
    assert_eq!((status.phase.as_deref(), state_of(&status)["main"]["terminated"]["exitCode"].as_i64()), (Some("Failed"), Some(137)));
}
