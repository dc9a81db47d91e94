//! Release records: what real Helm wrote is read, and written back byte for byte.
//!
//! The records of tests/oracle/release are made by its script with Helm 4.3.1 and 3.22.0 and a real API server.

use stackwright::release::{ApplyMethod, HookPhase, Record, Status, Time, decode, decode_summary, encode, to_json, unpack};
use std::path::PathBuf;

fn oracle(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/release").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn record(name: &str) -> Record {
    serde_json::from_slice(&oracle(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Reads a record and writes it as `expected`, another record of real Helm, after `change`.
#[track_caller]
fn check(read: &str, expected: &str, change: impl FnOnce(&mut Record)) {
    let mut record = record(read);
    change(&mut record);
    let written = to_json(&record).expect("a record that was read can be written");
    pretty_assert(&written, &oracle(expected));
}

#[track_caller]
fn pretty_assert(written: &[u8], expected: &[u8]) {
    let at = written.iter().zip(expected).position(|(ours, theirs)| ours != theirs);
    let around = |bytes: &[u8]| {
        let from = at.unwrap_or(bytes.len()).saturating_sub(40);
        String::from_utf8_lossy(&bytes[from.min(bytes.len())..bytes.len().min(from + 120)]).into_owned()
    };
    assert!(written == expected, "byte {at:?}:\nours:   {}\ntheirs: {}", around(written), around(expected));
}

#[test]
fn records_of_helm_4_are_written_back_byte_for_byte() {
    for name in ["helm4-installed", "helm4-upgraded", "helm4-superseded", "helm4-rolled-back", "helm4-uninstalled", "helm4-described"] {
        let name = format!("{name}.json");
        check(&name, &name, |_| {});
    }
}

#[test]
fn a_record_of_helm_3_is_rewritten_as_helm_4_rewrites_it() {
    check("helm3-installed.json", "helm3-superseded-by-helm4.json", |record| record.info.status = Status::Superseded);
}

#[test]
fn a_superseded_record_differs_by_its_status_only() {
    check("helm4-installed.json", "helm4-superseded.json", |record| record.info.status = Status::Superseded);
}

#[test]
fn packing_and_unpacking_changes_nothing() {
    for name in ["helm4-installed", "helm3-installed"] {
        let packed = oracle(&format!("{name}.packed"));
        assert_eq!(unpack(&packed).expect("Helm packed it"), oracle(&format!("{name}.json")));
        let record = decode(&packed).expect("Helm packed it");
        let again = decode(encode(&record).expect("it can be packed").as_bytes()).expect("we packed it");
        assert_eq!(to_json(&again).expect("it is JSON"), to_json(&record).expect("it is JSON"));
    }
}

#[test]
fn a_record_says_what_helm_recorded() {
    let record = record("helm4-installed.json");
    assert_eq!((record.name.as_str(), record.namespace.as_str(), record.version), ("four", "records", 1));
    assert_eq!((record.info.status, record.info.description.as_str()), (Status::Deployed, "Install complete"));
    assert_eq!(record.apply_method(), ApplyMethod::ServerSide);
    assert_eq!(record.config().expect("it is JSON"), serde_json::json!({"size": "large", "big": "1e21", "text": "<a&b>"}));
    let chart = record.chart.as_ref().expect("it has a chart");
    let names: Vec<String> = chart.templates().expect("they are files").into_iter().map(|file| file.name).collect();
    assert_eq!(names, ["templates/NOTES.txt", "templates/configmap.yaml", "templates/hook.yaml", "templates/test.yaml"]);
    let readme = &chart.files().expect("they are files")[0];
    assert_eq!((readme.name.as_str(), readme.data.as_slice()), ("README.md", b"A shop & more\n".as_slice()));
    let hook = &record.hooks[0];
    assert_eq!((hook.name.as_str(), hook.weight, hook.last_run.phase), ("four-hook", -5, HookPhase::Succeeded));
    assert_eq!(record.hooks[1].last_run.phase, HookPhase::Never);
}

#[test]
fn times_keep_their_offset() {
    let deployed = record("helm4-installed.json").info.first_deployed.expect("it was deployed");
    assert_eq!(deployed.offset().map(jiff::tz::Offset::seconds), Some(5 * 3600 + 45 * 60));
    let again = Time::at(deployed.timestamp().expect("it is a time"), deployed.offset().expect("it has an offset"));
    assert_eq!(again, deployed);
}

#[test]
fn what_helm_3_leaves_of_a_record_of_helm_4_counts_as_applied_by_the_client() {
    let record = record("helm4-superseded-by-helm3.json");
    assert_eq!((record.info.status, record.apply_method, record.apply_method()), (Status::Superseded, None, ApplyMethod::ClientSide));
}

#[test]
fn empty_times_of_helm_3_are_none() {
    let record = record("helm3-installed.json");
    assert_eq!(record.info.deleted, None);
    assert!(record.hooks.iter().any(|hook| hook.last_run.started_at.is_none()));
}

#[test]
fn a_summary_is_read_without_the_rest() {
    for name in ["helm4-installed", "helm3-installed"] {
        let summary = decode_summary(&oracle(&format!("{name}.packed"))).expect("Helm packed it");
        assert_eq!((summary.chart().as_str(), summary.app_version()), ("shop-0.1.0", "1.0"));
        assert_eq!((summary.version, summary.info.status), (1, Status::Deployed));
    }
}

#[test]
fn damaged_records_are_errors() {
    for packed in ["", "!", "aGVsbG8=", "H4sIAAAA"] {
        assert!(decode(packed.as_bytes()).is_err(), "{packed:?}");
    }
}
