//! Records in a real cluster, side by side with real Helm.

use crate::connection::{cluster, helm};
use crate::support::Place;
use jiff::Timestamp;
use jiff::tz::Offset;
use serde_json::{Value, json};
use stackwright::cluster::{Driver, Wanted};
use stackwright::release::{ApplyMethod, Description, Error, History, Info, Record, Status, Store, StoredChart, StoredFile, Time, raw};

fn now() -> Timestamp {
    "2026-11-25T10:10:35.735220869Z".parse().expect("it is a time")
}

fn record(namespace: &str, name: &str, revision: u32, status: Status) -> Record {
    let template = StoredFile { name: "templates/a.yaml".to_owned(), data: b"kind: ConfigMap".to_vec(), changed: None };
    let chart = StoredChart {
        metadata: raw(&json!({"apiVersion": "v2", "appVersion": "1.0", "name": "shop", "version": "0.1.0"})).expect("it is JSON"),
        templates: raw(&[template]).expect("it is JSON"),
        values: raw(&json!({"color": "red"})).expect("it is JSON"),
        ..StoredChart::default()
    };
    let time = Some(Time::at(now(), Offset::UTC));
    Record {
        name: name.to_owned(),
        namespace: namespace.to_owned(),
        version: revision,
        info: Info {
            first_deployed: time.clone(),
            last_deployed: time,
            description: Description::InstallComplete.to_string(),
            status,
            ..Info::default()
        },
        chart: Some(Box::new(chart)),
        config: Some(raw(&json!({"size": "<large>"})).expect("it is JSON")),
        manifest: "---\n# Source: shop/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n".to_owned(),
        labels: [("team".to_owned(), "a".to_owned())].into(),
        apply_method: Some(ApplyMethod::ServerSide),
        ..Record::default()
    }
}

async fn fixture(driver: Driver) -> (Store, Place) {
    let place = Place::new().await;
    (Store::new(&cluster(&place.namespace).await, driver), place)
}

async fn check_store(driver: Driver) {
    let (store, place) = fixture(driver).await;
    let namespace = place.namespace.as_str();
    assert!(store.history(namespace, "web").await.expect("it can be asked").is_empty());
    let mut first = record(namespace, "web", 1, Status::PendingInstall);
    store.create(&first, now()).await.expect("it is new");
    assert_eq!(store.create(&first, now()).await, Err(Error::Exists { name: "web".to_owned(), revision: 1 }));
    assert!(store.history(namespace, "web").await.expect("it can be asked").pending().is_some());
    first.info.status = Status::Deployed;
    store.update(&first, now()).await.expect("it is there");
    for revision in 2..=11 {
        store.create(&record(namespace, "web", revision, Status::Failed), now()).await.expect("it is new");
    }
    let history = store.history(namespace, "web").await.expect("it can be asked");
    assert_eq!(history.entries().iter().map(|entry| entry.revision).collect::<Vec<_>>(), (1..=11).collect::<Vec<_>>());
    assert_eq!(history.current().map(|entry| entry.revision), Some(1));
    let deployed = store.deployed(namespace, "web").await.expect("it can be asked").expect("one is deployed");
    assert_eq!((deployed.version, deployed.labels.get("team").map(String::as_str)), (1, Some("a")));
    assert_eq!(deployed.labels.len(), 1);
    assert_eq!(deployed.config().expect("it is JSON"), json!({"size": "<large>"}));
    assert_eq!(store.prune(namespace, "web", &history, 10).await.expect("they can be deleted"), [2, 3]);
    store.create(&record(namespace, "web-2", 1, Status::Deployed), now()).await.expect("it is new");
    let releases = store.list(Some(namespace)).await.expect("it can be asked");
    let names: Vec<(&str, usize)> = releases.iter().map(|((_, name), history)| (name.as_str(), history.entries().len())).collect();
    assert_eq!(names, [("web", 9), ("web-2", 1)]);
    let latest = store.latest(Some(namespace)).await.expect("it can be asked");
    let revisions: Vec<(&str, u32)> = latest.iter().map(|((_, name), entry)| (name.as_str(), entry.revision)).collect();
    assert_eq!(revisions, [("web", 11), ("web-2", 1)]);
    assert!(store.delete(namespace, "web-2", 1).await.expect("it can be deleted"));
    let gone = store.update(&record(namespace, "web-2", 1, Status::Failed), now()).await;
    assert_eq!(gone, Err(Error::NotFound { name: "web-2".to_owned(), revision: 1 }));
}

#[tokio::test]
async fn secrets_keep_releases() {
    check_store(Driver::Secret).await;
}

#[tokio::test]
async fn config_maps_keep_releases() {
    check_store(Driver::ConfigMap).await;
}

#[tokio::test]
async fn a_record_that_is_too_large_is_refused_before_it_is_sent() {
    let (store, place) = fixture(Driver::Secret).await;
    let mut large = record(&place.namespace, "web", 1, Status::Deployed);
    // Text that does not compress.
    let mut state = 1_u64;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'!' + (state >> 58) as u8)
    });
    large.manifest = noise.take(1_500_000).collect();
    assert!(matches!(store.create(&large, now()).await, Err(Error::TooLarge { .. })));
}

#[tokio::test]
async fn helm_reads_our_records() {
    let (store, place) = fixture(Driver::Secret).await;
    store.create(&record(&place.namespace, "web", 1, Status::Superseded), now()).await.expect("it is new");
    store.create(&record(&place.namespace, "web", 2, Status::Deployed), now()).await.expect("it is new");
    let list: Value = serde_json::from_str(&helm(&place, &["list", "--output", "json"])).expect("it is JSON");
    let expected = json!([{"name": "web", "namespace": place.namespace, "revision": "2", "updated": "2026-11-25 10:10:35.735220869 +0000 UTC",
        "status": "deployed", "chart": "shop-0.1.0", "app_version": "1.0"}]);
    assert_eq!(list, expected);
    assert_eq!(helm(&place, &["get", "values", "web", "--output", "json"]).trim(), r#"{"size":"\u003clarge\u003e"}"#);
    assert_eq!(helm(&place, &["get", "manifest", "web"]).trim_end(), record("", "", 0, Status::Unknown).manifest.trim_end());
    let history: Value = serde_json::from_str(&helm(&place, &["history", "web", "--output", "json"])).expect("it is JSON");
    assert_eq!((&history[0]["status"], &history[1]["status"]), (&json!("superseded"), &json!("deployed")));
    helm(&place, &["rollback", "web", "1"]);
    let history = store.history(&place.namespace, "web").await.expect("it can be asked");
    let statuses: Vec<Status> = history.entries().iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [Status::Superseded, Status::Superseded, Status::Deployed]);
}

#[tokio::test]
async fn a_snapshot_carries_records_unread() {
    let (store, place) = fixture(Driver::Secret).await;
    for revision in [1, 2, 10] {
        store.create(&record(&place.namespace, "web", revision, Status::Failed), now()).await.expect("it is new");
    }
    let releases = [(place.namespace.clone(), "web".to_owned())].into();
    let wanted = Wanted { releases, ..Wanted::default() };
    let snapshot = cluster(&place.namespace).await.snapshot(&wanted).await.expect("the sandbox is there");
    let history = History::of(snapshot.records_of(&place.namespace, "web").iter().cloned());
    assert_eq!(history.entries().iter().map(|entry| entry.revision).collect::<Vec<_>>(), [1, 2, 10]);
    assert_eq!(history.last().expect("there are three").record().expect("we wrote it").name, "web");
}

#[tokio::test]
async fn we_read_helms_records() {
    let (store, place) = fixture(Driver::Secret).await;
    let chart = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/release/chart");
    helm(&place, &["install", "four", chart, "--set", "size=large", "--labels", "team=a"]);
    helm(&place, &["upgrade", "four", chart, "--set", "size=small"]);
    let history = store.history(&place.namespace, "four").await.expect("it can be asked");
    let statuses: Vec<Status> = history.entries().iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [Status::Superseded, Status::Deployed]);
    let record = history.last().expect("it is installed").record().expect("Helm wrote it");
    assert_eq!(record.config().expect("it is JSON"), json!({"size": "small"}));
    assert_eq!(record.labels.get("team").map(String::as_str), Some("a"));
    let summary = history.last().expect("it is installed").summary().expect("Helm wrote it");
    assert_eq!((summary.chart().as_str(), summary.info.description.as_str()), ("shop-0.1.0", "Upgrade complete"));
}
