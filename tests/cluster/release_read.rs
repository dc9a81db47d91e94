//! The commands that read releases say what helm's say, byte for byte: each is run with real Helm and with ours on the same cluster,
//! on releases that Helm 4, Helm 3 and we made, with both storage drivers.

use super::program::{self, Ran};
use super::support::{PROGRAM, Place, sandbox};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tempfile::TempDir;

/// Releases in a namespace of their own, kept with one driver.
struct Releases {
    place: Place,
    driver: &'static str,
    folder: TempDir,
}

const CHART: &[(&str, &str)] = &[
    (
        "shop/Chart.yaml",
        "apiVersion: v2\nname: shop\nversion: 1.2.3\nappVersion: \"2.0\"\nannotations: {b: two, a: \"one, two\"}\n\
         dependencies: [{name: sub, version: 0.1.0, condition: sub.enabled, alias: other}]\n",
    ),
    (
        "shop/values.yaml",
        "greeting: \"hello <you> & me\"\nbig: 1000000\nhuge: 123456789012345678\npi: 3.14\nmany: [1, two, {three: 3}]\n\
         nested: {a: 1, b: null}\nsub: {enabled: true}\nother: {x: 1}\n",
    ),
    (
        "shop/templates/all.yaml",
        r#"apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data: {greeting: {{ .Values.greeting | quote }}}
{{- if .Values.full }}
---
apiVersion: v1
kind: Secret
metadata: {name: {{ .Release.Name }}}
stringData: {password: {{ .Values.password | default "x" | quote }}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  replicas: 2
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec: {containers: [{name: main, image: "example.invalid/main:1"}]}
{{- end }}
"#,
    ),
    (
        "shop/templates/hooks.yaml",
        r#"apiVersion: v1
kind: Pod
metadata: {name: "{{ .Release.Name }}-test", annotations: {"helm.sh/hook": test, "helm.sh/hook-weight": "-3"}}
spec: {restartPolicy: Never, containers: [{name: main, image: "example.invalid/test:1"}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-hook", annotations: {"helm.sh/hook": "pre-install,pre-upgrade"}}
"#,
    ),
    ("shop/templates/NOTES.txt", "\nWelcome to {{ .Release.Name }}\n\n"),
    ("shop/charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 0.1.0\n"),
    ("shop/charts/sub/values.yaml", "y: {z: 1}\n"),
    ("stack.yaml", "releases: [{name: ours, namespace: NAMESPACE, chart: ./shop, labels: {team: c}, values: [{password: p, n: 1.50}]}]"),
];

impl Releases {
    /// Makes releases with helm, with ours, and of records that Helm 3 wrote.
    async fn new(driver: &'static str) -> Releases {
        let releases = Releases { place: Place::new().await, driver, folder: tempfile::tempdir().expect("a folder can be made") };
        for (name, text) in CHART {
            let path = releases.folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("is in the folder")).expect("a folder can be made");
            std::fs::write(path, text.replace("NAMESPACE", &releases.place.namespace)).expect("a file can be written");
        }
        let label = format!("place={},team=a", releases.place.namespace);
        for arguments in [
            &["install", "one", "./shop", "--set", "greeting=hi,count=3", "--labels", label.as_str()][..],
            &["upgrade", "one", "./shop", "--reuse-values", "--set", "full=true,password=hidden", "--wait"],
            &["test", "one"],
            &["upgrade", "one", "./shop", "--set", "greeting=again", "--server-side=false"],
            &["rollback", "one", "2", "--wait"],
            &["install", "two", "./shop", "--description", "the first line is long\nthe second"],
            &["install", "gone", "./shop", "--set-json", "v=[1e3,1.5,true,null,\"<&>\"]"],
            &["uninstall", "gone", "--keep-history"],
        ] {
            releases.helm(arguments).await.expect(0);
        }
        releases.ours(&["apply", "--yes", "-f", "stack.yaml"]).await.expect(0);
        releases.store("three", 1, "deployed", &oracle("helm3-installed.packed")).await;
        releases.store("four", 1, "deployed", &oracle("helm4-installed.packed")).await;
        releases
    }

    async fn helm(&self, arguments: &[&str]) -> Ran {
        self.tool(program::helm(), arguments).await
    }

    async fn ours(&self, arguments: &[&str]) -> Ran {
        self.tool(Path::new(PROGRAM), arguments).await
    }

    async fn tool(&self, program: &Path, arguments: &[&str]) -> Ran {
        let child = tokio::process::Command::new(program)
            .args(arguments)
            .current_dir(self.folder.path())
            .env("KUBECONFIG", sandbox().kubeconfig())
            .env("HELM_NAMESPACE", &self.place.namespace)
            .env("HELM_DRIVER", self.driver)
            .env("TZ", "UTC")
            .env_remove("HELMFILE_ENVIRONMENT")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        program::ended(child).await
    }

    /// Stores a packed record as Helm's drivers do.
    async fn store(&self, name: &str, revision: u32, status: &str, packed: &[u8]) {
        use base64::Engine as _;
        let labels = json!({"owner": "helm", "name": name, "status": status, "version": revision.to_string()});
        let metadata = json!({"name": format!("sh.helm.release.v1.{name}.v{revision}"), "labels": labels});
        if self.driver == "configmap" {
            let packed = String::from_utf8_lossy(packed);
            let object = json!({"metadata": metadata, "data": {"release": packed}});
            self.place.create::<k8s_openapi::api::core::v1::ConfigMap>(object).await;
        } else {
            let packed = base64::engine::general_purpose::STANDARD.encode(packed);
            let object = json!({"metadata": metadata, "type": "helm.sh/release.v1", "data": {"release": packed}});
            self.place.create::<k8s_openapi::api::core::v1::Secret>(object).await;
        }
    }

    /// Runs a command with both programs, and returns what is not the same.
    async fn compare(&self, line: &str, same: fn(&Ran, &Ran) -> bool) -> Option<String> {
        let arguments = words(&line.replace("NAMESPACE", &self.place.namespace));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let theirs = self.helm(&arguments).await;
        let ours = self.ours(&[&["release"], &arguments[..]].concat()).await;
        // After helm's words ours show the place and tell how to mend it.
        let is_same = theirs.code == ours.code && ours.err.starts_with(&theirs.err) && (theirs.err.is_empty() == ours.err.is_empty());
        let show = |ran: &Ran| format!("exit code {}\n{}\n--- standard error:\n{}", ran.code, ran.out, ran.err);
        (!is_same || !same(&theirs, &ours))
            .then(|| format!("\n##### {line} ({})\n=== helm: {}\n=== ours: {}", self.driver, show(&theirs), show(&ours)))
    }

    async fn compare_all(&self, lines: &[&str], same: fn(&Ran, &Ran) -> bool) {
        let results: Vec<Option<String>> =
            futures_util::stream::iter(lines).map(|line| self.compare(line, same)).buffered(4).collect().await;
        let different: Vec<String> = results.into_iter().flatten().collect();
        assert!(different.is_empty(), "{} of {} differ:{}", different.len(), lines.len(), different.concat());
    }
}

fn oracle(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/release").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Takes a line apart at blanks; what stands in single quotes is one word.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    parts
        .flat_map(|(at, part)| if at % 2 == 1 { vec![part.to_owned()] } else { part.split_whitespace().map(str::to_owned).collect() })
        .collect()
}

fn same_bytes(theirs: &Ran, ours: &Ran) -> bool {
    theirs.out == ours.out
}

const LINES: &[&str] = &[
    "list",
    "ls",
    "list --color always",
    "list --colour always",
    "list --color=never",
    "list --color auto",
    "list -o json",
    "list -o yaml",
    "list --output table",
    "list -q",
    "list -q -o json",
    "list -q -o yaml",
    "list --short -o table",
    "list -A -l place=NAMESPACE",
    "list -A -l place=NAMESPACE -o json",
    "list --all-namespaces -f '^no-such-release$' --no-headers",
    "list --superseded",
    "list --superseded -o yaml",
    "list --superseded --deployed",
    "list --superseded -r",
    "list --uninstalled",
    "list --uninstalled=false",
    "list --deployed",
    "list --failed -o json",
    "list --deployed --failed -q",
    "list --pending",
    "list --pending -o yaml",
    "list --uninstalling --no-headers",
    "list --time-format 2006",
    "list --time-format 'Mon Jan _2 15:04:05 2006 MST -0700'",
    "list --time-format '2006-01-02 15:04:05Z0700' -o json",
    "list --no-headers",
    "list --no-headers -f zzz",
    "list -f zzz",
    "list -f zzz -o json",
    "list -f zzz -o yaml",
    "list -q -f zzz",
    "list -q -f zzz -o json",
    "list -f '^t' -q",
    "list --filter 'o(ne|urs)'",
    "list -f '('",
    "list -f '[z-a]'",
    "list -f '(?!x)'",
    "list -l team=a",
    "list -l 'team!=a'",
    "list -l 'team in (a,b),place'",
    "list -l 'team notin (a), !place' -q",
    "list --selector name=one -q",
    "list -l 'a=('",
    "list -l 'a b'",
    "list -l ,",
    "list -d",
    "list --date --reverse",
    "list -dr -q",
    "list -r",
    "list -m 1",
    "list -m 0 -q",
    "list -m -3 -q",
    "list --max 1 --offset 1",
    "list --offset 3 -q",
    "list --offset 99",
    "list -n no-such-namespace",
    "list -n no-such-namespace -o json",
    "list --kube-context no-such-context",
    "list --qps 5 --burst-limit 7 -q",
    "list --kube-as-user somebody --kube-as-group system:masters -q",
    "history one",
    "hist one",
    "history one --show-rollback-revision",
    "history one --show-rollback-revision -o json",
    "history one -o json",
    "history one -o yaml",
    "history one --max 2",
    "history one --max 0",
    "history one --max -1 -o json",
    "history two",
    "history two -o json",
    "history gone",
    "history three",
    "history three -o json",
    "history four",
    "history ours -o yaml",
    "history no-such-release",
    "history No",
    "get values one",
    "get values one --revision 2",
    "get values one --revision 99",
    "get values one --revision 1 -o json",
    "get values two",
    "get values two -o json",
    "get values two -o yaml",
    "get values one -a",
    "get values one --all -o json",
    "get values one --all --revision 2 -o yaml",
    "get values gone -o json",
    "get values gone -a",
    "get values three",
    "get values three --all",
    "get values four -o json",
    "get values four --all",
    "get values ours",
    "get values ours --all -o json",
    "get values no-such-release",
    "get values No",
    "get manifest one",
    "get manifest one --revision 1",
    "get manifest three",
    "get manifest ours",
    "get manifest no-such-release",
    "get hooks one",
    "get hooks gone",
    "get hooks three",
    "get notes one",
    "get notes two --revision 1",
    "get notes four",
    "get metadata one",
    "get metadata one -o json",
    "get metadata one --revision 1",
    "get metadata one -o json --revision 3",
    "get metadata one -o yaml",
    "get metadata gone",
    "get metadata three",
    "get metadata three -o yaml",
    "get metadata four -o json",
    "get metadata ours",
    "get metadata no-such-release",
    "get all one",
    "get all one --revision 2",
    "get all one --color always",
    "get all two",
    "get all gone",
    "get all three",
    "get all four",
    "get all ours",
    "get all no-such-release",
    "get all one --template '{{.Release.Name}} {{.Release.Info.Status}} {{.Release.Version}} {{.Release.Chart.Metadata.Version}}'",
    "get all one --template '{{.Release.Chart.Name}} {{.Release.Chart.AppVersion}} {{.Release.Config}} {{.Release.Info.LastDeployed}}'",
    "get all one --template '{{range .Release.Hooks}}{{.Name}} {{.Events}} {{.LastRun.Phase}} {{.Weight}} {{.DeletePolicies}}\n{{end}}'",
    "get all one --template '{{len .Release.Chart.Templates}} {{(index .Release.Chart.Templates 0).Name}} {{.Release.Labels.team}}'",
    "get all one --template '{{.Release.Config.nope}} {{.Nope}} {{.Release.Info.Deleted.IsZero}} {{.Release.ApplyMethod}}'",
    "get all one --template 'before {{.Release.Nope}} after'",
    "get all one --template '{{.Release'",
    "get all one --template '{{upper .Release.Name}}'",
    "status gone",
    "status two -o yaml",
    "status two -o json",
    "status no-such-release",
    "status No",
    "status one --revision 99",
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_is_what_helm_reads() {
    for driver in ["secret", "configmap"] {
        let releases = Releases::new(driver).await;
        releases.compare_all(LINES, same_bytes).await;
        releases.compare_all(&["status two", "status two --color always", "status three"], same_but_ages).await;
        releases.compare_all(&["status one", "status one --revision 2 --color always", "status ours"], same_tables).await;
        releases
            .compare_all(
                &[
                    "status one -o json",
                    "status one --revision 1 -o json",
                    "status ours -o json",
                    "status three -o json",
                    "status gone -o json",
                ],
                same_but_for_secrets,
            )
            .await;
        secrets_stay_hidden_in_a_status(&releases).await;
        damaged_records_are_named(&releases).await;
    }
}

/// Compares statuses whose tables come in any order from helm, and whose ages go on.
fn same_tables(theirs: &Ran, ours: &Ran) -> bool {
    let normal = |ran: &Ran| -> Vec<String> {
        let (before, rest) = ran.out.split_once("RESOURCES:\n").expect("there are objects");
        let (tables, after) = rest.split_once("\n\n\n").expect("the tables end");
        let mut parts: Vec<String> = tables.split("\n\n").map(without_ages).collect();
        parts.sort();
        [vec![before.to_owned(), after.to_owned()], parts].concat()
    };
    normal(theirs) == normal(ours)
}

/// Compares statuses without the last column of their tables, the age: a second may pass between the two.
fn same_but_ages(theirs: &Ran, ours: &Ran) -> bool {
    let is_age = |word: &str| word.starts_with(|c: char| c.is_ascii_digit()) && word.ends_with(['s', 'm', 'h', 'd']);
    let cut = |line: &str| line.rsplit_once(' ').filter(|(_, last)| is_age(last)).map_or(line, |(start, _)| start).trim_end().to_owned();
    let normal = |ran: &Ran| ran.out.lines().map(cut).collect::<Vec<String>>();
    normal(theirs) == normal(ours)
}

fn without_ages(table: &str) -> String {
    let cut = |line: &str| line.rsplit_once("   ").map_or(line, |(start, _)| start).trim_end().to_owned();
    table.lines().map(cut).collect::<Vec<_>>().join("\n")
}

/// Compares what is written for programs, but for the user's values and Secrets, which ours leaves out.
fn same_but_for_secrets(theirs: &Ran, ours: &Ran) -> bool {
    let normal = |ran: &Ran| -> Value {
        let mut status: Value = serde_json::from_str(&ran.out).expect("it is JSON");
        let fields = status.as_object_mut().expect("it is an object");
        fields.remove("config");
        let manifest = fields.remove("manifest").expect("it has objects").as_str().unwrap_or_default().to_owned();
        let mut documents: Vec<&str> =
            manifest.split("---\n").filter(|part| !part.contains("kind: Secret") && !part.contains("HIDDEN")).collect();
        documents.sort_unstable();
        fields.insert("manifest".into(), json!(documents));
        if let Some(resources) = status.pointer_mut("/info/resources").and_then(Value::as_object_mut) {
            resources.remove("v1/Secret");
        }
        if let Some(version) = status.pointer_mut("/info/resources/v1~1Pod(related)/0/metadata/resourceVersion") {
            *version = Value::Null;
        }
        status
    };
    normal(theirs) == normal(ours)
}

async fn secrets_stay_hidden_in_a_status(releases: &Releases) {
    for arguments in
        [&["release", "status", "one"][..], &["release", "status", "one", "-o", "json"], &["release", "status", "one", "-o", "yaml"]]
    {
        let status = releases.ours(arguments).await.expect(0);
        assert!(!status.out.contains("hidden\n") && !status.out.contains("aGlkZGVu") && !status.out.contains("\"hidden"), "{}", status.out);
    }
    let shown = releases.ours(&["release", "get", "values", "one"]).await.expect(0);
    assert!(shown.out.contains("password: hidden"), "{}", shown.out);
}

async fn damaged_records_are_named(releases: &Releases) {
    releases.store("broken", 1, "deployed", b"bm8gcmVjb3Jk").await;
    let kind = if releases.driver == "configmap" { "ConfigMap" } else { "Secret" };
    for arguments in [
        &["release", "list", "-q"][..],
        &["release", "history", "broken"],
        &["release", "status", "broken"],
        &["release", "get", "values", "broken"],
        &["release", "get", "metadata", "broken"],
        &["release", "get", "all", "broken", "--template", "{{.Release.Name}}"],
    ] {
        let ran = releases.ours(arguments).await.expect(1);
        let object = format!("{kind} sh.helm.release.v1.broken.v1");
        assert!(ran.err.contains(&object) && ran.err.contains(&releases.place.namespace), "{arguments:?}: {}", ran.err);
    }
    let listed = releases.ours(&["release", "list", "-q"]).await.expect(1);
    assert!(listed.out.contains("one\n") && !listed.out.contains("broken"), "what can be read is listed: {}", listed.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_lacks_what_nobody_needs_is_read() {
    use base64::Engine as _;
    let releases = Releases { place: Place::new().await, driver: "secrets", folder: tempfile::tempdir().expect("a folder can be made") };
    let bare = json!({"name": "bare", "version": 1, "namespace": releases.place.namespace, "info": {"status": "deployed"}});
    let strange = json!({
        "name": "strange", "version": 7, "namespace": releases.place.namespace, "labels": {"a": "b"}, "future": [1, {"x": null}],
        "info": {"status": "unknown", "first_deployed": "", "last_deployed": "2020-02-03T04:05:06.789+01:00", "new": true},
        "chart": {"metadata": {"name": "c", "version": "1", "dependencies": null, "shiny": 1}, "values": null, "templates": null},
        "config": null, "hooks": null, "manifest": "",
    });
    for (record, name, revision) in [(bare, "bare", 1), (strange, "strange", 7)] {
        let packed = base64::engine::general_purpose::STANDARD.encode(record.to_string());
        releases.store(name, revision, "deployed", packed.as_bytes()).await;
    }
    let lines = [
        "list",
        "list -o json",
        "history bare",
        "history bare -o json",
        "history strange",
        "history strange -o yaml",
        "get values bare",
        "get values strange -o json",
        "get values strange -a",
        "get metadata strange -o json",
        "get notes strange",
        "get manifest bare",
        "get hooks strange",
        "get all strange",
        "status bare",
        "status strange",
    ];
    releases.compare_all(&lines, same_bytes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn drivers_that_keep_nothing_are_refused() {
    for (driver, words) in
        [("memory", "not kept by driver \"memory\""), ("sql", "not kept by driver \"sql\""), ("disk", "unknown driver \"disk\"")]
    {
        let releases = Releases { place: Place::new().await, driver, folder: tempfile::tempdir().expect("a folder can be made") };
        std::fs::write(releases.folder.path().join("stack.yaml"), "releases: []\n").expect("a file can be written");
        for arguments in [&["release", "list"][..], &["status"], &["apply", "--yes"]] {
            let ran = releases.ours(arguments).await.expect(1);
            assert!(ran.err.contains(words) && ran.err.contains("set HELM_DRIVER to secret or configmap"), "{arguments:?}: {}", ran.err);
        }
    }
}
