//! Hostile input: each ends in an error that says what is wrong, soon, and without much memory. Limits are lowered where the real
//! ones would make a test slow.

use flate2::{Compression, write::GzEncoder};
use stackwright::chart::values::{parse_into, parse_json_into};
use stackwright::chart::{
    self, Capabilities, Chart, File, Lookup, NoCluster, ReleaseContext, RenderOptions, RenderRequest, TemplateCache, path_match,
};
use stackwright::diag::Source;
use stackwright::template::Limits;
use stackwright::template::seed::{Seed, SeededEffects};
use stackwright::value::{Map, Value};
use stackwright::yaml;
use std::io::Write;
use std::sync::Arc;

const LOW: Limits = Limits { output: 1 << 20, depth: 10_000, text: 1 << 20, steps: 1 << 20 };

fn render_with(template: &str, limits: Limits) -> Result<String, chart::Error> {
    let mut chart = Chart::default();
    chart.metadata.name = "c".into();
    chart.metadata.version = "1.0.0".into();
    chart.metadata.api_version = "v2".into();
    chart.templates = vec![File { name: "templates/NOTES.txt".into(), data: template.as_bytes().into(), modified: None }];
    render_chart(&chart, limits)
}

fn render_chart(chart: &Chart, limits: Limits) -> Result<String, chart::Error> {
    let lookup: Arc<dyn Lookup> = Arc::new(NoCluster);
    let rendered = chart::render(&RenderRequest {
        chart,
        release: &ReleaseContext { name: "r".into(), namespace: "n".into(), revision: 1, is_install: true, is_upgrade: false },
        values: &Map::new(),
        capabilities: &Capabilities::offline(),
        lookup: &lookup,
        effects: &SeededEffects::new(Seed::new([1; 32], 0)),
        cache: &TemplateCache::new(),
        options: RenderOptions { limits, ..RenderOptions::default() },
    });
    rendered.map(|rendered| rendered.notes)
}

/// Renders a template that must fail: with these words, and at a place.
#[track_caller]
fn check(template: &str, words: &str) {
    let error = render_with(template, LOW).expect_err("it never ends otherwise");
    let shown = &template[..template.len().min(200)];
    let text = error.to_string();
    assert!(text.contains(words), "{shown}: {}", &text[..text.floor_char_boundary(1000)]);
    let diagnostic = error.diagnostic();
    assert!(diagnostic.labels.iter().any(|label| label.primary), "{shown}: no place");
    assert!(diagnostic.trace.len() <= 21, "{shown}: {} calls are shown", diagnostic.trace.len());
}

const TOO_LARGE: &str = "result would be larger than";
const TOO_LONG: &str = "rendering takes more than 1048576 steps";

#[test]
fn templates_that_never_end() {
    check("{{ define \"x\" }}{{ include \"x\" . }}{{ end }}{{ include \"x\" . }}", "nested reference name: x");
    check("{{ define \"x\" }}{{ template \"x\" . }}{{ end }}{{ template \"x\" . }}", "exceeded maximum template depth (10000)");
    check("{{ $_ := set .Values \"x\" \"{{ tpl .Values.x . }}\" }}{{ tpl .Values.x . }}", "too many templates nested in each other");
    let ring: String = (0..5).map(|at| format!("{{{{ define \"{at}\" }}}}{{{{ include \"{}\" . }}}}{{{{ end }}}}", (at + 1) % 5)).collect();
    check(&format!("{ring}{{{{ include \"0\" . }}}}"), "too many templates nested in each other");
    check("{{ range 1000000000000 }}{{ end }}", TOO_LONG);
    check("{{ range until 10000 }}{{ range until 10000 }}{{ end }}{{ end }}", TOO_LONG);
}

#[test]
fn texts_and_lists_without_end() {
    for call in [
        "repeat 1000000000 \"x\"",
        "until 1000000000",
        "untilStep 0 1000000000 1",
        "seq 1 1000000000",
        "randBytes 10000000000",
        "randAlphaNum 10000000000",
        "indent 1000000000 \"a\"",
        "nindent 1000000000 \"a\"",
        "replace \"\" (repeat 100000 \"b\") (repeat 100000 \"a\")",
        "regexReplaceAll \"\" (repeat 10000 \"a\") (repeat 100000 \"b\")",
        "wrapWith 1 (repeat 100000 \"b\") (repeat 100000 \"a \")",
    ] {
        check(&format!("{{{{ {call} | len }}}}"), TOO_LARGE);
    }
    let doubled =
        |call: &str| format!("{{{{ $x := \"aaaaaaaa\" }}}}{{{{ range until 100 }}}}{{{{ $x = {call} }}}}{{{{ end }}}}{{{{ len $x }}}}");
    for call in ["cat $x $x", "printf \"%s%s\" $x $x", "print $x $x $x", "nindent 0 (cat $x $x)"] {
        check(&doubled(call), TOO_LARGE);
    }
    check(&doubled("concat (list $x) (list $x $x) | toString"), TOO_LARGE);
    check("{{ $x := list 1 }}{{ range until 100 }}{{ $x = concat $x $x }}{{ end }}", TOO_LONG);
    check("{{ range until 10000 }}{{ repeat 1000 \"y\" }}{{ end }}", "output is longer than 1048576 bytes");
}

#[test]
fn values_that_hold_each_other_many_times() {
    let dag = "{{ $d := dict \"x\" 1 }}{{ $e := dict \"x\" 1 }}{{ range until 40 }}{{ $d = dict \"a\" $d \"b\" $d }}{{ $e = dict \"a\" $e \"b\" $e }}{{ end }}";
    for call in
        ["toYaml $d", "toJson $d", "toYamlPretty $d", "toToml $d", "toPrettyJson $d", "deepCopy $d", "deepEqual $d $e", "merge $d $e"]
    {
        check(&format!("{dag}{{{{ {call} }}}}"), "value holds too much");
    }
    let chain = "{{ $d := dict }}{{ range until 20000 }}{{ $d = dict \"a\" $d }}{{ end }}";
    for call in ["toYaml $d", "mustToJson $d", "deepCopy $d"] {
        check(&format!("{chain}{{{{ {call} }}}}"), "value is nested more than 1000 deep");
    }
    let merged = render_with(&format!("{chain}{{{{ mergeOverwrite (dict) $d | len }}}}"), LOW);
    assert_eq!(merged.expect("what is on one side only is not walked over"), "1");
    let printed = render_with(&format!("{chain}{{{{ print $d | len }}}}"), LOW).expect("what is too deep is cut short");
    assert_eq!(printed, (1000 * "map[a:]".len() + 3).to_string());
}

#[test]
fn slow_functions_count_as_what_they_take() {
    for call in ["genPrivateKey \"rsa\"", "htpasswd \"a\" (toString .)", "derivePassword 1 \"long\" \"a\" (toString .) \"b\""] {
        check(&format!("{{{{ range until 100 }}}}{{{{ {call} | len }}}}{{{{ end }}}}"), TOO_LONG);
    }
    check("{{ until 5000 | uniq }}", TOO_LONG);
    check("{{ regexFindAll \".*[^A-Z]|[A-Z]\" (repeat 100000 \"A\") -1 | len }}", TOO_LONG);
    check("{{ range until 1000 }}{{ regexMatch (printf \"(\\\\pL|%d){1000}\" .) \"a\" }}{{ end }}", TOO_LONG);
}

#[test]
fn patterns_versions_and_widths() {
    check("{{ mustRegexMatch \"a{1001}\" \"a\" }}", "invalid repeat count: `{1001}`");
    check("{{ mustRegexMatch \"((a{100}){10}){10}\" \"a\" }}", "invalid repeat count");
    check("{{ mustRegexMatch (repeat 100000 \"(\") \"a\" }}", "error parsing regexp");
    check("{{ semver (repeat 1000 \"9\") }}", "version string is too long");
    check("{{ semverCompare (repeat 1000 \"1||\") \"1.0.0\" }}", "constraint string is too long");
    let wide = render_with("{{ printf \"%1000000000d|%.1000000000f\" 1 1.0 }}", LOW).expect("Go takes such widths for mistakes");
    assert!(wide.contains("%!("), "{wide}");
    assert_eq!(path_match(&format!("{}b", "*a".repeat(1000)), &"a".repeat(200)), Ok(false));
    let glob = format!("{{{{ .Files.Glob \"{}b\" | len }}}}{{{{ .Files.Glob \"{}\" | len }}}}", "*a".repeat(30), "{a,b}".repeat(50));
    assert_eq!(render_with(&glob, LOW).expect("nothing matches"), "00");
}

#[test]
fn templates_of_any_depth_and_number() {
    for (open, close) in
        [("{{ if true }}", "{{ end }}"), ("{{ if true }}", ""), ("{{ with 1 }}", "{{ end }}"), ("{{ range . }}{{ else }}", "{{ end }}")]
    {
        check(&format!("{}{}", open.repeat(50_000), close.repeat(50_000)), "max expression depth exceeded");
    }
    check(&format!("{{{{ {}1{} }}}}", "(".repeat(100_000), ")".repeat(100_000)), "max expression depth exceeded");
    let definitions: String = (0..50_000).map(|at| format!("{{{{ define \"{at}\" }}}}x{{{{ end }}}}")).collect();
    assert_eq!(render_with(&definitions, LOW).expect("there may be many"), "");
}

#[test]
fn yaml_json_and_toml() {
    let bomb: String = (1..12).map(|at| format!("a{at}: &a{at} [{}]\n", vec![format!("*a{}", at - 1); 9].join(","))).collect();
    let bomb = format!("a0: &a0 [x,x,x,x,x,x,x,x,x]\n{bomb}");
    let merges: String = (1..40).map(|at| format!("a{at}: &a{at} {{<<: [*a{0}, *a{0}], k{at}: 1}}\n", at - 1)).collect();
    for (text, words) in [
        (bomb, "document contains excessive aliasing"),
        (format!("a0: &a0 {{x: 1}}\n{merges}"), "document contains excessive aliasing"),
        ("a: &a [*a]".into(), "anchor 'a' value contains itself"),
        (format!("a: {}", "[".repeat(100_000)), "exceeded max depth of 10000"),
        ("- ".repeat(100_000), "exceeded max depth of 10000"),
        ((0..5000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect(), "exceeded max depth of 1000"),
    ] {
        let error = yaml::parse(&Source::new("values.yaml", text)).expect_err("it never ends otherwise");
        assert!(error.to_string().contains(words), "{error}");
        assert!(error.span().is_some(), "{error}");
    }
    let read = |call: &str| render_with(&format!("{{{{ {call} | toJson }}}}"), LOW).expect("the mistake is the result");
    assert!(read("repeat 100000 \"[\" | fromYaml").contains("exceeded max depth"));
    assert!(read("repeat 100000 \"[\" | fromJson").contains("exceeded max depth"));
    assert!(read("printf \"a = %s\" (repeat 100000 \"[\") | fromToml").contains("Error"));
}

#[test]
fn values_of_a_command_line() {
    let set = |text: String| parse_into(&Source::new("--set", text), &Map::new()).expect_err("it never ends otherwise").to_string();
    assert!(set("a[99999999]=1".into()).contains("index of 99999999 is greater than maximum supported index of 65536"));
    assert!(set(format!("{}b=1", "a.".repeat(1000))).contains("maximum supported nested level of 30"));
    assert!(set(format!("a{}=1", "[0]".repeat(10_000))).contains("lists are nested more than 300 deep"));
    assert!(set(format!("a{}=1", "[0].b".repeat(10_000))).contains("nested"));
    assert!(set(format!("a={}", "{".repeat(10_000))).contains("list must terminate with '}'"));
    let json = parse_json_into(&Source::new("--set-json", format!("a={}", "[".repeat(10_000))), &Map::new());
    assert!(json.is_err());
}

/// Packs files, given as tar entries: name, type, claimed size, contents.
fn archive(entries: &[(&str, tar::EntryType, u64, &[u8])]) -> Vec<u8> {
    let mut bytes = header(entries);
    let mut end = GzEncoder::new(Vec::new(), Compression::fast());
    end.write_all(&[0; 1024]).expect("memory can be written");
    bytes.extend(end.finish().expect("memory can be written"));
    bytes
}

/// Packs files without the archive's end.
fn header(entries: &[(&str, tar::EntryType, u64, &[u8])]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    for (name, kind, size, data) in entries {
        let mut header = tar::Header::new_gnu();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(*size);
        header.set_mode(0o644);
        header.set_cksum();
        gzip.write_all(header.as_bytes()).expect("memory can be written");
        gzip.write_all(data).expect("memory can be written");
        gzip.write_all(&vec![0; data.len().next_multiple_of(512) - data.len()]).expect("memory can be written");
    }
    gzip.finish().expect("memory can be written")
}

const CHART: (&str, tar::EntryType, u64, &[u8]) =
    ("c/Chart.yaml", tar::EntryType::Regular, 38, b"apiVersion: v2\nname: c\nversion: 1.0.0\n");

#[track_caller]
fn refused(bytes: &[u8], words: &str) {
    let error = chart::load_archive(bytes).expect_err("it is refused");
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        text.push_str(&format!(": {inner}"));
        source = inner.source();
    }
    assert!(text.contains(words), "{text}");
}

#[test]
fn archives_that_lead_elsewhere() {
    use tar::EntryType as Kind;
    refused(&archive(&[CHART, ("c/../../evil", Kind::Regular, 0, b"")]), "chart illegally references parent directory");
    refused(&archive(&[CHART, ("c//etc/passwd", Kind::Regular, 0, b"")]), "chart illegally contains absolute paths");
    refused(&archive(&[CHART, ("c/c:/x", Kind::Regular, 0, b"")]), "chart contains illegally named files");
    // A link is a file without contents, as Helm has it: what it points to is never read.
    let linked = chart::load_archive(&archive(&[CHART, ("c/link", Kind::Symlink, 0, b"")])).expect("links are empty files");
    assert!(linked.files.iter().all(|file| file.data.is_empty()));
}

#[test]
fn archives_that_unpack_without_end() {
    use tar::EntryType as Kind;
    let size = 330 << 20;
    refused(&archive(&[CHART, ("c/x", Kind::Regular, size, &[])]), "decompressed chart is larger than the maximum size 104857600");
    let mut zeros = GzEncoder::new(Vec::new(), Compression::fast());
    zeros.write_all(&vec![0; 10 << 20]).expect("memory can be written");
    let zeros = zeros.finish().expect("memory can be written");
    for kind in [Kind::XHeader, Kind::GNULongName, Kind::Directory] {
        let mut bytes = header(&[CHART, ("c/x", kind, size, &[])]);
        bytes.extend(zeros.repeat(33));
        refused(&bytes, "unpacks to more than 314572800 bytes");
    }
    let names: Vec<String> = (0..100_001).map(|at| format!("c/{at}")).collect();
    let many: Vec<_> = names.iter().map(|name| (name.as_str(), Kind::Regular, 0, &b""[..])).collect();
    refused(&archive(&many), "chart holds more than 100000 files");
}

#[test]
fn charts_that_hold_each_other_many_times() {
    use tar::EntryType as Kind;
    let mut inner = archive(&[CHART]);
    for _ in 0..20 {
        let size = inner.len() as u64;
        inner = archive(&[CHART, ("c/charts/a.tgz", Kind::Regular, size, &inner), ("c/charts/b.tgz", Kind::Regular, size, &inner)]);
    }
    refused(&inner, "chart holds more than 10000 charts");
}

#[test]
fn archives_within_a_chart_that_unpack_to_too_much() {
    use tar::EntryType as Kind;
    let zeros = vec![0; 60 << 20];
    let large = header(&[("c/x", Kind::Regular, zeros.len() as u64, &zeros)]);
    let names: Vec<String> = (0..9).map(|at| format!("c/charts/{at}.tgz")).collect();
    // Equal archives are held once: these differ in a file name.
    let packed: Vec<Vec<u8>> = names
        .iter()
        .map(|name| [large.clone(), archive(&[CHART, (&name.replace("charts/", "x"), Kind::Regular, 0, b"")])].concat())
        .collect();
    let mut entries = vec![CHART];
    entries.extend(names.iter().zip(&packed).map(|(name, data)| (name.as_str(), Kind::Regular, data.len() as u64, &data[..])));
    refused(&archive(&entries), "524288000");
}

#[cfg(unix)]
#[test]
fn links_that_go_round() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    std::fs::write(folder.path().join("Chart.yaml"), "apiVersion: v2\nname: c\nversion: 1.0.0\n").expect("the folder can be written");
    for name in ["a", "b"] {
        std::os::unix::fs::symlink(".", folder.path().join(name)).expect("links can be made");
    }
    let error = chart::load(folder.path()).expect_err("it never ends otherwise");
    assert!(matches!(error, chart::Error::Read { .. } | chart::Error::TooMany { .. }), "{error}");
}

#[test]
fn values_that_are_too_deep() {
    let value = (0..100_000).fold(Value::Nil, |inner, _| Value::list(vec![inner]));
    assert!(yaml::to_string(&value).is_err());
    assert!(value.weigh(usize::MAX).is_err());
}

/// A chart whose schema has these definitions, `d0` for its values.
fn refuses_values(definitions: &str, values: &str, words: &str) {
    let schema =
        format!(r##"{{"$schema":"http://json-schema.org/draft-07/schema#","$ref":"#/definitions/d0","definitions":{definitions}}}"##);
    let size = schema.len() as u64;
    let chart = archive(&[
        CHART,
        ("c/values.yaml", tar::EntryType::Regular, values.len() as u64, values.as_bytes()),
        ("c/values.schema.json", tar::EntryType::Regular, size, schema.as_bytes()),
    ]);
    let chart = chart::load_archive(&chart).expect("the chart can be read");
    let error = render_chart(&chart, Limits::default()).expect_err("it is refused").to_string();
    assert!(error.contains(words), "{error}");
}

#[test]
fn schemas_that_double_at_each_reference() {
    let twice = |at: usize| {
        format!(r##""d{at}":{{"allOf":[{{"$ref":"#/definitions/d{next}"}},{{"$ref":"#/definitions/d{next}"}}]}}"##, next = at + 1)
    };
    let doubling: Vec<String> = (0..60).map(twice).collect();
    refuses_values(&format!(r#"{{{},"d60":{{"required":["a"]}}}}"#, doubling.join(",")), "{}", "takes more than 16777216 steps to check");
    let below = r##"{"d0":{"properties":{"a":{"allOf":[{"$ref":"#/definitions/d0"},{"$ref":"#/definitions/d0"}]}}}}"##;
    let values = format!("{}{{}}{}", "{a: ".repeat(100), "}".repeat(100));
    refuses_values(below, &values, "takes more than 16777216 steps to check");
    let chain: Vec<String> = (0..20_000).map(|at| format!(r##""d{at}":{{"$ref":"#/definitions/d{}"}}"##, at + 1)).collect();
    refuses_values(&format!(r#"{{{},"d20000":true}}"#, chain.join(",")), "{}", "takes more than 16777216 steps to check");
}
