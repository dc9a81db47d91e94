//! Writing objects to a real API server.

use crate::connection::{cluster, settle_ready};
use crate::support::{DEADLINE, Place};
use serde_json::{Value, json};
use stackwright::cluster::{ApplyOptions, Cluster, Error, PatchKind, Propagation, RefusalKind};
use stackwright::manifest::ObjectId;

const PLAIN: ApplyOptions = ApplyOptions { force: false, dry_run: false, lenient: false };
const DRY: ApplyOptions = ApplyOptions { force: false, dry_run: true, lenient: false };
const FORCE: ApplyOptions = ApplyOptions { force: true, dry_run: false, lenient: false };

async fn fixture() -> (Cluster, Place) {
    let place = Place::new().await;
    (cluster(&place.namespace).await, place)
}

fn config_map(name: &str, data: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data})
}

fn id(object: &Value) -> ObjectId {
    ObjectId::of(object).expect("the object has an identity")
}

#[track_caller]
fn kind_of(result: Result<stackwright::cluster::Applied, Error>) -> RefusalKind {
    let error = result.expect_err("the server must refuse");
    error.refusal().unwrap_or_else(|| panic!("{error:?}")).kind.clone()
}

#[tokio::test]
async fn an_apply_creates_then_changes_and_drops_what_is_no_longer_named() {
    let (cluster, place) = fixture().await;
    let created = cluster.apply(&config_map("a", json!({"x": "1", "y": "2"})), &PLAIN).await.expect("it is valid").object;
    assert_eq!(created["metadata"]["namespace"], place.namespace);
    assert_eq!(created["metadata"]["managedFields"][0]["manager"], "helm");
    let changed = cluster.apply(&config_map("a", json!({"x": "3"})), &PLAIN).await.expect("it is valid").object;
    assert_eq!(changed["data"], json!({"x": "3"}));
    assert_eq!(cluster.get(&id(&changed)).await.expect("it can be read"), Some(changed));
}

#[tokio::test]
async fn a_dry_run_answers_and_changes_nothing() {
    let (cluster, _place) = fixture().await;
    let tried = cluster.apply(&config_map("a", json!({"x": "1"})), &DRY).await.expect("it is valid").object;
    assert_eq!(tried["data"], json!({"x": "1"}));
    assert_eq!(cluster.get(&id(&tried)).await.expect("it can be asked"), None);
}

#[tokio::test]
async fn fields_of_another_manager_conflict_unless_forced() {
    let (cluster, place) = fixture().await;
    let patch = kube::api::Patch::Apply(config_map("a", json!({"x": "theirs"})));
    let maps = place.api::<k8s_openapi::api::core::v1::ConfigMap>();
    maps.patch("a", &kube::api::PatchParams::apply("operator"), &patch).await.expect("it is valid");
    let ours = config_map("a", json!({"x": "ours"}));
    let RefusalKind::Conflict(conflicts) = kind_of(cluster.apply(&ours, &PLAIN).await) else { panic!("no conflict") };
    assert_eq!((conflicts[0].manager.as_str(), conflicts[0].field.as_str()), ("operator", ".data.x"));
    assert_eq!(cluster.apply(&ours, &FORCE).await.expect("force takes it").object["data"], json!({"x": "ours"}));
}

#[tokio::test]
async fn fields_that_the_kind_does_not_have_are_refused_or_warned_of() {
    let (cluster, _place) = fixture().await;
    let mut object = config_map("a", json!({}));
    object["dota"] = json!({});
    assert_eq!(kind_of(cluster.create(&object, &PLAIN).await), RefusalKind::BadRequest);
    let created = cluster.create(&object, &ApplyOptions { lenient: true, ..PLAIN }).await.expect("a warning is enough");
    assert_eq!(created.warnings, ["unknown field \"dota\""]);
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let (cluster, place) = fixture().await;
    let invalid = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"ports": [{"port": 99999}]}});
    let RefusalKind::Invalid(errors) = kind_of(cluster.apply(&invalid, &PLAIN).await) else { panic!("not invalid") };
    assert!(errors.iter().any(|error| error.field == "spec.ports[0].port" && error.message.contains("99999")), "{errors:?}");

    let mut fixed = config_map("fixed", json!({"x": "1"}));
    fixed["immutable"] = json!(true);
    cluster.apply(&fixed, &PLAIN).await.expect("it is valid");
    fixed["data"]["x"] = json!("2");
    let RefusalKind::Immutable(errors) = kind_of(cluster.apply(&fixed, &PLAIN).await) else { panic!("not immutable") };
    assert_eq!(errors[0].field, "data");

    assert_eq!(kind_of(cluster.create(&config_map("fixed", json!({})), &PLAIN).await), RefusalKind::AlreadyExists);
    assert_eq!(kind_of(cluster.replace(&config_map("none", json!({})), &PLAIN).await), RefusalKind::NotFound);
    let mut old = config_map("fixed", json!({}));
    old["metadata"]["resourceVersion"] = json!("1");
    assert_eq!(kind_of(cluster.replace(&old, &PLAIN).await), RefusalKind::Outdated);
    let mut lost = config_map("a", json!({}));
    lost["metadata"]["namespace"] = json!(format!("{}-none", place.namespace));
    assert_eq!(kind_of(cluster.apply(&lost, &PLAIN).await), RefusalKind::NotFound);
}

#[tokio::test]
async fn a_job_template_is_immutable() {
    let (cluster, _place) = fixture().await;
    let job = |image: &str| {
        json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"},
        "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": image}]}}}})
    };
    cluster.apply(&job("example.invalid/a:1"), &PLAIN).await.expect("it is valid");
    assert!(matches!(kind_of(cluster.apply(&job("example.invalid/a:2"), &DRY).await), RefusalKind::Immutable(_)));
}

#[tokio::test]
async fn a_kind_that_comes_with_a_definition_is_found_after_it() {
    let (cluster, place) = fixture().await;
    let group = format!("{}.example.org", place.namespace);
    let widget = json!({"apiVersion": format!("{group}/v1"), "kind": "Widget", "metadata": {"name": "a"}});
    let error = cluster.apply(&widget, &DRY).await.expect_err("there are no widgets yet");
    assert!(matches!(error, Error::UnknownKind { .. }), "{error:?}");
    let definition = json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": format!("widgets.{group}")},
        "spec": {"group": group, "scope": "Namespaced", "names": {"plural": "widgets", "kind": "Widget"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}}}]}});
    let applied = cluster.apply(&definition, &PLAIN).await.expect("it is valid").object;
    let watch = stackwright::cluster::Watch::new(&cluster);
    settle_ready(&watch, &[applied]).await;
    cluster.await_kind(&format!("{group}/v1"), "Widget", DEADLINE).await.expect("now there are widgets");
    cluster.apply(&widget, &PLAIN).await.expect("it is valid");
    cluster.delete(&id(&definition), Propagation::Background).await.expect("it can be deleted");
}

#[tokio::test]
async fn fields_of_client_side_apply_are_handed_over_so_that_they_can_be_dropped() {
    let (cluster, _place) = fixture().await;
    let created = cluster.create(&config_map("a", json!({"kept": "1", "dropped": "2"})), &PLAIN).await.expect("it is valid").object;
    let next = config_map("a", json!({"kept": "1"}));
    let still = cluster.apply(&next, &DRY).await.expect("it is valid").object;
    assert_eq!(still["data"], json!({"kept": "1", "dropped": "2"}));
    assert!(cluster.upgrade_field_manager(&id(&created), false).await.expect("it can be patched"));
    assert!(!cluster.upgrade_field_manager(&id(&created), false).await.expect("it can be read"));
    assert_eq!(cluster.apply(&next, &PLAIN).await.expect("it is valid").object["data"], json!({"kept": "1"}));
}

#[tokio::test]
async fn patches_of_every_kind_change_an_object() {
    let (cluster, _place) = fixture().await;
    let object = config_map("a", json!({"x": "1"}));
    cluster.create(&object, &PLAIN).await.expect("it is valid");
    let patches = [
        (PatchKind::Json, json!([{"op": "add", "path": "/data/json", "value": "1"}])),
        (PatchKind::Merge, json!({"data": {"merge": "1"}})),
        (PatchKind::Strategic, json!({"data": {"strategic": "1", "x": null}})),
    ];
    let mut last = Value::Null;
    for (kind, patch) in patches {
        last = cluster.patch(&id(&object), kind, &patch, &PLAIN).await.expect("it is valid").object;
    }
    assert_eq!(last["data"], json!({"json": "1", "merge": "1", "strategic": "1"}));
}

#[tokio::test]
async fn deleting_tells_whether_something_was_there() {
    let (cluster, _place) = fixture().await;
    let object = config_map("a", json!({}));
    cluster.create(&object, &PLAIN).await.expect("it is valid");
    assert!(cluster.delete(&id(&object), Propagation::Background).await.expect("it can be deleted"));
    assert!(!cluster.delete(&id(&object), Propagation::Background).await.expect("it can be asked"));
}

#[tokio::test]
async fn a_namespace_is_made_with_helms_label() {
    let (cluster, place) = fixture().await;
    let name = format!("{}-made", place.namespace);
    assert!(!cluster.has_namespace(&name).await.expect("it can be asked"));
    let made = cluster.ensure_namespace(&name, &PLAIN).await.expect("it can be made").object;
    assert_eq!(made["metadata"]["labels"]["name"], json!(name));
    assert!(cluster.has_namespace(&name).await.expect("it can be asked"));
    cluster.ensure_namespace(&name, &PLAIN).await.expect("twice is once");
}
