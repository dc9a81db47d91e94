//! Stacks against what real helmfile makes of them (tests/oracle/stack), and what we say about mistakes (tests/mistakes).

use crate::no_effects::NoEffects;
use serde_json::{Map, Value as Json, json};
use stackwright::diag::{Diagnostics, Severity};
use stackwright::source::{FileKind, Files, FolderEntry, OsFiles};
use stackwright::stack::{
    Command, Exec, LayerContent, LoadRequest, Loaded, NeedsMode, NoExec, NoSecrets, Release, ServerSide, SetValue, Stack, StateValues,
    World, explain, load, release_values, resolve_layers, select,
};
use stackwright::value::display;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

struct OsExec;

impl Exec for OsExec {
    fn run(&self, command: &Command<'_>) -> Result<Vec<u8>, String> {
        use std::io::Write as _;
        let folder = if command.folder.as_os_str().is_empty() { Path::new(".") } else { command.folder };
        let mut child = std::process::Command::new(command.program)
            .args(command.arguments)
            .envs(command.env)
            .current_dir(folder)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        child.stdin.take().unwrap().write_all(command.input.as_bytes()).unwrap();
        let output = child.wait_with_output().map_err(|error| error.to_string())?;
        if output.status.success() { Ok(output.stdout) } else { Err(output.status.to_string()) }
    }
}

fn world() -> World {
    let env: BTreeMap<String, String> = [("STACK_CASE", "yes"), ("STACK_EMPTY", "")].map(|(k, v)| (k.into(), v.into())).into();
    World {
        files: Arc::new(OsFiles),
        env: Arc::new(env),
        exec: Arc::new(OsExec),
        secrets: Arc::new(NoSecrets),
        effects: Arc::new(NoEffects),
    }
}

/// The flags of a case, in helmfile's words.
#[derive(Default)]
struct Flags {
    path: Option<PathBuf>,
    environment: Option<String>,
    selectors: Vec<String>,
    namespace: Option<String>,
    kube_context: Option<String>,
    state_values: StateValues,
}

impl Flags {
    fn read(folder: &Path) -> Flags {
        let text = fs::read_to_string(folder.join("args")).unwrap_or_default();
        let mut words = text.lines().map(ToOwned::to_owned);
        let mut flags = Flags::default();
        while let Some(word) = words.next() {
            let value = words.next().unwrap();
            match word.as_str() {
                "-e" => flags.environment = Some(value),
                "-f" => flags.path = Some(folder.join(value)),
                "-l" => flags.selectors.push(value),
                "-n" => flags.namespace = Some(value),
                "--kube-context" => flags.kube_context = Some(value),
                "--state-values-file" => flags.state_values.files.push(value.into()),
                "--state-values-set" => flags.state_values.set.push(value),
                "--state-values-set-string" => flags.state_values.set_string.push(value),
                other => panic!("unknown flag {other}"),
            }
        }
        if flags.path.is_none() {
            let names = ["stack.yaml", "stack.yaml.gotmpl", "helmfile.yaml", "helmfile.yaml.gotmpl"];
            flags.path = names.iter().map(|name| folder.join(name)).find(|path| path.exists());
        }
        flags
    }

    fn load(&self) -> Result<Loaded, Diagnostics> {
        let mut request = LoadRequest::new(self.path.as_deref(), world());
        if let Some(environment) = &self.environment {
            request.environment = environment;
        }
        request.selectors = &self.selectors;
        request.namespace = self.namespace.as_deref();
        request.kube_context = self.kube_context.as_deref();
        request.state_values = self.state_values.clone();
        load(&request)
    }
}

fn folders(path: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let mut folders: Vec<PathBuf> = fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    assert!(!folders.is_empty(), "no cases in {}", root.display());
    folders
}

/// `helmfile list --output json`.
fn list(stack: &Stack) -> Json {
    let listed = |release: &&Release| {
        let state = &release.state;
        state.selectors.is_empty() || release.is_selected()
    };
    let mut releases: Vec<&Release> = stack.releases.iter().filter(listed).collect();
    releases.sort_by_key(|release| (release.id.namespace.clone().unwrap_or_default(), release.id.name.clone()));
    let item = |release: &&Release| {
        let labels: Vec<String> = release.labels.iter().map(|(key, value)| format!("{key}:{value}")).collect();
        json!({
            "name": release.id.name,
            "namespace": release.id.namespace.clone().unwrap_or_default(),
            "enabled": release.enabled,
            "installed": release.installed,
            "labels": labels.join(","),
            "chart": release.chart,
            "version": release.version.clone().unwrap_or_default(),
        })
    };
    Json::Array(releases.iter().map(item).collect())
}

/// `helmfile print-env --output json`, without paths.
fn environments(stack: &Stack) -> Json {
    let item = |state: &Arc<stackwright::stack::State>| {
        let mut item = Map::new();
        item.insert("name".into(), state.environment.name.clone().into());
        item.insert("values".into(), serde_json::to_value(&state.values).unwrap());
        if !state.environment.kube_context.is_empty() {
            item.insert("kubeContext".into(), state.environment.kube_context.clone().into());
        }
        Json::Object(item)
    };
    Json::Array(stack.states.iter().map(item).collect())
}

/// The needs of every release, as the table of `helmfile show-dag` lists them.
fn dependencies(stack: &Stack) -> BTreeMap<String, String> {
    let listed = |release: &&Release| release.state.selectors.is_empty() || release.is_selected();
    let row = |release: &Release| {
        let needs: Vec<String> = release.needs.iter().map(|need| need.id.to_string()).collect();
        (release.id.to_string(), needs.join(", "))
    };
    stack.releases.iter().filter(listed).map(row).collect()
}

fn dag_table(text: &str) -> BTreeMap<String, String> {
    let rows = text.lines().filter(|line| !line.starts_with("GROUP") && !line.trim().is_empty());
    rows.map(|line| {
        let mut words = line.splitn(3, char::is_whitespace).nth(2).unwrap_or_default().trim().to_owned();
        let rest = line.split_whitespace().nth(1).unwrap().to_owned();
        words = words.split_off(words.find(&rest).unwrap() + rest.len());
        (rest, words.trim().to_owned())
    })
    .collect()
}

/// What the chart of the cases shows: each release's namespace and values.
fn shown(stack: &Stack, needs: NeedsMode) -> BTreeMap<String, Json> {
    let selected = select(stack, needs).unwrap();
    let releases = selected.iter().map(|at| &stack.releases[*at]).filter(|release| release.installed);
    let show = |release: &Release| {
        let values = release_values(release, &world()).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let namespace = release.id.namespace.clone().unwrap_or_else(|| "default".into());
        (release.id.name.clone(), json!({"namespace": namespace, "values": serde_json::to_value(values).unwrap()}))
    };
    releases.map(show).collect()
}

fn shown_by_helm(text: &str) -> BTreeMap<String, Json> {
    let documents = text.split("---\n# Source: show/templates/show.yaml\n").filter(|document| !document.trim().is_empty());
    documents
        .map(|document| {
            let field = |name: &str| document.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned();
            let values: Json = serde_json::from_str(&field("values:")).unwrap();
            (field("release:"), json!({"namespace": field("namespace:"), "values": values}))
        })
        .collect()
}

/// How helmfile calls helm for a release: the flags that our options stand for, in its order.
fn upgrade(release: &Release) -> String {
    let chart = if release.chart.ends_with("/chart") { "CHART" } else { release.chart.as_str() };
    let mut line = format!("upgrade --install {} {chart}", release.id.name);
    let mut flag = |on: bool, text: &str| {
        if on {
            line.push(' ');
            line.push_str(text);
        }
    };
    let text = |name: &str, value: &Option<String>| value.as_ref().map(|value| format!("{name} {value}")).unwrap_or_default();
    let (render, install) = (&release.render, &release.install);
    flag(release.version.is_some(), &text("--version", &release.version));
    flag(render.devel, "--devel");
    flag(render.enable_dns, "--enable-dns");
    flag(install.wait, "--wait");
    flag(install.wait_for_jobs, "--wait-for-jobs");
    let seconds = install.timeout.map(|timeout| timeout.as_secs().to_string() + "s");
    flag(seconds.is_some(), &text("--timeout", &seconds));
    flag(install.force, "--force-replace");
    flag(install.force_conflicts, "--force-conflicts");
    flag(install.rollback_on_failure, "--rollback-on-failure");
    flag(install.cleanup_on_fail, "--cleanup-on-fail");
    flag(install.create_namespace, "--create-namespace");
    flag(install.disable_openapi_validation, "--disable-openapi-validation");
    flag(release.kube_context.is_some(), &text("--kube-context", &release.kube_context));
    flag(render.plain_http, "--plain-http");
    flag(render.insecure_skip_tls_verify && !render.plain_http, "--insecure-skip-tls-verify");
    let labels: Vec<String> =
        release.labels.iter().filter(|(key, _)| *key != "name").map(|(key, value)| format!("{key}={value}")).collect();
    flag(install.sync_release_labels, &format!("--labels {}", labels.join(",")));
    flag(release.description.is_some(), &text("--description", &release.description));
    flag(render.skip_schema_validation, "--skip-schema-validation");
    flag(install.take_ownership, "--take-ownership");
    let server_side = install.server_side.map(|side| match side {
        ServerSide::Always => "true".to_owned(),
        ServerSide::Never => "false".to_owned(),
        ServerSide::Auto => "auto".to_owned(),
    });
    flag(server_side.is_some(), &text("--server-side", &server_side));
    flag(release.id.namespace.is_some(), &text("--namespace", &release.id.namespace));
    let (layers, _) = resolve_layers(release, &world()).unwrap();
    let files = layers.iter().filter(|layer| matches!(layer.content, LayerContent::Values(_))).count();
    (0..files).for_each(|_| flag(true, "--values FILE"));
    for layer in &layers {
        if let LayerContent::Set { argument, value } = &layer.content {
            let name = match value {
                SetValue::Typed(_) | SetValue::TypedList(_) => "--set",
                SetValue::Text(_) | SetValue::TextList(_) => "--set-string",
                SetValue::File(_) => "--set-file",
            };
            flag(true, &format!("{name} {argument}"));
        }
    }
    flag(!install.reuse_values, "--reset-values");
    flag(install.reuse_values, "--reuse-values");
    flag(true, &format!("--history-max {}", install.history_max));
    line
}

/// The calls, each with its words sorted: helmfile mixes `--set` and `--set-file`, and Helm does not mind.
fn calls<'t>(lines: impl Iterator<Item = &'t str>) -> BTreeSet<String> {
    lines
        .map(|line| {
            let mut words: Vec<&str> = line.split(' ').collect();
            words.sort_unstable();
            words.join(" ")
        })
        .collect()
}

/// Makes numbers of one kind: what is `1` for one program is `1.0` for another.
fn numbers(json: Json) -> Json {
    match json {
        Json::Number(number) => json!(number.as_f64()),
        Json::Array(items) => items.into_iter().map(numbers).collect(),
        Json::Object(fields) => fields.into_iter().map(|(key, value)| (key, numbers(value))).collect(),
        other => other,
    }
}

#[test]
fn stacks_come_out_as_in_helmfile() {
    let mut wrong = Vec::new();
    for case in folders("tests/oracle/stack/cases") {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let expected = |file: &str| fs::read_to_string(case.join("expected").join(file)).unwrap();
        let is_expected = |file: &str| case.join("expected").join(file).exists();
        let needs = match fs::read_to_string(case.join("template-args")) {
            Ok(text) if text.trim() == "--include-needs" => NeedsMode::Include,
            _ => NeedsMode::Skip,
        };
        let stack = match Flags::read(&case).load() {
            Ok(loaded) => loaded.stack,
            Err(mistakes) => {
                wrong.push(format!("{name}: {mistakes}"));
                continue;
            }
        };
        let mut compare = |what: &str, ours: String, theirs: String| {
            if ours != theirs {
                wrong.push(format!("{name}: {what}\n  ours   {ours}\n  theirs {theirs}"));
            }
        };
        let theirs: Json = serde_json::from_str(&expected("list.json")).unwrap();
        compare("list", list(&stack).to_string(), theirs.to_string());
        let mut theirs: Json = serde_json::from_str(&expected("env.json")).unwrap();
        theirs.as_array_mut().unwrap().iter_mut().for_each(|state| drop(state.as_object_mut().unwrap().remove("filePath")));
        compare("environments", numbers(environments(&stack)).to_string(), numbers(theirs).to_string());
        if is_expected("dag.txt") {
            compare("needs", format!("{:?}", dependencies(&stack)), format!("{:?}", dag_table(&expected("dag.txt"))));
        }
        let selected: Vec<&Release> = stack.releases.iter().filter(|release| release.is_selected() && release.installed).collect();
        let lines: Vec<String> = selected.iter().map(|release| upgrade(release)).collect();
        let ours = calls(lines.iter().map(String::as_str));
        compare("calls", format!("{ours:#?}"), format!("{:#?}", calls(expected("upgrade.txt").lines())));
        if !is_expected("values.yaml") {
            continue;
        }
        let (ours, theirs) = (shown(&stack, needs), shown_by_helm(&expected("values.yaml")));
        let names = |shown: &BTreeMap<String, Json>| shown.keys().cloned().collect::<Vec<_>>().join(" ");
        compare("releases", names(&ours), names(&theirs));
        for (release, values) in ours {
            let theirs = theirs.get(&release).cloned().unwrap_or_default();
            compare(&format!("values of {release}"), numbers(values).to_string(), numbers(theirs).to_string());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Draws mistakes in plain text, as far as this room knows them: `report` draws them with the lines of the file.
fn draw(diagnostics: &Diagnostics, root: &Path) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics.iter() {
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        out.push_str(&format!("{severity}: {}\n", diagnostic.title));
        for label in &diagnostic.labels {
            let arrow = if label.primary { "-->" } else { "see" };
            let line = label.span.line_column().line;
            let text = label.span.source.text().lines().nth(line - 1).unwrap_or_default().trim_end();
            out.push_str(&format!("  {arrow} {}  {}\n      | {text}\n", label.span, label.text).replace("  \n", "\n"));
        }
        for frame in &diagnostic.trace {
            let place = frame.span.as_ref().map(|span| format!(" {span}")).unwrap_or_default();
            out.push_str(&format!("  via{place}  {}\n", frame.text));
        }
        diagnostic.notes.iter().for_each(|note| out.push_str(&format!("  note: {note}\n")));
        diagnostic.help.iter().for_each(|help| out.push_str(&format!("  help: {help}\n")));
    }
    out.replace(&format!("{}/", root.display()), "").replace(&root.display().to_string(), ".")
}

#[test]
fn mistakes_are_told_with_place_and_help() {
    let mut wrong = Vec::new();
    for case in folders("tests/mistakes") {
        let flags = Flags::read(&case);
        let told = match flags.load() {
            Ok(loaded) => {
                let mut told = loaded.warnings;
                for at in select(&loaded.stack, NeedsMode::Require).unwrap_or_else(|mistakes| {
                    told.extend(mistakes);
                    Vec::new()
                }) {
                    if let Err(mistakes) = release_values(&loaded.stack.releases[at], &world()) {
                        told.extend(mistakes);
                    }
                }
                told
            }
            Err(mistakes) => mistakes,
        };
        let drawn = draw(&told, &case);
        let file = case.join("expected.txt");
        if std::env::var_os("STACKWRIGHT_ACCEPT").is_some() {
            fs::write(&file, &drawn).unwrap();
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        if drawn != expected {
            wrong.push(format!("{}\n--- ours\n{drawn}--- expected\n{expected}", case.file_name().unwrap().to_string_lossy()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_layer_of_a_value_is_named() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/stack/cases/layers");
    let stack = Flags::read(&case).load().unwrap().stack;
    let release = &stack.releases[0];
    let (layers, _) = resolve_layers(release, &world()).unwrap();
    let said = |path: &str| {
        let said = explain(&layers, &stackwright::value::Path::parse(path), release, &world()).unwrap();
        let root = format!("{}/", case.display());
        let show = |said: &stackwright::stack::Said| format!("{} {}", said.origin.to_string().replace(&root, ""), display(&said.value));
        said.iter().map(show).collect::<Vec<_>>()
    };
    assert_eq!(said("a.one"), ["files/one.yaml:2 1", "helmfile.yaml.gotmpl:17 <nil>"]);
    assert_eq!(said("port"), ["files/one.yaml:5 80", "helmfile.yaml.gotmpl:18 8080"]);
    assert_eq!(said("a.here"), ["files/two.yaml.gotmpl:6 plain text"]);
    assert_eq!(said("set.value"), ["helmfile.yaml.gotmpl:26 12"]);
    assert_eq!(said("nothing"), Vec::<String>::new());
}

/// Files that exist only in the test.
struct TextFiles(BTreeMap<PathBuf, String>);

impl Files for TextFiles {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.0.get(path).map(|text| text.clone().into_bytes()).ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }

    fn kind(&self, path: &Path) -> Option<FileKind> {
        self.0.contains_key(path).then_some(FileKind::File)
    }

    fn list(&self, _: &Path) -> std::io::Result<Vec<FolderEntry>> {
        Ok(Vec::new())
    }
}

fn load_texts(name: &str, text: &str) -> Result<Loaded, Diagnostics> {
    let files = [(name, text), ("other.yaml", "a: 1\n"), ("t.yaml.gotmpl", "b: {{ .Values.a }}\n")];
    let files = files.map(|(name, text)| (PathBuf::from(name), text.to_owned())).into();
    let world = World { files: Arc::new(TextFiles(files)), exec: Arc::new(NoExec), ..world() };
    let loaded = load(&LoadRequest::new(Some(Path::new(name)), world.clone()))?;
    for release in &loaded.stack.releases {
        let _ = release_values(release, &world);
    }
    Ok(loaded)
}

/// Words that stack files are made of, so that random texts get past the first line.
const WORDS: [&str; 44] = [
    "releases:",
    "environments:",
    "values:",
    "  - name: ",
    "a",
    "b/c",
    "    chart: ./x",
    "    needs: [",
    "]",
    "\n",
    "\n---\n",
    "  ",
    "- ",
    "{{ ",
    " }}",
    ".Values",
    ".a",
    "| get \"a.b\"",
    "\"d\"",
    " . ",
    "helmfiles:",
    "bases: [other.yaml]",
    "templates:",
    "    inherit: [{template: t}]",
    "  t: ",
    "{",
    "}",
    "&x ",
    "*x",
    "<<: ",
    "set:",
    "\"",
    "'",
    "null",
    "true",
    "1e9",
    "2020-01-01",
    "    condition: a.enabled",
    "    values: [t.yaml.gotmpl]",
    "helmDefaults: ",
    "    labels: ",
    "    hooks: ",
    "é",
    "default:",
];

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(words in proptest::collection::vec(0..WORDS.len(), 0..60), template in proptest::bool::ANY) {
        let text: String = words.iter().map(|word| WORDS[*word]).collect();
        let _ = load_texts(if template { "stack.yaml.gotmpl" } else { "stack.yaml" }, &text);
    }
}
