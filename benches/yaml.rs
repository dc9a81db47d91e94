//! The YAML reader and writer beside serde_yaml and granit-parser.
//!
//! Reads a values file as charts have them, or the files named in `YAML_BENCH_FILES`, separated by `:`.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stackwright::diag::Source;
use stackwright::yaml;
use std::hint::black_box;
use std::time::Duration;

/// One component of a values file: comments, nested maps, lists, quoted and block scalars, an anchor, empty values.
const COMPONENT: &str = r#"
# The component and what it runs.
component_NUMBER:
  enabled: true
  image: &image_NUMBER
    repository: docker.io/example/component
    tag: "2025.1-ubuntu_noble"
    pull_policy: IfNotPresent
  labels:
    node_selector_key: openstack-control-plane
    node_selector_value: enabled
  dependencies:
    dynamic:
      common:
        local_image_registry:
          jobs:
            - component-image-repo-sync
          services:
            - endpoint: node
              service: local_image_registry
  conf:
    config_file:
      DEFAULT:
        log_config_append: /etc/component/logging.conf
        # Workers are one for each processor.
        workers: 4
        timeout: 1.5
      database:
        max_retries: -1
        connection: 'mysql+pymysql://component:password@database:3306/component?charset=utf8'
    policy: {}
    script: |
      #!/bin/bash
      set -ex
      for device in $(ls /dev/disk); do
        echo "found ${device}"
      done
  pod:
    resources: {enabled: false, requests: {memory: "128Mi", cpu: "100m"}, limits: {memory: "1024Mi", cpu: "2000m"}}
    replicas: 1
    image: *image_NUMBER
    annotations: null
"#;

fn sources() -> Vec<Source> {
    match std::env::var("YAML_BENCH_FILES") {
        Ok(names) => names.split(':').map(|name| Source::new(name, std::fs::read_to_string(name).unwrap())).collect(),
        Err(_) => {
            let text: String = (0..200).map(|number| COMPONENT.replace("NUMBER", &number.to_string())).collect();
            vec![Source::new("values.yaml", text)]
        }
    }
}

fn read(criterion: &mut Criterion) {
    let sources = sources();
    let mut group = criterion.benchmark_group("yaml_read");
    group.throughput(Throughput::Bytes(sources.iter().map(|source| source.text().len() as u64).sum()));
    group.bench_function("to values", |bencher| {
        bencher.iter(|| sources.iter().map(|source| yaml::parse(black_box(source)).unwrap()).collect::<Vec<_>>());
    });
    group.bench_function("to nodes", |bencher| {
        bencher.iter(|| sources.iter().map(|source| yaml::nodes(black_box(source)).unwrap()).collect::<Vec<_>>());
    });
    group.bench_function("serde_yaml to values", |bencher| {
        bencher.iter(|| {
            let values = sources.iter().map(|source| serde_yaml::from_str::<serde_yaml::Value>(black_box(source.text())).unwrap());
            values.collect::<Vec<_>>()
        });
    });
    group.bench_function("granit-parser to events only", |bencher| {
        bencher.iter(|| sources.iter().map(|source| granit_events(black_box(source.text()))).sum::<usize>());
    });
    group.finish();
}

fn granit_events(text: &str) -> usize {
    let options = granit_parser::options! { emit_comments: false };
    granit_parser::Parser::new_from_str_with_options(text, options).inspect(|event| assert!(black_box(event).is_ok())).count()
}

fn write(criterion: &mut Criterion) {
    let values: Vec<_> = sources().iter().map(|source| yaml::parse(source).unwrap()).collect();
    let peers: Vec<serde_yaml::Value> = sources().iter().map(|source| serde_yaml::from_str(source.text()).unwrap()).collect();
    let bytes: usize = values.iter().map(|value| yaml::to_string(value).unwrap().len()).sum();
    let mut group = criterion.benchmark_group("yaml_write");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("from values", |bencher| {
        bencher.iter(|| values.iter().map(|value| yaml::to_string(black_box(value)).unwrap().len()).sum::<usize>());
    });
    group.bench_function("serde_yaml from values", |bencher| {
        bencher.iter(|| peers.iter().map(|value| serde_yaml::to_string(black_box(value)).unwrap().len()).sum::<usize>());
    });
    group.finish();
}

/// Few samples: the sides are far enough apart, and all of it takes less than half a minute.
fn quick() -> Criterion {
    Criterion::default().sample_size(20).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2))
}

criterion_group!(name = benches; config = quick(); targets = read, write);
criterion_main!(benches);
