//! Charts against the real Helm: `tests/oracle/charts/cases.txt`, and `expected/CASE.out`, what `helm template` printed.

use crate::no_effects::NoEffects;
use stackwright::chart::values::ValueOptions;
use stackwright::chart::{
    self, Capabilities, Error, KubeVersion, LoadCache, Lookup, NoCluster, PrintOptions, ReleaseContext, RenderOptions, RenderRequest,
    Rendered, TemplateCache,
};
use stackwright::diag::Source;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/charts")
}

/// What the arguments of one case say.
struct Case {
    chart: PathBuf,
    release: ReleaseContext,
    values: ValueOptions,
    capabilities: Result<Capabilities, Error>,
    print: PrintOptions,
}

impl Case {
    fn parse(chart: &str, arguments: &[&str]) -> Case {
        let folder = folder();
        let mut case = Case {
            chart: folder.join("charts").join(chart),
            release: ReleaseContext {
                name: "release".into(),
                namespace: "default".into(),
                revision: 1,
                is_install: true,
                is_upgrade: false,
            },
            values: ValueOptions::default(),
            capabilities: Ok(Capabilities::offline()),
            print: PrintOptions::default(),
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut value = || (*arguments.next().expect("the option has a value")).to_owned();
            match *argument {
                "-f" => {
                    let path = value();
                    let text = fs::read_to_string(folder.join(&path)).expect("the values file is there");
                    case.values.files.push(Source::new(path, text));
                }
                "--set" => case.values.set.push(value()),
                "--set-string" => case.values.set_string.push(value()),
                "--set-json" => case.values.set_json.push(value()),
                "--set-file" => case.values.set_file.push(value()),
                "--set-literal" => case.values.set_literal.push(value()),
                "--kube-version" => {
                    let version = KubeVersion::parse(&value());
                    case.capabilities = case.capabilities.and_then(|capabilities| Ok(capabilities.with_kube_version(version?)));
                }
                "-a" => {
                    let version = value();
                    case.capabilities = case.capabilities.map(|capabilities| capabilities.with_api_versions([version]));
                }
                "-n" => case.release.namespace = value(),
                "-s" => case.print.show_only.push(value()),
                "--is-upgrade" => (case.release.is_install, case.release.is_upgrade) = (false, true),
                "--include-crds" => case.print.include_crds = true,
                "--skip-tests" => case.print.skip_tests = true,
                "--no-hooks" => case.print.no_hooks = true,
                other => panic!("the runner does not know {other}"),
            }
        }
        case
    }

    fn render(self) -> Result<(Rendered, PrintOptions), Error> {
        let capabilities = self.capabilities?;
        let read_file = |path: &str| fs::read(folder().join(path)).map_err(|_| format!("open {path}: no such file or directory"));
        let values = self.values.merge(&read_file)?;
        let chart = chart::load_with(&self.chart, &LoadCache::new())?;
        let lookup: Arc<dyn Lookup> = Arc::new(NoCluster);
        let rendered = chart::render(&RenderRequest {
            chart: &chart,
            release: &self.release,
            values: &values,
            capabilities: &capabilities,
            lookup: &lookup,
            effects: &NoEffects,
            cache: &TemplateCache::new(),
            options: RenderOptions::default(),
        })?;
        Ok((rendered, self.print))
    }

    /// Returns standard output, standard error and exit code as `generate.sh` writes them.
    fn output(self) -> String {
        let result = self.render().and_then(|(rendered, print)| chart::print_template(&rendered, &print));
        match result {
            Ok(text) => format!("{text}--- stderr\n--- exit 0\n"),
            Err(error) => {
                let mut text = format!("--- stderr\nError: {error}\n");
                if error.has_partial_release() {
                    text.push_str("\nUse --debug flag to render out invalid YAML\n");
                }
                text.push_str("--- exit 1\n");
                text.replace(&format!("{}/", folder().display()), "")
            }
        }
    }
}

#[test]
fn charts_render_as_helm_renders_them() {
    let cases = fs::read_to_string(folder().join("cases.txt")).expect("the cases are there");
    let (mut failures, mut count) = (String::new(), 0);
    for line in cases.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let expected = fs::read_to_string(folder().join("expected").join(format!("{}.out", fields[0]))).expect("generate.sh has run");
        let found = Case::parse(fields[1], &fields[2..]).output();
        count += 1;
        if found != expected {
            let at = found.lines().zip(expected.lines()).position(|(found, expected)| found != expected);
            let line = |text: &str| text.lines().nth(at.unwrap_or(usize::MAX)).unwrap_or("(the length)").to_owned();
            let _ = writeln!(failures, "{}:\n  helm: {}\n  ours: {}", fields[0], line(&expected), line(&found));
        }
    }
    assert!(count > 100, "only {count} cases were found");
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn a_template_that_includes_itself_ends_in_an_error() {
    let error = Case::parse("templates", &["--set", "case=loop"]).render().map(|_| ()).expect_err("it never ends otherwise");
    let text = error.to_string();
    assert!(text.starts_with("template: templates/templates/loop.yaml:1:34: executing"), "{}", &text[..200]);
    assert!(text.ends_with("rendering template has a nested reference name: loops: unable to execute template"));
}

#[test]
fn charts_within_charts_end_somewhere() {
    let deep = |depth: usize| {
        let mut archive = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
        for level in 0..=depth {
            let data = format!("apiVersion: v2\nname: c{level}\nversion: 0.1.0\n");
            let mut header = tar::Header::new_gnu();
            header.set_size(data.len() as u64);
            let path = format!("c/{}Chart.yaml", "charts/c/".repeat(level));
            archive.append_data(&mut header, path, data.as_bytes()).expect("memory can be written");
        }
        let bytes = archive.into_inner().and_then(flate2::write::GzEncoder::finish).expect("memory can be written");
        chart::load_archive(&bytes).map(|chart| chart.name().to_owned())
    };
    assert_eq!(deep(100).expect("a hundred charts are fine"), "c0");
    let error = deep(101).expect_err("a hundred and one are not").to_string();
    assert!(error.ends_with("charts are nested more than 100 deep"), "{error}");
}
