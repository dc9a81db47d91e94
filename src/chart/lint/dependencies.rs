//! The dependencies in Chart.yaml beside what is in `charts/`.

use super::families::LintRequest;
use super::findings::Findings;

/// Checks that both name the same charts, each once.
pub(super) fn check(request: &LintRequest<'_>, findings: &mut Findings) {
    let chart = match &request.contents.chart {
        Ok(chart) => chart,
        Err(error) => {
            findings.error("", format!("unable to load chart\n\t{error}")).explained_by(error.diagnostic());
            return;
        }
    };
    let path = request.contents.path.to_string_lossy().into_owned();
    let listed: Vec<_> = chart.metadata.dependencies.iter().flatten().flatten().collect();
    let unlisted: Vec<&str> =
        chart.dependencies.iter().map(|chart| chart.name()).filter(|name| !listed.iter().any(|one| one.name == *name)).collect();
    if !unlisted.is_empty() {
        findings
            .error(path.clone(), format!("chart metadata is missing these dependencies: {}", unlisted.join(",")))
            .help("list them under dependencies in Chart.yaml, or remove them from charts/");
    }
    let keys: Vec<&str> = listed.iter().map(|one| if one.alias.is_empty() { one.name.as_str() } else { one.alias.as_str() }).collect();
    let shadowing: Vec<&str> = keys.iter().enumerate().filter(|(at, key)| keys[..*at].contains(key)).map(|(_, key)| *key).collect();
    if !shadowing.is_empty() {
        findings
            .error(path.clone(), format!("multiple dependencies with name or alias: {}", shadowing.join(",")))
            .help("give each of them an alias of its own");
    }
    let missing = chart.missing_dependencies();
    if !missing.is_empty() {
        findings
            .warning(path, format!("chart directory is missing these dependencies: {}", missing.join(",")))
            .help("`stackwright chart dependency update` fetches them");
    }
}
