//! The commands that change one release, side by side with real Helm: the same commands in two namespaces, one by Helm and one by us, then
//! each on what the other has made.

use super::connection::cluster;
use super::program::{Ran, StackCase, ended, helm_3};
use super::support::eventually;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Pod, Secret};
use kube::api::ListParams;
use kube::{Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use stackwright::cluster::Driver;
use stackwright::release::{History, Status, Store};
use std::fmt::Debug;

const CHART: &str = "apiVersion: v2\nname: shop\nversion: 0.1.0\nappVersion: \"7\"\ndescription: sells <things>\n";

const VALUES: &str = "size: small\ncolor: blue\nlist: [1, 2.5, true]\nfail: \"\"\nkeep: false\nextra: false\nready: true\n";

const NOTES: &str = "Hello {{ .Release.Name }} {{ .Release.Revision }} {{ .Values.size }} {{ .Values.color }}.\n\n";

const OBJECTS: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
  {{- if .Values.keep }}
  annotations: {helm.sh/resource-policy: keep}
  {{- end }}
data: {size: {{ .Values.size | quote }}, color: {{ .Values.color | quote }}, install: {{ .Release.IsInstall | quote }}}
---
apiVersion: v1
kind: Secret
metadata: {name: {{ .Release.Name }}}
stringData: {a: {{ .Values.size | quote }}}
---
{{- if .Values.extra }}
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-extra}
data: {revision: {{ .Release.Revision | quote }}}
---
{{- end }}
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  replicas: 1
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}, annotations: {sandbox.stackwright.dev/ready: {{ .Values.ready | quote }}}}
    spec: {containers: [{name: main, image: example.invalid/main}]}
"#;

const HOOKS: &str = r#"
{{- range $event := list "pre-install" "post-install" "pre-upgrade" "post-upgrade" "pre-rollback" "post-rollback" "pre-delete" "post-delete" }}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $.Release.Name }}-{{ $event }}
  annotations: {helm.sh/hook: {{ $event }}, helm.sh/hook-weight: "2"}
spec:
  backoffLimit: 0
  template:
    metadata: {annotations: {sandbox.stackwright.dev/exit-code: {{ eq $event $.Values.fail | ternary "1" "0" | quote }}}}
    spec: {restartPolicy: Never, containers: [{name: main, image: example.invalid/hook}]}
---
{{- end }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-passing
  annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: hook-succeeded}
---
apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}-test
  annotations:
    helm.sh/hook: test
    sandbox.stackwright.dev/log: tested
    sandbox.stackwright.dev/exit-code: {{ eq "test" .Values.fail | ternary "1" "0" | quote }}
spec: {restartPolicy: Never, containers: [{name: main, image: example.invalid/test}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-prepare, annotations: {helm.sh/hook: test, helm.sh/hook-weight: "-1"}}
"#;

/// A namespace with the chart of these tests.
async fn case() -> StackCase {
    let case = StackCase::new("releases: []").await;
    case.write("shop/Chart.yaml", CHART);
    case.write("shop/values.yaml", VALUES);
    case.write("shop/templates/NOTES.txt", NOTES);
    case.write("shop/templates/objects.yaml", OBJECTS);
    case.write("shop/templates/hooks.yaml", HOOKS);
    case
}

/// Runs a command of ours as Helm's is run: in the case's namespace.
async fn ours(case: &StackCase, words: &str) -> Ran {
    let mut arguments = vec!["release"];
    arguments.extend(words.split_whitespace());
    arguments.extend(["--namespace", case.place.namespace.as_str()]);
    case.run(&arguments).await
}

/// Runs a command of Helm's; again where a busy machine kept it from reaching the cluster, which it asks for before anything else.
async fn helms(case: &StackCase, words: &str) -> Ran {
    let arguments: Vec<&str> = words.split_whitespace().collect();
    let ran = case.helm(&arguments).await;
    if ran.err.contains("TLS handshake timeout") { case.helm(&arguments).await } else { ran }
}

/// Runs the same commands with Helm in one namespace and with ours in another: what is said, the exit codes, the records and the live
/// objects must be the same after each.
async fn check(commands: &[&str]) {
    let (theirs, own) = tokio::join!(case(), case());
    for command in commands {
        let (expected, found) = tokio::join!(helms(&theirs, command), ours(&own, command));
        let both = format!("{command}\nHelm: {expected:#?}\nours: {found:#?}");
        assert_eq!(found.code, expected.code, "{both}");
        assert_eq!(said(&own, &found.out), said(&theirs, &expected.out), "{both}");
        check_errors(&said(&own, &found.err), &said(&theirs, &expected.err), &both);
        let (expected, found) = tokio::join!(state(&theirs), state(&own));
        assert!(found == expected, "{}{both}", differences(&found, &expected));
    }
}

/// Returns the lines in which two states differ, and those around them.
fn differences(found: &Value, expected: &Value) -> String {
    let (found, expected) = (format!("{found:#}"), format!("{expected:#}"));
    let (found, expected): (Vec<&str>, Vec<&str>) = (found.lines().collect(), expected.lines().collect());
    let same = found.iter().zip(&expected).take_while(|(found, expected)| found == expected).count();
    let part = |lines: &[&str]| lines.iter().skip(same.saturating_sub(3)).take(12).copied().collect::<Vec<_>>().join("\n");
    format!("first difference at line {same}\nHelm's:\n{}\nours:\n{}\n", part(&expected), part(&found))
}

/// Returns what was said without what differs between any two runs. Lines of Helm's log are left out.
fn said(case: &StackCase, text: &str) -> String {
    let text = text.replace(&case.place.namespace, "NAMESPACE");
    if let Ok(Value::Object(object)) = serde_json::from_str(&text) {
        return format!("{:#}", timeless(Value::Object(object)));
    }
    let times = ["LAST DEPLOYED:", "Last Started:", "Last Completed:"];
    let lines = text.lines().filter(|line| !line.starts_with("level="));
    lines.map(|line| times.iter().find(|time| line.starts_with(*time)).copied().unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// Everything that Helm says about a failure, we say: in this order, and with the causes after it.
fn check_errors(found: &str, expected: &str, both: &str) {
    let mut lines = found.lines();
    for line in expected.lines() {
        assert!(lines.any(|own| own == line), "`{line}` is not said:\n{both}");
    }
    assert!(!expected.is_empty() || found.is_empty(), "{both}");
}

/// Returns a record without times.
fn timeless(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            for (key, field) in fields.iter_mut() {
                let is_time = matches!(
                    key.as_str(),
                    "first_deployed" | "last_deployed" | "deleted" | "started_at" | "completed_at" | "modtime" | "schemamodtime"
                );
                *field = if is_time { Value::from("TIME") } else { timeless(field.take()) };
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = timeless(item.take())),
        _ => {}
    }
    value
}

/// Returns the records of a namespace, and what lives in it.
async fn state(case: &StackCase) -> Value {
    let store = Store::new(&cluster(&case.place.namespace).await, Driver::Secret);
    let mut records = Vec::new();
    for ((_, name), history) in store.list(Some(&case.place.namespace)).await.unwrap() {
        for entry in history.entries() {
            let record = entry.record().unwrap();
            let labels = record.labels.clone();
            let mut record = timeless(serde_json::to_value(&record).unwrap());
            let hooks = record["hooks"].as_array_mut().unwrap();
            hooks.sort_by_key(|hook| hook["name"].to_string());
            records.push(json!([name, entry.revision, entry.status.as_str(), labels, record]));
        }
    }
    let is_ours =
        |secret: &Secret| secret.type_.as_deref().is_some_and(|kind| kind.contains("release.v1") || kind.starts_with("stackwright"));
    let live = json!([
        all::<ConfigMap>(case, |map| map.name_any() != "kube-root-ca.crt").await,
        all::<Secret>(case, |secret| !is_ours(secret)).await,
        all::<Deployment>(case, |_| true).await,
        all::<Job>(case, |_| true).await,
        all::<Pod>(case, |pod| pod.owner_references().is_empty()).await,
    ]);
    let state = json!({"records": records, "live": live});
    serde_json::from_str(&state.to_string().replace(&case.place.namespace, "NAMESPACE")).unwrap()
}

/// Returns what is the same of all objects of a kind wherever they were made: who owns fields of them among it.
async fn all<K>(case: &StackCase, is_meant: impl Fn(&K) -> bool) -> Vec<Value>
where
    K: Resource<DynamicType = (), Scope = k8s_openapi::NamespaceResourceScope> + Serialize + DeserializeOwned + Clone + Debug,
{
    let objects = case.place.api::<K>().list(&ListParams::default()).await.unwrap().items;
    objects.iter().filter(|object| is_meant(object)).map(shown).collect()
}

fn shown<K: Resource<DynamicType = ()> + Serialize>(object: &K) -> Value {
    let json = serde_json::to_value(object).unwrap();
    let mut labels = json["metadata"]["labels"].clone();
    if let Some(labels) = labels.as_object_mut() {
        labels.retain(|label, _| !label.ends_with("-uid") && !label.starts_with("topology."));
    }
    let managers = object.managed_fields().iter().filter(|entry| entry.subresource.is_none());
    let mut managers: Vec<String> = managers
        .map(|entry| format!("{} {}", entry.manager.as_deref().unwrap_or("?"), entry.operation.as_deref().unwrap_or("?")))
        .collect();
    managers.retain(|manager| !manager.starts_with("kube-"));
    managers.sort();
    json!([K::kind(&()), object.name_any(), labels, json["metadata"]["annotations"], json["data"], json["spec"]["replicas"], managers])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_life_of_a_release_is_as_with_helm() {
    check(&[
        "install web ./shop --labels team=a,tier=front --description first",
        "install web ./shop",
        "upgrade web ./shop --set size=large --labels team=b,tier=null",
        "upgrade web ./shop",
        "upgrade web ./shop --set extra=true --reuse-values",
        "upgrade web ./shop --set color=red --reset-then-reuse-values --history-max 3",
        "upgrade web ./shop --reset-values --wait --hide-notes",
        "rollback web",
        "rollback web 4 --wait --description back",
        "rollback web 99",
        "test web",
        "test web --logs --filter name=web-test",
        "uninstall web --keep-history",
        "uninstall web --keep-history",
        "install web ./shop",
        "install web ./shop --replace",
        "uninstall web --keep-history --description gone",
        "rollback web",
        "uninstall web --dry-run",
        "uninstall web --wait --cascade foreground",
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_told_and_recorded_as_by_helm() {
    check(&[
        "upgrade web ./shop",
        "rollback web",
        "test web",
        "uninstall web",
        "uninstall web --ignore-not-found",
        "install web",
        "install Web ./shop",
        "install web ./nowhere",
        "install web ./shop --name-template x",
        "install web ./shop --hide-secret",
        "install web ./shop --labels name=x",
        "install web ./shop --set fail=pre-install",
        "upgrade web ./shop --set fail=pre-upgrade",
        "upgrade web ./shop --set fail=",
        "upgrade web ./shop --set fail=post-upgrade,extra=true --cleanup-on-fail",
        "upgrade web ./shop --set ready=false --wait --timeout 4s",
        "upgrade web ./shop --set ready=false --rollback-on-failure --timeout 4s",
        "upgrade web ./shop --set fail=test",
        "test web",
        "rollback web x",
        "uninstall web --cascade sideways",
        "uninstall web",
        "install web ./shop --set ready=false --atomic --timeout 4s",
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_installs_what_is_not_there_and_policies_keep_objects() {
    check(&[
        "upgrade web ./shop --install --set keep=true",
        "upgrade web ./shop --install --set extra=true,keep=true -o json",
        "uninstall web",
        "install web ./shop",
        "uninstall web --no-hooks --keep-history",
        "upgrade web ./shop --install --no-hooks",
        "uninstall web",
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_shows_what_helms_does_and_changes_nothing() {
    check(&[
        "install web ./shop --dry-run=client",
        "install web ./shop --dry-run=server --hide-secret",
        "install web ./shop --dry-run=sideways",
        "install web ./shop",
        "upgrade web ./shop --dry-run=client --set size=large --labels a=b -o json",
        "upgrade web ./shop --dry-run=server --hide-secret --description why",
        "rollback web 1 --dry-run=client",
        "uninstall web --dry-run",
        "install --name-template web-{{7}} ./shop --dry-run=client -o json",
    ])
    .await;
}

/// Who works on a release.
#[derive(Clone, Copy, Debug)]
enum Tool {
    Ours,
    Helm4,
    Helm3,
}

impl Tool {
    async fn run(self, case: &StackCase, words: &str) -> Ran {
        match self {
            Tool::Ours => ours(case, words).await,
            Tool::Helm4 => helms(case, words).await,
            Tool::Helm3 => case.run_in_namespace(helm_3(), &words.split_whitespace().collect::<Vec<_>>()).await,
        }
    }
}

/// Everything that is done with a release, by turns.
const TURNS: &[&str] = &[
    "install web ./shop --set size=large",
    "upgrade web ./shop --reuse-values --set extra=true",
    "upgrade web ./shop --set color=red",
    "rollback web 2",
    "test web",
    "rollback web",
    "test web",
    "upgrade web ./shop --install --set keep=true --wait",
    "uninstall web --keep-history",
    "rollback web 1",
    "uninstall web --keep-history",
    "upgrade web ./shop --install",
    "upgrade web ./shop --set size=huge --history-max 3",
    "rollback web",
    "uninstall web",
    "install web ./shop",
    "uninstall web --wait",
];

/// Two tools take turns on one release: each must work on what the other has made, and both must see the same.
async fn take_turns(first: Tool, second: Tool) {
    let case = case().await;
    for (turn, command) in TURNS.iter().enumerate() {
        let tool = if turn % 2 == 0 { first } else { second };
        let ran = tool.run(&case, command).await;
        assert_eq!(ran.code, 0, "{tool:?}: {command}: {ran:#?}");
        let (one, other) = (first.run(&case, "history web -o json").await, second.run(&case, "history web -o json").await);
        assert_eq!(statuses(&one), statuses(&other), "after {command} by {tool:?}");
    }
    let live = state(&case).await;
    assert_eq!(live["records"], json!([]));
    let left: Vec<&Value> = live["live"][2].as_array().unwrap().iter().collect();
    assert_eq!(left, [&Value::Null; 0], "no Deployment is left");
}

/// Returns the revisions that a history shows, with their statuses; none where there is no such release.
fn statuses(history: &Ran) -> Vec<(Value, Value)> {
    let revisions: Vec<Value> = serde_json::from_str(&history.out).unwrap_or_default();
    revisions.iter().map(|revision| (revision["revision"].clone(), revision["status"].clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn helm_4_goes_on_from_ours_and_we_from_its() {
    tokio::join!(take_turns(Tool::Ours, Tool::Helm4), take_turns(Tool::Helm4, Tool::Ours));
}

#[tokio::test(flavor = "multi_thread")]
async fn helm_3_goes_on_from_ours_and_we_from_its() {
    tokio::join!(take_turns(Tool::Ours, Tool::Helm3), take_turns(Tool::Helm3, Tool::Ours));
}

async fn history(case: &StackCase) -> History {
    let store = Store::new(&cluster(&case.place.namespace).await, Driver::Secret);
    store.history(&case.place.namespace, "web").await.unwrap()
}

/// Starts a command of ours that cannot end, and waits until the last revision has this status; then kills it.
async fn killed(case: &StackCase, words: &str, at: Status) {
    let mut child = start(case, words).await;
    eventually("the command has begun", async || history(case).await.last().is_some_and(|last| last.status == at)).await;
    child.kill().await.unwrap();
}

async fn start(case: &StackCase, words: &str) -> tokio::process::Child {
    let namespace = case.place.namespace.clone();
    let mut arguments = vec!["release"];
    arguments.extend(words.split_whitespace());
    arguments.extend(["--namespace", &namespace]);
    case.start(&arguments)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_killed_is_gone_on_from() {
    let case = case().await;
    killed(&case, "install web ./shop --set ready=false --wait", Status::PendingInstall).await;
    ours(&case, "install web ./shop --wait").await.expect(0);
    killed(&case, "upgrade web ./shop --set ready=false,extra=true --wait", Status::PendingUpgrade).await;
    ours(&case, "upgrade web ./shop --wait").await.expect(0);
    killed(&case, "upgrade web ./shop --set ready=false --wait", Status::PendingUpgrade).await;
    ours(&case, "rollback web 2 --wait").await.expect(0);
    let statuses: Vec<Status> = history(&case).await.entries().iter().map(|entry| entry.status).collect();
    let (failed, superseded) = (Status::Failed, Status::Superseded);
    assert_eq!(statuses, [failed, superseded, failed, superseded, failed, Status::Deployed]);
    case.helm(&["upgrade", "web", "shop"]).await.expect(0);
    ours(&case, "uninstall web").await.expect(0);
    assert!(history(&case).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_that_failed_goes_on_and_can_be_taken_back() {
    let case = case().await;
    ours(&case, "install web ./shop --set fail=pre-delete").await.expect(0);
    ours(&case, "uninstall web").await.expect(1);
    assert_eq!(history(&case).await.last().map(|last| last.status), Some(Status::Uninstalling));
    ours(&case, "upgrade web ./shop").await.expect(1);
    ours(&case, "upgrade web ./shop --install --set fail=pre-delete").await.expect(0);
    ours(&case, "uninstall web").await.expect(1);
    ours(&case, "uninstall web --no-hooks").await.expect(0);
    assert!(history(&case).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hooks_write_is_shown_where_they_ask_for_it() {
    let case = case().await;
    case.chart(
        "talks",
        r#"
apiVersion: batch/v1
kind: Job
metadata:
  name: talks
  annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-output-log-policy: "hook-succeeded,hook-failed"}
spec:
  backoffLimit: 0
  template:
    metadata: {annotations: {sandbox.stackwright.dev/log: "tables made", sandbox.stackwright.dev/exit-code: {{ .Values.code | quote }}}}
    spec: {restartPolicy: Never, containers: [{name: main, image: example.invalid/hook}]}
"#,
    );
    for command in ["install web ./talks --set code=0", "upgrade web ./talks --set code=1"] {
        let (code, ran) = (i32::from(command.starts_with("upgrade")), ours(&case, command).await);
        assert!(ran.expect(code).err.starts_with("tables made"), "{command}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_commands_do_not_work_on_one_release() {
    let case = case().await;
    ours(&case, "install web ./shop").await.expect(0);
    let mut first = start(&case, "upgrade web ./shop --set ready=false --wait").await;
    eventually("the first has begun", async || history(&case).await.pending().is_some()).await;
    let second = ours(&case, "upgrade web ./shop").await.expect(1);
    assert!(
        second.err.starts_with("Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress\n"),
        "{}",
        second.err
    );
    assert!(second.err.contains("release web is being worked on by "), "{}", second.err);
    first.start_kill().unwrap();
    ended(first).await;
    ours(&case, "upgrade web ./shop").await.expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_refused_is_told_before_anything_is_written() {
    let case = case().await;
    case.chart("bad", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {port: 80}\n");
    let ran = ours(&case, "install web ./bad").await.expect(1);
    assert!(ran.err.contains("error[refused] ConfigMap/") && ran.err.contains("templates/bad.yaml"), "{}", ran.err);
    assert!(ran.err.contains("Error: INSTALLATION FAILED: preflight found an error; nothing was changed"), "{}", ran.err);
    assert!(history(&case).await.is_empty());
    ours(&case, "install web ./bad --no-preflight").await.expect(1);
    assert_eq!(history(&case).await.last().map(|last| last.status), Some(Status::Failed));
}
