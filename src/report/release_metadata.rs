//! What a release is, as `helm get metadata` writes it.

use crate::ops::ReleaseMetadata;
use crate::release::ApplyMethod;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Writes a line a field.
///
/// # Errors
/// What the stream says.
pub fn write_release_metadata(out: &mut dyn Write, metadata: &ReleaseMetadata) -> io::Result<()> {
    let method = match metadata.apply_method {
        None => "client-side apply (defaulted)",
        Some(ApplyMethod::ClientSide) => "client-side apply",
        Some(ApplyMethod::ServerSide) => "server-side apply",
    };
    writeln!(out, "NAME: {}", metadata.name)?;
    writeln!(out, "CHART: {}", metadata.chart)?;
    writeln!(out, "VERSION: {}", metadata.version)?;
    writeln!(out, "APP_VERSION: {}", metadata.app_version)?;
    writeln!(out, "ANNOTATIONS: {}", pairs(&metadata.annotations))?;
    writeln!(out, "LABELS: {}", pairs(&metadata.labels))?;
    writeln!(out, "DEPENDENCIES: {}", metadata.dependency_names().join(","))?;
    writeln!(out, "NAMESPACE: {}", metadata.namespace)?;
    writeln!(out, "REVISION: {}", metadata.revision)?;
    writeln!(out, "STATUS: {}", metadata.status)?;
    writeln!(out, "DEPLOYED_AT: {}", metadata.deployed_at)?;
    writeln!(out, "APPLY_METHOD: {method}")
}

/// Rule: k8s.io/apimachinery pkg/labels (`Set.String`), which sorts the pairs, not the keys.
fn pairs(labels: &BTreeMap<String, String>) -> String {
    let mut pairs: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    pairs.sort();
    pairs.join(",")
}
