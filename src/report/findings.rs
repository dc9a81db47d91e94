//! Prints what was found out about a plan.

use super::words::{count, styled};
use crate::plan::{Code, Finding, Plan, Weight};
use anstyle::{AnsiColor, Style};
use serde_json::{Value as Json, json};
use std::io::{self, Write};

const HEADING: Style = Style::new().bold();
const NOTE: Style = AnsiColor::Cyan.on_default();

/// Writes findings by release: what, about which object and field, from which line of a template, what to do. Those that are allowed
/// stop nothing and say so.
///
/// # Errors
/// What the stream says.
pub fn write_findings(out: &mut dyn Write, plan: &Plan, findings: &[Finding], allowed: &[Code], color: bool) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let names = plan.names();
    writeln!(out, "\n{}", styled("Preflight:", HEADING, color))?;
    let (stand_ins, others): (Vec<&Finding>, Vec<&Finding>) = findings.iter().partition(|finding| finding.code == Code::StandIn);
    for of_release in others.chunk_by(|a, b| a.release == b.release) {
        writeln!(out, "\n{}", styled(&names[of_release[0].release], HEADING, color))?;
        of_release.iter().try_for_each(|finding| write_finding(out, finding, allowed, color))?;
    }
    write_stand_ins(out, &stand_ins, color)?;
    writeln!(out, "\n{}", summary(findings, allowed))
}

/// On a first install every release has this note: one line says it for all.
fn write_stand_ins(out: &mut dyn Write, findings: &[&Finding], color: bool) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let releases = count(findings.len(), "release was", "releases were");
    let word = styled(&format!("note[{}]", Code::StandIn), NOTE, color);
    writeln!(out, "\n{word} objects of {releases} tried in a stand-in namespace, for their own does not exist yet")
}

fn write_finding(out: &mut dyn Write, finding: &Finding, allowed: &[Code], color: bool) -> io::Result<()> {
    let weight = finding.code.weight();
    let (word, style) = match weight {
        Weight::Error if allowed.contains(&finding.code) => ("allowed", AnsiColor::Yellow.on_default()),
        Weight::Error => ("error", AnsiColor::Red.on_default().bold()),
        Weight::Warning => ("warning", AnsiColor::Yellow.on_default()),
        Weight::Note => ("note", NOTE),
    };
    let word = styled(&format!("{word}[{}]", finding.code), style, color);
    let about = [finding.object.as_ref().map(ToString::to_string), finding.field.clone()];
    let about: Vec<String> = about.into_iter().flatten().collect();
    match about.is_empty() {
        true => writeln!(out, "  {word} {}", indented(&finding.message))?,
        false => writeln!(out, "  {word} {}\n    {}", about.join(" "), indented(&finding.message))?,
    }
    if let Some(place) = finding.place.as_ref().or(finding.template.as_ref()) {
        writeln!(out, "    at {place}")?;
    }
    finding.help.iter().try_for_each(|help| writeln!(out, "    help: {help}"))
}

/// Keeps the lines of a message below its first one.
fn indented(message: &str) -> String {
    message.trim_end().replace('\n', "\n    ")
}

fn summary(findings: &[Finding], allowed: &[Code]) -> String {
    let of = |weight: Weight| findings.iter().filter(move |finding| finding.code.weight() == weight);
    let errors = of(Weight::Error).count();
    let passed = of(Weight::Error).filter(|finding| allowed.contains(&finding.code)).count();
    let mut parts = Vec::new();
    for (number, one, many) in [
        (errors - passed, "error", "errors"),
        (passed, "allowed error", "allowed errors"),
        (of(Weight::Warning).count(), "warning", "warnings"),
        (of(Weight::Note).count(), "note", "notes"),
    ] {
        if number > 0 {
            parts.push(count(number, one, many));
        }
    }
    format!("Preflight found {}.", parts.join(", "))
}

/// Returns findings as JSON: `[{release, namespace, code, weight, allowed, object, field, template, place, message, help}]`.
pub(super) fn findings_json(plan: &Plan, findings: &[Finding], allowed: &[Code]) -> Json {
    let one = |finding: &Finding| {
        let release = &plan.releases[finding.release];
        let object = finding
            .object
            .as_ref()
            .map(|id| json!({"apiVersion": id.api_version, "kind": id.kind, "namespace": id.namespace, "name": id.name}));
        json!({
            "release": release.name,
            "namespace": release.namespace,
            "kubeContext": release.id.kube_context,
            "code": finding.code,
            "weight": finding.code.weight(),
            "allowed": allowed.contains(&finding.code),
            "object": object,
            "field": finding.field,
            "template": finding.template,
            "place": finding.place,
            "message": finding.message,
            "help": finding.help,
        })
    };
    findings.iter().map(one).collect()
}

/// Writes findings as one JSON document: `{"findings": […]}`.
///
/// # Errors
/// What the stream says.
pub fn write_findings_json(out: &mut dyn Write, plan: &Plan, findings: &[Finding], allowed: &[Code]) -> io::Result<()> {
    writeln!(out, "{:#}", json!({"findings": findings_json(plan, findings, allowed)}))
}
