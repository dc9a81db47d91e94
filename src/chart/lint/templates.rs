//! The templates: that they render, and what they render to.

use super::contents::Found;
use super::families::LintRequest;
use super::findings::Findings;
use super::objects::{self, About};
use super::unread;
use crate::chart::execute::{Executed, execute};
use crate::chart::tree::ChartNode;
use crate::chart::values::coalesce_values;
use crate::chart::{
    Capabilities, Chart, Error, Lookup, NoCluster, ReleaseContext, RenderOptions, RenderRequest, dependencies, functions, schema,
};
use crate::diag::{Diagnostic, Source, Span, nearest};
use std::sync::Arc;

const FOLDER: &str = "templates/";

/// Checks every template of the chart, not those of subcharts.
pub(super) fn check(request: &LintRequest<'_>, findings: &mut Findings) {
    if !has_folder(&request.contents.templates, findings) {
        return;
    }
    let chart = match &request.contents.chart {
        Ok(chart) => chart,
        Err(error) => {
            findings.error(FOLDER, error.to_string()).explained_by(error.diagnostic());
            return;
        }
    };
    let capabilities = match request.kube_version {
        Some(version) => Capabilities::offline().with_kube_version(version.clone()),
        None => Capabilities::offline(),
    };
    match render(request, chart, &capabilities, findings) {
        Rendered::Refused(error) => {
            let diagnostic = hinted(named_by_path(error.diagnostic(), request, chart));
            findings.error(FOLDER, error.to_string()).explained_by(diagnostic);
        }
        Rendered::Nothing => {}
        Rendered::Files(files) => check_files(request, chart, &capabilities, &files, findings),
    }
}

fn has_folder(folder: &Found, findings: &mut Findings) -> bool {
    match folder {
        Found::Folder => return true,
        Found::Nothing => findings.warning(FOLDER, "directory does not exist"),
        Found::File(_) => findings.error(FOLDER, "not a directory"),
        Found::Unreadable(words) => findings.error(FOLDER, words.as_str()),
    };
    false
}

enum Rendered {
    /// Every file by the full name of its template.
    Files(Vec<(String, Vec<u8>)>),
    /// Values that do not fit the chart's dependencies: Helm's lint leaves the templates then.
    Nothing,
    Refused(Error),
}

fn render(request: &LintRequest<'_>, chart: &Chart, capabilities: &Capabilities, findings: &mut Findings) -> Rendered {
    let notices = &mut findings.notices;
    let mut tree = ChartNode::of(chart);
    if dependencies::process(&mut tree, request.values, notices).is_err() {
        return Rendered::Nothing;
    }
    let Ok(values) = coalesce_values(&tree, request.values, notices) else { return Rendered::Nothing };
    // Helm's lint does it twice, which brings back defaults that a null took away.
    let Ok(values) = coalesce_values(&tree, &values, notices) else { return Rendered::Nothing };
    if !request.skip_schema
        && let Err(error) = schema::check(&tree, &values, notices)
    {
        return Rendered::Refused(error);
    }
    let lookup: Arc<dyn Lookup> = Arc::new(NoCluster);
    let release = ReleaseContext {
        name: "test-release".into(),
        namespace: request.namespace.to_owned(),
        revision: 0,
        is_install: false,
        is_upgrade: false,
    };
    let render = RenderRequest {
        chart,
        release: &release,
        values: request.values,
        capabilities,
        lookup: &lookup,
        effects: request.effects,
        cache: request.cache,
        options: RenderOptions { lint: true, trace: request.looks_at_values && !request.values.is_empty(), ..RenderOptions::default() },
    };
    match execute(&render, &tree, &values) {
        Ok(Executed { files, notices: more, trace, .. }) => {
            notices.extend(more);
            if let Some(trace) = trace {
                findings.values = unread::messages(&tree, request.values, &trace);
            }
            Rendered::Files(files)
        }
        Err(error) => Rendered::Refused(error),
    }
}

fn check_files(
    request: &LintRequest<'_>,
    chart: &Chart,
    capabilities: &Capabilities,
    files: &[(String, Vec<u8>)],
    findings: &mut Findings,
) {
    for template in &chart.templates {
        let path = template.name.as_str();
        let extension = extension(path);
        if !matches!(extension, ".yaml" | ".yml" | ".tpl" | ".txt") {
            findings
                .error(path, format!("file extension '{extension}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt"))
                .help("rename it, or move it out of templates/ and read it with .Files.Get");
        }
        if !matches!(extension.to_ascii_lowercase().as_str(), ".yaml" | ".yml") {
            continue;
        }
        let name = format!("{}/{path}", chart.name());
        let Some((_, text)) = files.iter().find(|(found, _)| *found == name) else { continue };
        let text = String::from_utf8_lossy(text);
        if text.trim().is_empty() {
            continue;
        }
        let rendered = Source::new(format!("{}{path} (rendered)", request.contents.prefix), text);
        if !objects::check(&rendered, &About { path, kube_version: &capabilities.kube_version }, findings) {
            return;
        }
    }
}

/// Returns the part of a name from its last dot on.
fn extension(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rfind('.').map_or("", |dot| &name[dot..])
}

/// Names the chart's own templates by their files, so that an editor finds them.
fn named_by_path(mut diagnostic: Diagnostic, request: &LintRequest<'_>, chart: &Chart) -> Diagnostic {
    let rename = |span: &mut Span| {
        let inner = span.source.name().strip_prefix(chart.name()).and_then(|rest| rest.strip_prefix('/'));
        if let Some(inner) = inner.filter(|inner| chart.raw_file(inner).is_some()) {
            let source = Source::new(format!("{}{inner}", request.contents.prefix), span.source.text());
            *span = source.span(span.start as usize, span.end as usize);
        }
    };
    diagnostic.labels.iter_mut().for_each(|label| rename(&mut label.span));
    diagnostic.trace.iter_mut().filter_map(|frame| frame.span.as_mut()).for_each(rename);
    diagnostic
}

/// Adds the nearest function's name where there is no function of that name.
fn hinted(diagnostic: Diagnostic) -> Diagnostic {
    let unknown = diagnostic.title.strip_prefix("function \"").and_then(|rest| rest.strip_suffix("\" not defined")).map(str::to_owned);
    let near = unknown.and_then(|name| nearest(&name, functions().names()).map(|near| format!("did you mean `{near}`?")));
    match near {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}
