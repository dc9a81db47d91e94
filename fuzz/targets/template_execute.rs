//! A chart of one template and its values, with a zero byte between them, rendered within tight limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stackwright::chart::{self, Capabilities, Chart, File, Lookup, NoCluster, ReleaseContext, RenderOptions, RenderRequest, TemplateCache};
use stackwright::template::Limits;
use stackwright::template::seed::{Seed, SeededEffects};
use stackwright::value::{Map, Value};
use stackwright::yaml;
use std::sync::Arc;

fuzz_target!(|bytes: &[u8]| {
    let at = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (template, values) = (&bytes[..at], bytes.get(at + 1..).unwrap_or_default());
    let values = match yaml::parse_bytes(values) {
        Ok(Value::Map(values)) => values,
        _ => Map::new(),
    };
    let mut chart = Chart::default();
    chart.metadata.name = "c".into();
    chart.metadata.version = "1.0.0".into();
    chart.metadata.api_version = "v2".into();
    chart.templates = vec![File { name: "templates/a.yaml".into(), data: template.into(), modified: None }];
    let lookup: Arc<dyn Lookup> = Arc::new(NoCluster);
    let rendered = chart::render(&RenderRequest {
        chart: &chart,
        release: &ReleaseContext { name: "r".into(), namespace: "n".into(), revision: 1, is_install: true, is_upgrade: false },
        values: &values,
        capabilities: &Capabilities::offline(),
        lookup: &lookup,
        effects: &SeededEffects::new(Seed::new([1; 32], 0)),
        cache: &TemplateCache::new(),
        options: RenderOptions {
            limits: Limits { output: 1 << 20, depth: 100, text: 1 << 20, steps: 1 << 16 },
            ..RenderOptions::default()
        },
    });
    if let Err(error) = rendered {
        let _ = (error.to_string(), error.diagnostic());
    }
});
