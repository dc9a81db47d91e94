//! Reaching a cluster, and what one is told when that does not work.

use crate::connection::{cluster, connect_options, helm};
use crate::support::{Place, sandbox};
use stackwright::cluster::{Cluster, ConnectOptions, Error, Limits, RefusalKind, Retry};
use std::path::PathBuf;
use std::time::Duration;

/// Gives up at once.
fn impatient() -> Limits {
    Limits { retry: Retry { budget: Duration::ZERO, ..Retry::default() }, ..Limits::default() }
}

async fn failure(options: ConnectOptions) -> Error {
    let options = ConnectOptions { limits: impatient(), ..options };
    match Cluster::connect(&options, |_| {}).await {
        Ok(cluster) => cluster.reach().await.expect_err("the cluster must not be reached"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_cluster_tells_its_version_and_kinds() {
    let cluster = cluster("default").await;
    let version = cluster.reach().await.expect("the sandbox is there");
    assert!(version.git_version.starts_with("v1."), "{version:?}");
    let kinds = cluster.kinds().await.expect("the sandbox is there");
    let deployment = kinds.find("apps/v1", "Deployment").expect("every cluster has them");
    assert_eq!((deployment.plural.as_str(), deployment.namespaced, deployment.can("watch")), ("deployments", true, true));
    assert!(!kinds.find("v1", "Namespace").expect("every cluster has them").namespaced);
    for version in ["v1", "apps/v1", "v1/Pod", "apps/v1/Deployment", "apps/v1/Scale", "apiextensions.k8s.io/v1/CustomResourceDefinition"] {
        assert!(kinds.api_versions().contains(version), "{version}");
    }
}

#[tokio::test]
async fn the_namespace_is_the_options_else_the_contexts_else_default() {
    assert_eq!(cluster("shop").await.namespace(), "shop");
    let plain = Cluster::connect(&connect_options(), |_| {}).await.expect("the kubeconfig is good");
    assert_eq!(plain.namespace(), "default");
}

#[tokio::test]
async fn where_nobody_listens_the_address_is_named() {
    let error = failure(ConnectOptions { server: Some("https://127.0.0.1:1".to_owned()), ..connect_options() }).await;
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    assert_eq!(error.to_string(), "no cluster answers at 127.0.0.1:1: connection refused");
    assert!(error.diagnostic().notes.iter().any(|note| note.contains("context")), "{error:?}");
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_unreachable() {
    let error = failure(ConnectOptions { server: Some("https://nowhere.invalid:6443".to_owned()), ..connect_options() }).await;
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().starts_with("no cluster answers at nowhere.invalid:6443: "), "{error}");
}

#[tokio::test]
async fn a_certificate_of_nobody_we_trust_is_a_matter_of_trust() {
    let ca = tempfile::NamedTempFile::new().expect("a file can be made");
    let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate can be made");
    std::fs::write(ca.path(), certified.cert.pem()).expect("the file can be written");
    let error = failure(ConnectOptions { ca_file: Some(ca.path().to_owned()), ..connect_options() }).await;
    assert!(matches!(error, Error::Tls { .. }), "{error:?}");
}

#[tokio::test]
async fn a_wrong_token_is_unauthorized() {
    let kubeconfig = tempfile::NamedTempFile::new().expect("a file can be made");
    let text = format!(
        "{{apiVersion: v1, kind: Config, current-context: a, contexts: [{{name: a, context: {{cluster: a, user: a}}}}], \
         clusters: [{{name: a, cluster: {{server: '{}', insecure-skip-tls-verify: true}}}}], users: [{{name: a, user: {{token: wrong}}}}]}}",
        sandbox().server()
    );
    std::fs::write(kubeconfig.path(), text).expect("the file can be written");
    let error = failure(ConnectOptions { kubeconfig: Some(kubeconfig.path().to_owned()), ..ConnectOptions::default() }).await;
    assert_eq!(error.refusal().map(|refusal| &refusal.kind), Some(&RefusalKind::Unauthorized), "{error:?}");
    assert!(error.diagnostic().help[0].contains("log in again"));
}

#[tokio::test]
async fn a_token_is_sent_even_where_the_context_names_no_user() {
    let kubeconfig = tempfile::NamedTempFile::new().expect("a file can be made");
    let text = format!(
        "{{apiVersion: v1, kind: Config, current-context: a, contexts: [{{name: a, context: {{cluster: a}}}}], \
         clusters: [{{name: a, cluster: {{server: '{}', insecure-skip-tls-verify: true}}}}]}}",
        sandbox().server()
    );
    std::fs::write(kubeconfig.path(), text).expect("the file can be written");
    let options =
        ConnectOptions { kubeconfig: Some(kubeconfig.path().to_owned()), token: Some("wrong".to_owned()), ..ConnectOptions::default() };
    let error = failure(options).await;
    assert_eq!(error.refusal().map(|refusal| &refusal.kind), Some(&RefusalKind::Unauthorized), "{error:?}");
}

#[tokio::test]
async fn helm_and_we_see_the_same_capabilities() {
    let chart = tempfile::tempdir().expect("a folder can be made");
    std::fs::create_dir(chart.path().join("templates")).expect("a folder can be made");
    std::fs::write(chart.path().join("Chart.yaml"), "{apiVersion: v2, name: a, version: 0.1.0}").expect("the file can be written");
    let template = "{{ .Capabilities.KubeVersion }}{{ range .Capabilities.APIVersions }}\n{{ . }}{{ end }}";
    std::fs::write(chart.path().join("templates/NOTES.txt"), template).expect("the file can be written");
    let chart = chart.path().to_str().expect("the path is UTF-8");
    let place = Place::new().await;
    // Other tests bring and take kinds of their own: those are not looked at.
    let is_lasting = |version: &&str| !version.contains(".example.org");
    let printed: serde_json::Value =
        serde_json::from_str(&helm(&place, &["install", "a", chart, "--dry-run=server", "--output", "json"])).expect("it is JSON");
    let notes = printed["info"]["notes"].as_str().expect("there are notes");
    let (version, versions) = notes.split_once('\n').expect("there are versions");
    let mut theirs: Vec<&str> = versions.lines().filter(is_lasting).collect();
    theirs.sort_unstable();
    let kinds = cluster("default").await.kinds().await.expect("the sandbox is there");
    assert_eq!(kinds.server_version().git_version, version);
    assert_eq!(kinds.api_versions().iter().map(String::as_str).filter(is_lasting).collect::<Vec<_>>(), theirs);
}

#[tokio::test]
async fn who_may_do_nothing_is_told_what_is_forbidden() {
    let place = Place::new().await;
    let options = ConnectOptions { impersonate: Some("nobody".to_owned()), limits: impatient(), ..connect_options() };
    let weak = Cluster::connect(&options, |_| {}).await.expect("the kubeconfig is good");
    let kind = weak.kind("v1", "Secret").await.expect("discovery is open to all");
    let options = stackwright::cluster::ListOptions { namespace: Some(&place.namespace), ..Default::default() };
    let error = weak.list(&kind, &options).await.expect_err("nobody may not list");
    assert_eq!(error.refusal().map(|refusal| &refusal.kind), Some(&RefusalKind::Forbidden));
    assert!(
        error.to_string().starts_with(&format!("listing secrets in {}: secrets is forbidden: User \"nobody\"", place.namespace)),
        "{error}"
    );
}

#[tokio::test]
async fn a_context_that_does_not_exist_has_a_near_one() {
    let kubeconfig = kube::config::Kubeconfig::read_from(sandbox().kubeconfig()).expect("the kubeconfig is good");
    let existing = kubeconfig.contexts[0].name.clone();
    let error = failure(ConnectOptions { context: Some(format!("{existing}x")), ..connect_options() }).await;
    let diagnostic = error.diagnostic();
    assert!(diagnostic.title.starts_with(&format!("context \"{existing}x\" does not exist in ")), "{}", diagnostic.title);
    assert_eq!(diagnostic.notes, [format!("contexts there: {existing}")]);
    assert_eq!(diagnostic.help, [format!("did you mean {existing:?}?")]);
}

#[tokio::test]
async fn without_any_kubeconfig_the_places_looked_at_are_named() {
    let missing = PathBuf::from("/nonexistent/kubeconfig");
    let error = failure(ConnectOptions { kubeconfig_list: vec![missing.clone()], ..ConnectOptions::default() }).await;
    assert_eq!(error, Error::NoKubeconfig { looked_at: vec![missing.clone()] });
    let error = failure(ConnectOptions { kubeconfig: Some(missing.clone()), ..ConnectOptions::default() }).await;
    assert!(matches!(&error, Error::Kubeconfig { path, .. } if *path == missing), "{error:?}");
}

#[tokio::test]
async fn files_of_a_list_that_are_missing_are_left_out() {
    let list = vec![PathBuf::from("/nonexistent/kubeconfig"), sandbox().kubeconfig().to_owned()];
    let options = ConnectOptions { kubeconfig_list: list, ..ConnectOptions::default() };
    let cluster = Cluster::connect(&options, |_| {}).await.expect("one of the files is good");
    cluster.reach().await.expect("the sandbox is there");
}
