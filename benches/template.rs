//! The template engine beside gtmpl, on templates that gtmpl can do: no assignment, no mutable maps.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stackwright::diag::Source;
use stackwright::template::function::{Effects, Functions};
use stackwright::template::{Compiled, Interpreter, Limits, MissingKey, Set, funcs};
use stackwright::value::Value;
use std::hint::black_box;
use std::sync::Arc;

/// A manifest as charts write them: fields, conditions, ranges over lists and maps, named templates, printf.
const TEMPLATE: &str = r#"{{- define "labels" }}
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
        - name: {{ $container.name | printf "%q" }}
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
              value: {{ printf "%q" .value }}
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
                "resources": {"cpu": "100m", "memory": "128Mi", "disk": "1Gi"},
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
    let compiled = Compiled::parse(&Source::new("bench", TEMPLATE), &functions).unwrap();
    let mut set = Set::new("bench");
    set.add(Arc::new(compiled)).unwrap();
    let json = data();
    let value = Value::from(&json);
    let mut peer = gtmpl::Template::default();
    peer.parse(TEMPLATE).unwrap();
    let context = gtmpl::Context::from(to_gtmpl(&json));
    assert_eq!(String::from_utf8(ours(&set, &value)).unwrap(), peer.render(&context).unwrap(), "both render the same");

    let mut group = criterion.benchmark_group("render");
    group.throughput(Throughput::Bytes(ours(&set, &value).len() as u64));
    group.bench_function("stackwright", |bencher| bencher.iter(|| ours(black_box(&set), black_box(&value))));
    group.bench_function("gtmpl", |bencher| bencher.iter(|| peer.render(black_box(&context)).unwrap()));
    group.finish();
}

fn parse(criterion: &mut Criterion) {
    let functions = Functions::new(funcs::FAMILIES);
    let source = Source::new("bench", TEMPLATE);
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Bytes(TEMPLATE.len() as u64));
    group.bench_function("stackwright", |bencher| bencher.iter(|| Compiled::parse(black_box(&source), &functions).unwrap()));
    group.bench_function("gtmpl", |bencher| {
        bencher.iter(|| {
            let mut template = gtmpl::Template::default();
            template.parse(black_box(TEMPLATE)).unwrap();
            template
        });
    });
    group.finish();
}

criterion_group!(benches, render, parse);
criterion_main!(benches);
