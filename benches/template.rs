//! The template engine beside gtmpl, on templates that gtmpl can do: no assignment, no mutable maps, no `%q`.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stackwright::diag::Source;
use stackwright::template::function::{Effects, Functions};
use stackwright::template::{Compiled, Interpreter, Limits, MissingKey, Set, funcs};
use stackwright::value::Value;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

/// Templates by name: one for each thing that charts do much of, and a manifest that does all of them.
const TEMPLATES: [(&str, &str); 7] = [
    ("text", TEXT),
    ("fields", "{{ range .containers }}{{ .image.repository }}:{{ .image.tag }} {{ .name }} {{ .port }}\n{{ end }}"),
    (
        "conditions",
        "{{ range .containers }}{{ if and .port (not $.minimal) (eq .component \"api\") }}a{{ else if .name }}b{{ else }}c{{ end }}{{ end }}",
    ),
    (
        "loops",
        "{{ range $i, $c := .containers }}{{ range $c.env }}{{ .name }}={{ .value }} {{ end }}{{ range $k, $v := .resources }}{{ $k }}{{ $v }}{{ end }}{{ end }}",
    ),
    ("printf", "{{ range .containers }}{{ printf \"%s-%s\" .name .component | printf \"<%s>\" }}{{ end }}"),
    (
        "calls",
        "{{ define \"x\" }}[{{ .name }}]{{ end }}{{ range .containers }}{{ template \"x\" . }}{{ range .env }}{{ template \"x\" . }}{{ end }}{{ end }}",
    ),
    ("manifest", MANIFEST),
];

/// Mostly text, as scripts in ConfigMaps are.
const TEXT: &str = r#"#!/bin/sh
# {{ .release }}
set -ex
for device in $(ls /dev/disk/by-id | grep -v part); do
  if ! blkid "/dev/disk/by-id/${device}"; then
    echo "preparing ${device} for {{ .chart.name }}"
    mkfs.xfs -f "/dev/disk/by-id/${device}"
  fi
  mount "/dev/disk/by-id/${device}" "/srv/node/${device}" -o noatime,nodiratime,logbufs=8
done
exec {{ .chart.component }}-server --config-file /etc/service/service.conf "$@"
"#;

/// A manifest as charts write them: fields, conditions, ranges over lists and maps, named templates, printf.
const MANIFEST: &str = r#"{{- define "labels" }}
    app: {{ .name }}
    component: {{ .component | printf "%s-%s" .name }}
{{- end -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .release }}-{{ .chart.name }}
  labels:{{ template "labels" .chart }}
spec:
  replicas: {{ if .autoscaling.enabled }}{{ .autoscaling.min }}{{ else }}{{ .replicas }}{{ end }}
  template:
    spec:
      containers:
{{- range $i, $container := .containers }}
        - name: {{ $container.name | printf "'%s'" }}
          image: {{ $container.image.repository }}:{{ $container.image.tag }}
{{- if and $container.resources (not $.minimal) }}
          resources:
{{- range $kind, $amount := $container.resources }}
            {{ $kind }}: {{ $amount }}
{{- end }}
{{- end }}
          env:
{{- range .env }}
            - name: {{ .name }}
              value: {{ printf "'%s'" .value }}
{{- end }}
{{- with $container.port }}
          ports:
            - containerPort: {{ . }}
{{- end }}
          labels:{{ template "labels" $container }}
{{- end }}
"#;

fn data() -> serde_json::Value {
    let env: Vec<_> =
        (0..20).map(|n| serde_json::json!({"name": format!("VARIABLE_{n}"), "value": format!("value {n} of \"many\"")})).collect();
    let containers: Vec<_> = (0..10)
        .map(|n| {
            serde_json::json!({
                "name": format!("container-{n}"), "component": "api", "port": format!("{}", 8000 + n),
                "image": {"repository": "registry.example/openstack/service", "tag": "2026.1"},
                // One entry: gtmpl goes over a map in any order.
                "resources": {"memory": "128Mi"},
                "env": env,
            })
        })
        .collect();
    serde_json::json!({
        "release": "release", "minimal": false, "replicas": "3", "autoscaling": {"enabled": true, "min": "2"},
        "chart": {"name": "service", "component": "api"}, "containers": containers,
    })
}

struct NoEffects;

impl Effects for NoEffects {
    fn random(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }

    fn now(&self) -> i128 {
        0
    }
}

fn ours(set: &Set, data: &Value) -> Vec<u8> {
    let mut host = ();
    let mut interpreter = Interpreter::new(&NoEffects, &mut host, MissingKey::Zero, Limits::default());
    let mut out = Vec::with_capacity(32 * 1024);
    set.execute(&mut interpreter, "bench", data, &mut out).unwrap();
    out
}

fn to_gtmpl(json: &serde_json::Value) -> gtmpl::Value {
    match json {
        serde_json::Value::Null => gtmpl::Value::NoValue,
        serde_json::Value::Bool(value) => gtmpl::Value::from(*value),
        serde_json::Value::Number(number) => gtmpl::Value::from(number.as_f64().unwrap()),
        serde_json::Value::String(text) => gtmpl::Value::from(text.as_str()),
        serde_json::Value::Array(items) => gtmpl::Value::Array(items.iter().map(to_gtmpl).collect()),
        serde_json::Value::Object(fields) => gtmpl::Value::Map(fields.iter().map(|(key, value)| (key.clone(), to_gtmpl(value))).collect()),
    }
}

fn render(criterion: &mut Criterion) {
    let functions = Functions::new(funcs::FAMILIES);
    let json = data();
    let value = Value::from(&json);
    let context = gtmpl::Context::from(to_gtmpl(&json));
    let mut group = criterion.benchmark_group("render");
    for (name, template) in TEMPLATES {
        let compiled = Compiled::parse(&Source::new("bench", template), &functions).unwrap();
        let mut set = Set::new("bench");
        set.add(Arc::new(compiled)).unwrap();
        let mut peer = gtmpl::Template::default();
        peer.parse(template).unwrap();
        assert_eq!(String::from_utf8(ours(&set, &value)).unwrap(), peer.render(&context).unwrap(), "{name}: both render the same");

        group.throughput(Throughput::Bytes(ours(&set, &value).len() as u64));
        group.bench_function(format!("{name}/stackwright"), |bencher| bencher.iter(|| ours(black_box(&set), black_box(&value))));
        group.bench_function(format!("{name}/gtmpl"), |bencher| bencher.iter(|| peer.render(black_box(&context)).unwrap()));
    }
    group.finish();
}

fn parse(criterion: &mut Criterion) {
    let functions = Functions::new(funcs::FAMILIES);
    let mut group = criterion.benchmark_group("parse");
    for (name, template) in TEMPLATES {
        let source = Source::new("bench", template);
        group.throughput(Throughput::Bytes(template.len() as u64));
        group.bench_function(format!("{name}/stackwright"), |bencher| {
            bencher.iter(|| Compiled::parse(black_box(&source), &functions).unwrap());
        });
        group.bench_function(format!("{name}/gtmpl"), |bencher| {
            bencher.iter(|| {
                let mut peer = gtmpl::Template::default();
                peer.parse(black_box(template)).unwrap();
                peer
            });
        });
    }
    group.finish();
}

/// Few samples: the two sides are far enough apart, and all of it takes half a minute.
fn quick() -> Criterion {
    Criterion::default().sample_size(20).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_millis(800))
}

criterion_group!(name = benches; config = quick(); targets = render, parse);
criterion_main!(benches);
