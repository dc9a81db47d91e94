//! Generated values from a seed: the same again whatever is added around them, others with another seed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use stackwright::chart::{
    self, Capabilities, Chart, Dependency, File, Lookup, NoCluster, ReleaseContext, RenderOptions, RenderRequest, TemplateCache,
};
use stackwright::diag::Source;
use stackwright::template::function::Effects;
use stackwright::template::seed::{Seed, SeededEffects};
use stackwright::value::{Map, Value};
use stackwright::yaml;
use std::collections::BTreeMap;
use std::sync::Arc;
use x509_cert::Certificate;
use x509_cert::der::{DecodePem as _, Encode as _};

const MADE: i128 = 1_769_860_800_000_000_000;

fn seed(byte: u8) -> SeededEffects {
    SeededEffects::new(Seed::new([byte; 32], MADE))
}

fn chart(name: &str, templates: &[(&str, &str)]) -> Chart {
    let mut chart = Chart::default();
    chart.metadata.name = name.into();
    chart.metadata.version = "1.0.0".into();
    chart.metadata.api_version = "v2".into();
    chart.templates = templates
        .iter()
        .map(|(name, text)| File { name: format!("templates/{name}"), data: text.as_bytes().into(), modified: None })
        .collect();
    chart
}

/// Renders a chart, and returns the lines `key: value` of its documents.
fn render(chart: &Chart, values: &str, effects: &dyn Effects) -> BTreeMap<String, String> {
    let values = match yaml::parse(&Source::new("values.yaml", values)).expect("the values are YAML") {
        Value::Map(map) => map,
        _ => Map::new(),
    };
    let lookup: Arc<dyn Lookup> = Arc::new(NoCluster);
    let rendered = chart::render(&RenderRequest {
        chart,
        release: &ReleaseContext { name: "r".into(), namespace: "n".into(), revision: 1, is_install: true, is_upgrade: false },
        values: &values,
        capabilities: &Capabilities::offline(),
        lookup: &lookup,
        effects,
        cache: &TemplateCache::new(),
        options: RenderOptions::default(),
    })
    .unwrap_or_else(|error| panic!("{error}"));
    let text: Vec<String> = rendered.manifest.documents.iter().map(|document| document.text.clone()).collect();
    let lines = text.iter().flat_map(|text| text.lines());
    lines.filter_map(|line| line.split_once(": ")).map(|(key, value)| (key.trim().to_owned(), value.to_owned())).collect()
}

/// Renders a chart of these templates.
fn values_of(templates: &[(&str, &str)], values: &str, effects: &dyn Effects) -> BTreeMap<String, String> {
    render(&chart("c", templates), values, effects)
}

/// Every function that makes something up, each under a key of its own.
const EVERYTHING: &str = r#"
{{- $key := genPrivateKey "ecdsa" }}
{{- $authority := genCAWithKey "authority" 10 $key }}
alpha: {{ randAlpha 20 }}
alphanum: {{ randAlphaNum 20 }}
numeric: {{ randNumeric 20 }}
ascii: {{ randAscii 20 | b64enc }}
bytes: {{ randBytes 20 }}
int: {{ randInt 0 1000000000000 }}
shuffle: {{ shuffle "abcdefghijklmnopqrstuvwxyz" }}
uuid: {{ uuidv4 }}
bcrypt: {{ bcrypt "password" }}
htpasswd: {{ htpasswd "user" "password" }}
aes: {{ encryptAES "key" "text" }}
ecdsa: {{ $key | b64enc }}
ed25519: {{ genPrivateKey "ed25519" | b64enc }}
authority: {{ $authority.Cert | b64enc }}
signed: {{ (genSignedCertWithKey "a.b" nil nil 10 $authority $key).Cert | b64enc }}
own: {{ (genSelfSignedCertWithKey "a.b" (list "1.2.3.4") (list "c.d") 10 $key).Cert | b64enc }}
"#;

#[test]
fn one_seed_gives_the_same_values_and_another_one_others() {
    let templates = [("all.yaml", EVERYTHING)];
    let first = values_of(&templates, "", &seed(1));
    assert_eq!(first.len(), 16, "{first:?}");
    assert_eq!(values_of(&templates, "", &seed(1)), first);
    let other = values_of(&templates, "", &seed(2));
    assert_eq!(other.len(), first.len());
    for (key, value) in &first {
        assert_ne!(&other[key], value, "{key}");
    }
}

/// These are in clusters: they must never change.
#[test]
fn what_a_seed_gives_stays_for_ever() {
    let values = values_of(&[("all.yaml", EVERYTHING)], "", &seed(1));
    let found: Vec<&str> = ["alphanum", "int", "uuid", "htpasswd"].iter().map(|key| values[*key].as_str()).collect();
    assert_eq!(
        found,
        [
            "veIMg1ESwKNOCPSgVvnW",
            "916079705839",
            "9542b6ab-e66a-406b-827b-12f678773ecd",
            "user:$2a$10$0ZWdvrjTDkP3uHMqv0sw7OdVlK3eHe5ch5n5NVSTvdPFUEnP4oNEm"
        ]
    );
}

#[test]
fn the_clock_stands_at_the_seeds_time() {
    let template = "now: {{ now | date \"2006-01-02T15:04:05\" }}\nepoch: {{ now | unixEpoch }}\nago: {{ ago now }}";
    let values = values_of(&[("a.yaml", template)], "", &seed(1));
    assert_eq!([&*values["now"], &values["epoch"], &values["ago"]], ["2026-01-31T12:00:00", "1769860800", "0s"]);
}

/// Renders templates before and after a change, and checks that the keys of before have their values still.
fn check_kept(before: &[(&str, &str)], after: &[(&str, &str)], values: (&str, &str)) {
    let before = values_of(before, values.0, &seed(1));
    let after = values_of(after, values.1, &seed(1));
    assert!(!before.is_empty());
    for (key, value) in &before {
        assert_eq!(after.get(key), Some(value), "{key}: {before:?} became {after:?}");
    }
    let mut all: Vec<&String> = after.values().collect();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), after.len(), "two values are equal: {after:?}");
}

const PASSWORDS: &str = "password: {{ randAlphaNum 16 }}\ntoken: {{ randAlphaNum 16 | quote }}\n";

#[test]
fn calls_in_other_templates_change_nothing() {
    let more = [("a.yaml", "more: {{ randAlphaNum 16 }}"), ("m.yaml", PASSWORDS), ("z.yaml", "evenmore: {{ randAlphaNum 16 }}")];
    check_kept(&[("m.yaml", PASSWORDS)], &more, ("", ""));
}

#[test]
fn lines_and_calls_above_change_nothing() {
    let line = |text: &str| format!("# a line\n\nmore: {{{{ randAlphaNum 16 }}}}\nother: {{{{ uuidv4 }}}}\n{text}");
    check_kept(&[("m.yaml", PASSWORDS)], &[("m.yaml", &line(PASSWORDS))], ("", ""));
    let between = PASSWORDS.replace("token", "more: {{ randAlphaNum 16 }}\ntoken");
    check_kept(&[("m.yaml", PASSWORDS)], &[("m.yaml", &between)], ("", ""));
    let deeper = "{{- if true }}\n  password: {{- randAlphaNum  16 | quote | trimAll \"\\\"\" | print \" \" }}\n{{- end }}";
    check_kept(&[("m.yaml", "password: {{ randAlphaNum 16 }}")], &[("m.yaml", deeper)], ("", ""));
}

#[test]
fn calls_on_the_same_line_and_under_a_key_are_known_by_what_is_before_them() {
    check_kept(
        &[("m.yaml", "key: {{ randAlpha 8 }}\n")],
        &[("m.yaml", "key: {{ randAlpha 8 }}{{ $x := randAlpha 8 }}\nother: {{ $x }}\n")],
        ("", ""),
    );
    check_kept(
        &[("m.yaml", "{{ $a := randAlpha 8 }}{{ $b := randAlpha 8 }}\na: {{ $a }}\nb: {{ $b }}")],
        &[(
            "m.yaml",
            "{{ $c := randAlpha 8 }}{{ $a := randAlpha 8 }}{{ $d := randAlpha 8 }}{{ $b := randAlpha 8 }}\na: {{ $a }}\nb: {{ $b }}\nc: {{ $c }}{{ $d }}",
        )],
        ("", ""),
    );
    let keyed =
        "{{ define \"d\" }}a:\n  {{ randAlpha 8 }}\n{{ end }}{{ range $k, $v := include \"d\" . | fromYaml }}{{ $k }}: {{ $v }}\n{{ end }}";
    check_kept(&[("m.yaml", keyed)], &[("m.yaml", &keyed.replace("a:\n", "b: |\n  {{ randAlpha 8 }}\na:\n  # b:\n"))], ("", ""));
}

const HELPERS: &str = "{{ define \"password\" }}{{ if . }}{{ randAlphaNum 16 }}{{ end }}{{ end }}";

#[test]
fn templates_are_known_by_where_they_are_executed() {
    let before = "a: {{ include \"password\" 1 }}\nb: {{ template \"password\" 2 }}\nc: {{ tpl \"{{ include \\\"password\\\" . }}\" 3 }}\n";
    let after = format!(
        "x: {{{{ include \"password\" 1 }}}}\ny: {{{{ template \"password\" 2 }}}}\nz: {{{{ tpl \"{{{{ randAlphaNum 16 }}}}\" 3 }}}}\n{before}"
    );
    let moved = format!("# above\n{HELPERS}{{{{ define \"more\" }}}}{{{{ randAlphaNum 16 }}}}{{{{ end }}}}");
    check_kept(&[("_h.tpl", HELPERS), ("m.yaml", before)], &[("_moved.tpl", &moved), ("m.yaml", &after)], ("", ""));
}

#[test]
fn iterations_are_known_by_their_items() {
    let map = "{{ range $name, $user := .Values.users }}\n{{ $name }}: {{ randAlphaNum 16 }}\n{{ end }}";
    check_kept(&[("m.yaml", map)], &[("m.yaml", map)], ("users: {b: 1, c: 2}", "users: {a: 0, b: 3, c: 4, d: 5}"));
    let texts = "{{ range .Values.users }}\n{{ . }}: {{ randAlphaNum 16 }}\n{{ end }}";
    check_kept(&[("m.yaml", texts)], &[("m.yaml", texts)], ("users: [b, c]", "users: [c, a, b]"));
    let named = "{{ range .Values.users }}\n{{ .name }}: {{ randAlphaNum 16 }}\n{{ end }}";
    check_kept(
        &[("m.yaml", named)],
        &[("m.yaml", named)],
        ("users: [{name: b}, {name: c}]", "users: [{name: a}, {name: c, x: 1}, {name: b}]"),
    );
    let counted = "{{ range $i, $user := .Values.users }}\n{{ $user.id }}: {{ randAlphaNum 16 }}\n{{ end }}";
    check_kept(&[("m.yaml", counted)], &[("m.yaml", counted)], ("users: [{id: b}, {id: b1}]", "users: [{id: b}, {id: b1}, {id: b2}]"));
}

#[test]
fn equal_calls_in_a_row_differ() {
    let template = "{{ range until 3 }}\na{{ . }}: {{ randAlpha 8 }}-{{ randAlpha 8 }}-{{ randAlpha 8 }}{{ end }}";
    let values = values_of(&[("m.yaml", template)], "", &seed(1));
    let mut drawn: Vec<&str> = values.values().flat_map(|value| value.split('-')).collect();
    drawn.sort_unstable();
    drawn.dedup();
    assert_eq!(drawn.len(), 9, "{values:?}");
}

#[test]
fn one_chart_under_two_names_draws_for_each() {
    let mut parent = chart("parent", &[]);
    let alias = |alias: &str| Dependency { name: "child".into(), version: "1.0.0".into(), alias: alias.into(), ..Dependency::default() };
    parent.dependencies = vec![Arc::new(chart("child", &[("m.yaml", "{{ .Chart.Name }}: {{ randAlphaNum 16 }}")]))];
    parent.metadata.dependencies = Some(vec![Some(alias("one")), Some(alias("two"))]);
    let both = render(&parent, "", &seed(1));
    assert_ne!(both["one"], both["two"]);
    parent.metadata.dependencies = Some(vec![Some(alias("another")), Some(alias("two")), Some(alias("one"))]);
    let more = render(&parent, "", &seed(1));
    assert_eq!((&more["one"], &more["two"]), (&both["one"], &both["two"]));
}

#[test]
fn other_arguments_draw_other_values() {
    let template = |length: usize| format!("a: {{{{ randAlpha {length} }}}}");
    let short = values_of(&[("m.yaml", &template(8))], "", &seed(1));
    let long = values_of(&[("m.yaml", &template(9))], "", &seed(1));
    assert!(!long["a"].starts_with(&short["a"]), "{short:?} {long:?}");
}

#[test]
fn certificates_of_a_seeded_authority_are_signed_by_it() {
    let values = values_of(&[("all.yaml", EVERYTHING)], "", &seed(1));
    let certificate = |key: &str| {
        let pem = STANDARD.decode(&values[key]).unwrap();
        Certificate::from_pem(pem).unwrap()
    };
    let (authority, signed) = (certificate("authority"), certificate("signed"));
    let key = authority.tbs_certificate().subject_public_key_info().subject_public_key.raw_bytes();
    let key = VerifyingKey::from_sec1_bytes(key).unwrap();
    for certificate in [&authority, &signed] {
        let signature = Signature::from_der(certificate.signature().raw_bytes()).unwrap();
        key.verify(&certificate.tbs_certificate().to_der().unwrap(), &signature).unwrap();
    }
    assert_eq!(signed.tbs_certificate().issuer(), authority.tbs_certificate().subject());
    assert_ne!(signed.tbs_certificate().serial_number(), authority.tbs_certificate().serial_number());
    let start = signed.tbs_certificate().validity().not_before.to_unix_duration().as_secs();
    assert_eq!(i128::from(start) * 1_000_000_000, MADE);
}

#[test]
fn what_draws_nothing_is_the_same_with_a_seed() {
    struct Untouched;
    impl Effects for Untouched {
        fn random(&self, _: &mut [u8]) {
            panic!("nothing asks for chance");
        }
        fn now(&self) -> i128 {
            panic!("nothing asks for the time");
        }
    }
    let template = "{{ range $k, $v := dict \"a\" 1 \"b\" 2 }}\n{{ $k }}: {{ tpl (include \"h\" $v) $v }}{{ end }}";
    let templates = [("_h.tpl", "{{ define \"h\" }}{{ . }}{{ end }}"), ("m.yaml", template)];
    assert_eq!(values_of(&templates, "", &Untouched), values_of(&templates, "", &seed(1)));
}
