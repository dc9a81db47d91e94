//! What templates see of a chart's values against the real Helm: coalescing, conditions, tags, aliases, imports, globals, and
//! the schema. `tests/oracle/chart_values` and `tests/oracle/schema` hold `cases.jsonl`, and `expected.jsonl`, which
//! `oracle chart-values` made of it.

use super::typed::typed;
use crate::no_effects::NoEffects;
use serde_json::Value as Json;
use stackwright::chart::values::ValueOptions;
use stackwright::chart::{self, Capabilities, Lookup, NoCluster, Notice, ReleaseContext, RenderOptions, RenderRequest, TemplateCache};
use stackwright::diag::Source;
use stackwright::value::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn lines(path: &Path) -> Vec<Json> {
    let text = fs::read_to_string(path).expect("the file is there");
    text.lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect()
}

/// Packs the files of a case; an archive needs a folder around them.
fn archive(case: &Json) -> Vec<u8> {
    let mut archive = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none()));
    for (name, data) in case["files"].as_object().expect("a case has files") {
        let data = data.as_str().expect("a file is text");
        let mut header = tar::Header::new_gnu();
        header.set_size(data.len() as u64);
        archive.append_data(&mut header, format!("top/{name}"), data.as_bytes()).expect("memory can be written");
    }
    archive.into_inner().and_then(flate2::write::GzEncoder::finish).expect("memory can be written")
}

/// Returns the values, the charts and the log, or the error, as the oracle writes them.
fn answer(case: &Json) -> Result<(String, BTreeSet<String>, BTreeSet<String>), String> {
    let chart = chart::load_archive(&archive(case)).map_err(|error| error.to_string())?;
    let source = Source::new("values.yaml", case["values"].as_str().expect("a case has values"));
    let options = ValueOptions { files: vec![source], ..ValueOptions::default() };
    let values = options.merge(&|_| Err("there are no files".into())).map_err(|error| error.to_string())?;
    let lookup: Arc<dyn Lookup> = Arc::new(NoCluster);
    let rendered = chart::render(&RenderRequest {
        chart: &chart,
        release: &ReleaseContext { name: "release".into(), namespace: "default".into(), revision: 1, is_install: true, is_upgrade: false },
        values: &values,
        capabilities: &Capabilities::offline(),
        lookup: &lookup,
        effects: &NoEffects,
        cache: &TemplateCache::new(),
        // Libraries and charts with missing dependencies are looked at, too.
        options: RenderOptions { lint: true, skip_schema: case["skipSchema"] == true, ..RenderOptions::default() },
    })
    .map_err(|error| error.to_string())?;
    let charts = rendered.manifest.documents.iter().map(|document| {
        let path = document.source.strip_suffix("/templates/x.yaml").expect("every chart has this template");
        path.replace("/charts/", "/")
    });
    let log = rendered.notices.iter().filter(|notice| notice.message != "this chart is deprecated").map(Notice::to_string);
    Ok((typed(&Value::Map(rendered.values.clone())), charts.collect(), log.collect()))
}

fn texts(list: &Json) -> BTreeSet<String> {
    list.as_array().into_iter().flatten().map(|text| text.as_str().expect("a list of texts").to_owned()).collect()
}

fn check(folder: &Path, least: usize) {
    let (cases, expected) = (lines(&folder.join("cases.jsonl")), lines(&folder.join("expected.jsonl")));
    assert_eq!(cases.len(), expected.len());
    assert!(cases.len() >= least, "only {} cases were found", cases.len());
    let mut failures = String::new();
    for (case, expected) in cases.iter().zip(&expected) {
        let wanted = match expected["err"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok((
                expected["values"].as_str().expect("an answer has values").to_owned(),
                texts(&expected["charts"]),
                texts(&expected["log"]),
            )),
        };
        let found = answer(case);
        if found != wanted {
            let _ = writeln!(failures, "{}\n  helm: {wanted:?}\n  ours: {found:?}", case["name"]);
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

fn oracle(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle").join(folder)
}

#[test]
fn templates_see_the_values_that_helm_shows_them() {
    // Any number of other cases can be tried: generate.py writes them into a folder.
    let folder = std::env::var_os("STACKWRIGHT_CHART_VALUES").map_or_else(|| oracle("chart_values"), PathBuf::from);
    check(&folder, 300);
}

#[test]
fn schemas_refuse_what_helm_refuses_in_its_words() {
    let folder = std::env::var_os("STACKWRIGHT_SCHEMAS").map_or_else(|| oracle("schema"), PathBuf::from);
    check(&folder, 500);
}
