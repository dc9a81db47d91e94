//! What Helm asks of a Chart.yaml before it uses the chart.

use super::metadata::{Dependency, Metadata};
use crate::template::semver;
use std::collections::HashSet;

/// Cleans the texts of a Chart.yaml (blanks become spaces, unprintable characters go) and checks what must be there.
///
/// # Errors
/// The first thing that is wrong, in Helm's words without its `validation: ` (pkg/chart/v2/metadata.go).
pub(super) fn validate(metadata: &mut Metadata) -> Result<(), String> {
    clean(metadata);
    check_identity(metadata)?;
    if !matches!(metadata.kind.as_str(), "" | "application" | "library") {
        return Err("chart.metadata.type must be application or library".into());
    }
    for maintainer in &mut metadata.maintainers {
        let maintainer = maintainer.as_mut().ok_or("maintainers must not contain empty or null nodes")?;
        for text in [&mut maintainer.name, &mut maintainer.email, &mut maintainer.url] {
            sanitize(text);
        }
    }
    check_dependencies(metadata.dependencies.as_deref_mut().unwrap_or_default())
}

fn clean(metadata: &mut Metadata) {
    let texts = [
        &mut metadata.name,
        &mut metadata.description,
        &mut metadata.home,
        &mut metadata.icon,
        &mut metadata.condition,
        &mut metadata.tags,
        &mut metadata.app_version,
        &mut metadata.kube_version,
    ];
    for text in texts.into_iter().chain(&mut metadata.sources).chain(&mut metadata.keywords) {
        sanitize(text);
    }
}

fn check_identity(metadata: &Metadata) -> Result<(), String> {
    let quoted = |text: &str| crate::value::quote(text.as_bytes());
    if metadata.api_version.is_empty() {
        return Err("chart.metadata.apiVersion is required".into());
    }
    match metadata.name.as_str() {
        "" => return Err("chart.metadata.name is required".into()),
        "." | ".." => return Err(format!("chart.metadata.name {} is not allowed", quoted(&metadata.name))),
        name if name.contains('/') => return Err(format!("chart.metadata.name {} is invalid", quoted(name))),
        _ => {}
    }
    if metadata.version.is_empty() {
        return Err("chart.metadata.version is required".into());
    }
    if semver::Version::parse(&metadata.version).is_err() {
        return Err(format!("chart.metadata.version {} is invalid", quoted(&metadata.version)));
    }
    Ok(())
}

fn check_dependencies(dependencies: &mut [Option<Dependency>]) -> Result<(), String> {
    let mut names = HashSet::new();
    for dependency in dependencies {
        let dependency = dependency.as_mut().ok_or("dependencies must not contain empty or null nodes")?;
        let texts = [&mut dependency.name, &mut dependency.version, &mut dependency.repository, &mut dependency.condition];
        for text in texts.into_iter().chain(&mut dependency.tags) {
            sanitize(text);
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if !dependency.alias.bytes().all(allowed) {
            return Err(format!("dependency {} has disallowed characters in the alias", crate::value::quote(dependency.name.as_bytes())));
        }
        let name = if dependency.alias.is_empty() { &dependency.name } else { &dependency.alias };
        if !names.insert(name.clone()) {
            return Err(format!("more than one dependency with name or alias {}", crate::value::quote(name.as_bytes())));
        }
    }
    Ok(())
}

fn sanitize(text: &mut String) {
    if text.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
        return;
    }
    *text = text
        .chars()
        .filter_map(|character| match character {
            blank if blank.is_whitespace() => Some(' '),
            other => crate::value::is_printable(other).then_some(other),
        })
        .collect();
}
