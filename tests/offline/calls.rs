//! Calls to an API server that misbehaves: what is sent again, what is told, what the error says.

use http::{Method, Request, Response, StatusCode};
use kube::client::Body;
use serde_json::json;
use stackwright::cluster::{ApplyOptions, Cluster, Error, Event, Limits, RefusalKind, Retry, Target};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

type Answer = Result<Response<Body>, io::Error>;

/// A cluster behind a function, with what it told and how often it was asked for something else than discovery.
struct Fixture {
    cluster: Cluster,
    asked: Arc<AtomicUsize>,
    told: Arc<Mutex<Vec<Event>>>,
}

fn fixture(answer: impl Fn(usize, &Request<Body>) -> Answer + Send + Sync + 'static) -> Fixture {
    let asked = Arc::new(AtomicUsize::new(0));
    let told = Arc::new(Mutex::new(Vec::new()));
    let (count, sink, answer) = (Arc::clone(&asked), Arc::clone(&told), Arc::new(answer));
    let service = tower::service_fn(move |request: Request<Body>| {
        let (count, answer) = (Arc::clone(&count), Arc::clone(&answer));
        async move {
            if let Some(known) = discovery(request.uri().path()) {
                return Ok(known);
            }
            answer(count.fetch_add(1, Ordering::SeqCst) + 1, &request)
        }
    });
    let target = Target { host: "example.org:6443".to_owned(), ..Target::default() };
    let retry =
        Retry { budget: Duration::from_millis(200), first_pause: Duration::from_millis(1), longest_pause: Duration::from_millis(2) };
    let limits = Limits { call_timeout: Duration::from_millis(500), retry, ..Limits::default() };
    let sink = move |event| sink.lock().expect("nobody panics here").push(event);
    Fixture { cluster: Cluster::from_client(kube::Client::new(service, "default"), target, "shop".to_owned(), limits, sink), asked, told }
}

fn discovery(path: &str) -> Option<Response<Body>> {
    let body = match path {
        "/version" => json!({"major": "1", "minor": "36", "gitVersion": "v1.36.3"}),
        "/api" => json!({"kind": "APIVersions", "versions": ["v1"]}),
        "/apis" => json!({"kind": "APIGroupList", "groups": []}),
        "/api/v1" => json!({"kind": "APIResourceList", "groupVersion": "v1", "resources": [
            {"name": "configmaps", "kind": "ConfigMap", "namespaced": true, "verbs": ["get", "list"]},
            {"name": "configmaps/status", "kind": "Scale", "namespaced": true, "verbs": ["get"]},
            {"name": "namespaces", "kind": "Namespace", "namespaced": false, "verbs": ["get"]}]}),
        _ => return None,
    };
    Some(reply(200, &body))
}

fn reply(status: u16, body: &serde_json::Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string().into_bytes()));
    *response.status_mut() = StatusCode::from_u16(status).expect("it is a status");
    response
}

fn object() -> serde_json::Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}})
}

impl Fixture {
    async fn apply(&self) -> Result<(), Error> {
        self.cluster.apply(&object(), &ApplyOptions::default()).await.map(drop)
    }

    async fn create(&self) -> Result<(), Error> {
        self.cluster.create(&object(), &ApplyOptions::default()).await.map(drop)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// Fails `failures` times, then answers well.
fn after(failures: usize, failure: impl Fn() -> Answer + Send + Sync + 'static) -> Fixture {
    fixture(move |count, _| if count <= failures { failure() } else { Ok(reply(200, &object())) })
}

fn reset() -> Answer {
    Err(io::Error::new(io::ErrorKind::ConnectionReset, "connection reset by peer"))
}

#[tokio::test]
async fn an_apply_is_sent_again_after_server_errors_and_resets_and_that_is_told() {
    for failure in [|| Ok(reply(500, &json!({}))), || Ok(reply(503, &json!({}))), || Ok(reply(429, &json!({}))), reset] {
        let fixture = after(2, failure);
        fixture.apply().await.expect("the third try succeeds");
        assert_eq!(fixture.asked(), 3);
        let told = fixture.told.lock().expect("nobody panics here");
        assert!(matches!(&told[..], [Event::Retrying { tries: 1, .. }, Event::Retrying { tries: 2, .. }]), "{told:?}");
    }
}

#[tokio::test]
async fn a_create_is_sent_again_only_when_the_server_did_not_take_it() {
    let busy = after(2, || Ok(reply(429, &json!({}))));
    busy.create().await.expect("the third try succeeds");
    assert_eq!(busy.asked(), 3);
    for failure in [|| Ok(reply(504, &json!({}))), reset] {
        let fixture = after(1, failure);
        fixture.create().await.expect_err("it may have been processed");
        assert_eq!(fixture.asked(), 1);
    }
}

#[tokio::test]
async fn a_server_that_stays_broken_is_given_up_within_the_budget() {
    let fixture = after(usize::MAX, || Ok(reply(503, &json!({"kind": "Status", "message": "etcd is down"}))));
    let error = fixture.apply().await.expect_err("it never succeeds");
    assert_eq!(error.to_string(), "applying ConfigMap/shop/a: etcd is down");
    assert!(fixture.asked() > 3);
}

#[tokio::test]
async fn a_call_without_an_answer_ends() {
    let service = tower::service_fn(|_: Request<Body>| std::future::pending::<Answer>());
    let retry = Retry { budget: Duration::ZERO, ..Retry::default() };
    let limits = Limits { call_timeout: Duration::from_millis(20), retry, ..Limits::default() };
    let client = kube::Client::new(service, "default");
    let cluster = Cluster::from_client(client, Target::default(), "shop".to_owned(), limits, |_| {});
    let error = cluster.reach().await.expect_err("nobody answers");
    assert!(matches!(error, Error::TimedOut { .. }), "{error:?}");
}

#[tokio::test]
async fn warnings_come_with_the_answer_and_are_told() {
    let fixture = fixture(|_, _| {
        let mut response = reply(200, &object());
        response.headers_mut().append("warning", http::HeaderValue::from_static(r#"299 - "policy/v1beta1 is deprecated""#));
        Ok(response)
    });
    let applied = fixture.cluster.apply(&object(), &ApplyOptions::default()).await.expect("it succeeds");
    assert_eq!(applied.warnings, ["policy/v1beta1 is deprecated"]);
    assert_eq!(fixture.told.lock().expect("nobody panics here").len(), 1);
}

#[tokio::test]
async fn a_write_says_who_writes_and_how() {
    let fixture = fixture(|_, request| {
        assert_eq!(request.method(), Method::PATCH);
        let expected = "/api/v1/namespaces/shop/configmaps/a?fieldManager=helm&force=true&dryRun=All&fieldValidation=Strict";
        assert_eq!(request.uri().to_string(), expected);
        assert_eq!(request.headers()["content-type"], "application/apply-patch+yaml");
        Ok(reply(200, &object()))
    });
    let options = ApplyOptions { force: true, dry_run: true, lenient: false };
    fixture.cluster.apply(&object(), &options).await.expect("it succeeds");
}

#[tokio::test]
async fn lists_are_read_page_by_page() {
    let fixture = fixture(|count, request| {
        let is_second = request.uri().query().is_some_and(|query| query.contains("continue=more"));
        assert_eq!(is_second, count == 2);
        let next = if is_second { "" } else { "more" };
        Ok(reply(200, &json!({"metadata": {"continue": next}, "items": [{"metadata": {"name": format!("a{count}")}}]})))
    });
    let kind = fixture.cluster.kind("v1", "ConfigMap").await.expect("it is served");
    let objects = fixture.cluster.list(&kind, &stackwright::cluster::ListOptions::default()).await.expect("it succeeds");
    let names: Vec<_> = objects.iter().map(|object| (object["kind"].clone(), object["metadata"]["name"].clone())).collect();
    assert_eq!(names, [(json!("ConfigMap"), json!("a1")), (json!("ConfigMap"), json!("a2"))]);
}

#[tokio::test]
async fn an_older_server_is_asked_one_group_version_at_a_time() {
    let fixture = fixture(|_, _| Ok(reply(404, &json!({}))));
    let kinds = fixture.cluster.kinds().await.expect("it answers");
    assert_eq!(kinds.server_version().git_version, "v1.36.3");
    assert_eq!(kinds.api_versions().iter().collect::<Vec<_>>(), ["v1", "v1/ConfigMap", "v1/Namespace", "v1/Scale"]);
    let error = fixture.cluster.kind("v1", "ConfigMaps").await.expect_err("it is not served");
    assert_eq!(error.to_string(), "the cluster does not know kind ConfigMaps of v1");
    assert_eq!(error.diagnostic().help, ["the cluster has ConfigMap in v1"]);
}

#[tokio::test]
async fn a_conflict_names_managers_and_fields() {
    let fixture = fixture(|_, _| {
        let cause = json!({"reason": "FieldManagerConflict", "message": "conflict with \"kubectl\" using v1", "field": ".data.a"});
        Ok(reply(
            409,
            &json!({"kind": "Status", "reason": "Conflict", "message": "Apply failed with 1 conflict", "details": {"causes": [cause]}}),
        ))
    });
    let error = fixture.apply().await.expect_err("it conflicts");
    let Some(RefusalKind::Conflict(conflicts)) = error.refusal().map(|refusal| &refusal.kind) else { panic!("{error:?}") };
    assert_eq!((conflicts[0].manager.as_str(), conflicts[0].field.as_str()), ("kubectl", ".data.a"));
    assert_eq!(error.diagnostic().notes, [".data.a belongs to field manager \"kubectl\""]);
    assert_eq!(fixture.asked(), 1);
}

#[track_caller]
fn check_refusal(code: u16, body: &serde_json::Value, kind: &RefusalKind) {
    let refusal = stackwright::cluster::Refusal::read(code, None, body.to_string().as_bytes());
    assert_eq!(&refusal.kind, kind, "{body}");
}

#[test]
fn what_is_forbidden_by_whom_is_told_apart() {
    let status = |message: &str| json!({"kind": "Status", "reason": "Forbidden", "message": message});
    check_refusal(
        403,
        &status("secrets is forbidden: User \"a\" cannot list resource \"secrets\" in API group \"\""),
        &RefusalKind::Forbidden,
    );
    check_refusal(403, &status("pods \"a\" is forbidden: exceeded quota: q, requested: pods=1"), &RefusalKind::NotAdmitted);
    check_refusal(403, &status("pods \"a\" is forbidden: violates PodSecurity \"restricted:latest\""), &RefusalKind::NotAdmitted);
    check_refusal(403, &status("admission webhook \"a.example.org\" denied the request: no"), &RefusalKind::NotAdmitted);
    let mut terminating =
        status("configmaps \"a\" is forbidden: unable to create new content in namespace n because it is being terminated");
    terminating["details"] = json!({"causes": [{"reason": "NamespaceTerminating", "message": "namespace n is being terminated"}]});
    check_refusal(403, &terminating, &RefusalKind::NamespaceTerminating);
}

#[test]
fn an_answer_that_is_no_status_is_told_as_it_is() {
    let refusal = stackwright::cluster::Refusal::read(502, None, b"<html>\n<title>Bad gateway</title>");
    assert_eq!((refusal.kind.clone(), refusal.to_string().as_str()), (RefusalKind::Unavailable, "<html>"));
    assert_eq!(stackwright::cluster::Refusal::read(503, None, b"").to_string(), "the server answered 503");
}
