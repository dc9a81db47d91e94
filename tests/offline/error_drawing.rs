//! How an error of a template is shown: on a terminal each step of the way with its line, for programs Helm's words first.

use crate::no_effects::NoEffects;
use stackwright::chart::{
    self, Capabilities, Error, LoadCache, Lookup, NoCluster, ReleaseContext, RenderOptions, RenderRequest, TemplateCache,
};
use stackwright::report::{draw, write_for_programs};
use stackwright::value::{Map, Value};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Renders the shop of the flags' oracle so that a template of it fails: `fail` in a define, which a `tpl` within a `range`
/// includes, in a define that the file includes.
fn error(case: &str) -> Error {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/template_flags/charts/shop");
    let chart = chart::load_with(&folder, &LoadCache::new()).expect("the chart loads");
    let values: Map = [("fail", Value::str(case))].into_iter().collect();
    let lookup: Arc<dyn Lookup> = Arc::new(NoCluster);
    let request = RenderRequest {
        chart: &chart,
        release: &ReleaseContext { name: "r".into(), namespace: "default".into(), revision: 1, is_install: true, is_upgrade: false },
        values: &values,
        capabilities: &Capabilities::offline(),
        lookup: &lookup,
        effects: &NoEffects,
        cache: &TemplateCache::new(),
        options: RenderOptions::default(),
    };
    chart::render(&request).map(|_| ()).expect_err("it fails")
}

const STEPS: &str = r#" --> shop/templates/fail.yaml:1:24
  |
1 | {{- define "deep" }}{{ fail "not today" }}{{ end }}
  |                        ^^^^^^^^^^^^^^^^
  |
  = via: include "deep" . in "gotpl"
  |
 ::: gotpl:1:4
  |
1 | {{ include "deep" . }}
  |    ----------------
  |
  = via: tpl "{{ include \"deep\" . }}" $ in "deeper"
  |
 ::: shop/templates/fail.yaml:4:9
  |
4 |     {{- tpl "{{ include \"deep\" . }}" $ }}
  |         --------------------------------
  |
  = via: include "deeper" . in "shop/templates/fail.yaml"
  |
 ::: shop/templates/fail.yaml:9:4
  |
9 | {{ include "deeper" . }}
  |    ------------------
"#;

fn squeezed(text: &str) -> Vec<String> {
    // How far an excerpt stands from what follows it is the drawer's business.
    text.lines().map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty() && line.trim() != "|").collect()
}

#[test]
fn a_terminal_sees_each_include_tpl_and_fail_with_its_line() {
    let drawn = draw([&error("include").diagnostic()], false);
    let wanted: Vec<String> = [vec!["error: fail: not today".to_owned()], squeezed(STEPS)].concat();
    let lines = squeezed(&drawn);
    let shown: Vec<&String> = lines.iter().filter(|line| wanted.contains(line)).collect();
    assert_eq!(shown, wanted.iter().collect::<Vec<_>>(), "{drawn}");
}

#[test]
fn a_program_sees_helms_own_line_first() {
    for case in ["include", "fail", "nil", "yaml"] {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/oracle/template_flags/expected/fail-{case}.out"));
        let golden = fs::read_to_string(golden).expect("generate.sh has run");
        let line = golden.lines().find(|line| line.starts_with("Error: ")).expect("Helm refuses the case");
        let written = write_for_programs([&error(case).diagnostic()], false);
        assert_eq!(written.lines().next(), Some(line), "{written}");
    }
}
