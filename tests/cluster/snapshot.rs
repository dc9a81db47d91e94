//! Snapshots of a real cluster.

use crate::connection::cluster;
use crate::support::Place;
use serde_json::{Value, json};
use stackwright::cluster::{ApplyOptions, Driver, Error, Wanted};
use stackwright::manifest::ObjectId;
use std::collections::BTreeSet;

fn config_map(namespace: &str, name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": {"a": "1"}})
}

fn id(object: &Value) -> ObjectId {
    ObjectId::of(object).expect("the object has an identity")
}

#[tokio::test]
async fn a_snapshot_holds_what_is_there_and_what_the_server_would_say() {
    let place = Place::new().await;
    let cluster = cluster(&place.namespace).await;
    let options = ApplyOptions::default();
    // Enough of one kind to be listed, and one of another to be got.
    let there: Vec<Value> = (0..8).map(|index| config_map(&place.namespace, &format!("there-{index}"))).collect();
    for object in &there {
        cluster.apply(object, &options).await.expect("it is valid");
    }
    let elsewhere = format!("{}-planned", place.namespace);
    let planned = config_map(&elsewhere, "planned");
    let broken = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "broken", "namespace": place.namespace}, "spec": {"ports": [{"port": 0}]}});
    let widget = json!({"apiVersion": "example.org/v1", "kind": "Widget", "metadata": {"name": "w", "namespace": place.namespace}});
    let namespace = ObjectId { api_version: "v1".to_owned(), kind: "Namespace".to_owned(), namespace: None, name: place.namespace.clone() };
    let mut objects: BTreeSet<ObjectId> = there.iter().map(id).collect();
    objects.extend([id(&config_map(&place.namespace, "absent")), id(&planned), id(&widget), namespace.clone()]);
    let wanted = Wanted {
        objects,
        releases: BTreeSet::from([(place.namespace.clone(), "none".to_owned())]),
        driver: Driver::Secret,
        tries: vec![there[0].clone(), planned.clone(), broken.clone(), widget.clone()],
        force: false,
        stand_in: place.namespace.clone(),
    };
    let snapshot = cluster.snapshot(&wanted).await.expect("the sandbox is there");

    assert_eq!(snapshot.live.len(), 9);
    assert_eq!(snapshot.get(&id(&there[3])).expect("it is there")["data"], json!({"a": "1"}));
    assert_eq!(snapshot.get(&namespace).expect("it is there")["kind"], "Namespace");
    assert!(matches!(snapshot.unreadable[&id(&widget)], Error::UnknownKind { .. }));
    assert_eq!(snapshot.namespaces, BTreeSet::from([place.namespace.clone()]));
    assert!(snapshot.records_of(&place.namespace, "none").is_empty());

    assert!(snapshot.dry_runs[&id(&there[0])].answer.is_ok());
    let tried = &snapshot.dry_runs[&id(&planned)];
    assert_eq!((tried.answer.is_ok(), tried.stand_in.as_ref()), (true, Some(&place.namespace)));
    assert!(snapshot.dry_runs[&id(&broken)].answer.is_err());
    assert!(matches!(snapshot.dry_runs[&id(&widget)].answer, Err(Error::UnknownKind { .. })));
    assert!(!cluster.has_namespace(&elsewhere).await.expect("it can be asked"));
}

#[tokio::test]
async fn a_dry_run_sees_through_fields_that_helm_owns_by_client_side_apply() {
    let place = Place::new().await;
    let cluster = cluster(&place.namespace).await;
    let mut object = config_map(&place.namespace, "a");
    cluster.create(&object, &ApplyOptions::default()).await.expect("it is valid");
    object["data"]["a"] = json!("2");
    let namespaces = BTreeSet::from([place.namespace.clone()]);
    let tried = cluster.try_apply(&object, false, &namespaces, "default").await;
    assert!(tried.upgrades_manager);
    assert_eq!(tried.answer.expect("force is dry here").object["data"], json!({"a": "2"}));
}
