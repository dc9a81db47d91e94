//! The stack of a whole OpenStack: its secrets, and that no password of staging and production is a chart's default.

use base64::Engine as _;
use regex_automata::meta::Regex;
use serde_json::Value as Json;
use stackwright::chart::values::parse_documents;
use stackwright::diag::Source;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

const ENVIRONMENTS: [&str; 2] = ["staging", "production"];

fn run(arguments: &[&str]) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stackwright"));
    let output = command.args(arguments).args(["-f", "stacks/openstack"]).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn every_secret_is_used_and_shared_where_services_meet() {
    let list: Json = serde_json::from_slice(&run(&["secrets", "list", "-e", "staging", "-o", "json"])).unwrap();
    for secret in list.as_array().unwrap() {
        assert!(!secret["releases"].as_array().unwrap().is_empty(), "{} is used by nobody", secret["name"]);
    }
    let users = |name: &str| list.as_array().unwrap().iter().find(|secret| secret["name"] == name).unwrap()["releases"].clone();
    assert_eq!(users("neutron-metadata"), serde_json::json!(["openstack/neutron", "openstack/nova"]));
    assert!(users("rabbitmq-admin").as_array().unwrap().len() > 20 && users("mariadb-root").as_array().unwrap().len() > 20);
    let none: Json = serde_json::from_slice(&run(&["secrets", "list", "-e", "all-in-one", "-o", "json"])).unwrap();
    assert!(none.as_array().unwrap().iter().all(|secret| secret["releases"].as_array().unwrap().is_empty()));
}

/// Needs a checkout of openstack-helm with its dependencies built, named by OPENSTACK_HELM; `.ci/openstack-passwords` gives one.
#[test]
fn no_default_password_is_left() {
    let Some(charts) = std::env::var_os("OPENSTACK_HELM").map(PathBuf::from) else { return };
    let source = format!("chartSource={}", charts.display());
    for environment in ENVIRONMENTS {
        let rendered = run(&["template", "-e", environment, "--state-values-set", &source]);
        let list = run(&["list", "-e", environment, "-o", "json", "--state-values-set", &source]);
        let defaults = defaults(&charts, &serde_json::from_slice(&list).unwrap());
        assert!(defaults.contains("password") && defaults.len() > 5, "{defaults:?}");
        let left = left(&String::from_utf8(rendered).unwrap(), &defaults);
        assert!(left.is_empty(), "{environment}:\n{}", left.join("\n"));
    }
}

/// Returns what the charts' values have as passwords, keys and tokens.
fn defaults(charts: &Path, releases: &Json) -> BTreeSet<String> {
    let mut defaults = BTreeSet::new();
    for release in releases.as_array().unwrap() {
        let chart = release["chart"].as_str().unwrap().rsplit('/').next().unwrap();
        let path = charts.join(chart).join("values.yaml");
        let values = parse_documents(&Source::new("values.yaml", std::fs::read_to_string(path).unwrap())).unwrap();
        collect(&serde_json::to_value(&values).unwrap(), "", &mut defaults);
    }
    defaults
}

fn collect(value: &Json, key: &str, defaults: &mut BTreeSet<String>) {
    const KEYS: [&str; 9] =
        ["password", "passphrase", "erlang_cookie", "shared_secret", "heartbeat_key", "secret_key", "token", "old_kek", "_pass"];
    match value {
        Json::Object(map) => map.iter().for_each(|(key, value)| collect(value, key, defaults)),
        Json::Array(items) => items.iter().for_each(|item| collect(item, key, defaults)),
        Json::String(text) if KEYS.iter().any(|known| key.ends_with(known)) => {
            let is_text = !text.is_empty() && !text.contains(' ') && !matches!(text.as_str(), "None" | "null" | "True" | "False");
            defaults.extend(is_text.then(|| text.clone()));
        }
        _ => {}
    }
}

/// Returns where defaults stand as passwords: behind a key that is named so, between `:` and `@` of an address, or as all of a value.
fn left(rendered: &str, defaults: &BTreeSet<String>) -> Vec<String> {
    let mut left = Vec::new();
    let patterns: Vec<(&String, Regex)> = defaults.iter().map(|word| (word, pattern(word))).collect();
    for document in rendered.split("\n---\n") {
        let object = parse_documents(&Source::new("rendered", document)).map(|map| serde_json::to_value(&map).unwrap()).unwrap_or_default();
        let name = format!("{} {}", object["kind"], object["metadata"]["name"]);
        let data = object["data"].as_object().filter(|_| object["kind"] == "Secret");
        let decode = |value: &Json| base64::engine::general_purpose::STANDARD.decode(value.as_str()?).ok();
        let texts = data.into_iter().flatten().filter_map(|(key, value)| Some((key.as_str(), String::from_utf8(decode(value)?).ok()?)));
        for (key, text) in texts.chain([("", document.to_owned())]) {
            for (word, pattern) in &patterns {
                // How one logs in, and as whom.
                let is_other = matches!(key, "OS_AUTH_TYPE" | "OS_USERNAME");
                if pattern.is_match(&text) || (!key.is_empty() && !is_other && text.trim() == word.as_str()) {
                    left.push(format!("{name} {key}: {word}"));
                }
            }
        }
    }
    left
}

fn pattern(word: &str) -> Regex {
    let word: String =
        word.chars().map(|letter| if letter.is_alphanumeric() { letter.to_string() } else { format!("\\{letter}") }).collect();
    let keys = "(?:pass(?:word|wd|phrase)?|secret|token|_key|cookie|kek)";
    Regex::new(&format!(r#"(?mi)(?:{keys}["']?\s*[=:]\s*["']?{word}["']?\s*(?:,|$)|:{word}@)"#)).unwrap()
}

#[test]
fn a_default_password_would_be_found() {
    let defaults = BTreeSet::from(["password".to_owned(), "chiave_segreta".to_owned()]);
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n  DB: bXlzcWw6Ly9hOnBhc3N3b3JkQGhvc3Q=\n  P: cGFzc3dvcmQ=\n";
    assert_eq!(left(secret, &defaults).len(), 2);
    assert_eq!(
        left("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  f: |\n    api_token = chiave_segreta\n", &defaults).len(),
        1
    );
    assert!(left("kind: ConfigMap\nmetadata: {name: c}\ndata:\n  f: |\n    auth_type = password\n", &defaults).is_empty());
}
