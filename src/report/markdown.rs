//! Prints a plan as Markdown, for comments of pull requests: a block to fold out for each release.

use super::diff::{DiffOptions, Shown, hunks_of, place_of, title};
use super::plan::{About, counts, crds_title, summary};
use crate::diff::{Change, LineKind};
use crate::plan::{Action, Finding, Plan, PlannedRelease, chart_name};
use std::io::{self, Write};

/// Writes what a plan does: a summary, then for each release with work a block with its diff.
///
/// # Errors
/// What the stream says.
pub fn write_plan_markdown(out: &mut dyn Write, plan: &Plan, about: &About<'_>, options: &DiffOptions) -> io::Result<()> {
    writeln!(out, "**{}**\n", escaped(&summary(plan)))?;
    write_findings(out, plan, &about.findings.consequences)?;
    write_findings(out, plan, &about.findings.preflight)?;
    for release in plan.graph.order().iter().map(|at| &plan.releases[*at]).filter(|release| release.action != Action::Nothing) {
        write_release(out, release, options)?;
    }
    if !about.unclaimed.is_empty() {
        writeln!(out, "<details>\n<summary>of no release</summary>\n")?;
        write_changes(out, "", about.unclaimed, options)?;
        writeln!(out, "</details>\n")?;
    }
    Ok(())
}

/// Findings are not folded away: they are what a reviewer has to see.
fn write_findings(out: &mut dyn Write, plan: &Plan, findings: &[Finding]) -> io::Result<()> {
    let names = plan.names();
    for finding in findings {
        let object = finding.object.as_ref().map(|id| format!(" {}/{}", id.kind, id.name)).unwrap_or_default();
        let place = finding.place.as_ref().map(|place| format!(" ({})", escaped(place))).unwrap_or_default();
        let (release, message) = (escaped(&names[finding.release]), escaped(&finding.message));
        writeln!(out, "* **{}** {release}{}: {message}{place}", finding.code, escaped(&object))?;
    }
    if findings.is_empty() { Ok(()) } else { writeln!(out) }
}

fn write_release(out: &mut dyn Write, release: &PlannedRelease, options: &DiffOptions) -> io::Result<()> {
    let chart = release.desired.as_ref().map(|desired| format!(" ({})", chart_name(&desired.chart))).unwrap_or_default();
    let title = format!("{} in {}{chart}: {}", release.name, release.namespace, counts(release));
    writeln!(out, "<details>\n<summary>{} <b>{}</b></summary>\n", action_word(release.action), escaped(&title))?;
    for reason in &release.reasons {
        writeln!(out, "* {}", escaped(reason))?;
    }
    if !release.reasons.is_empty() {
        writeln!(out)?;
    }
    if !release.crd_changes.is_empty() {
        writeln!(out, "{}\n", crds_title(release))?;
        write_changes(out, &release.namespace, &release.crd_changes, options)?;
    }
    write_changes(out, &release.namespace, &release.changes, options)?;
    if !release.hook_changes.is_empty() {
        writeln!(out, "Hooks:\n")?;
        write_changes(out, &release.namespace, &release.hook_changes, options)?;
    }
    writeln!(out, "</details>\n")
}

fn action_word(action: Action) -> &'static str {
    match action {
        Action::Install => "install",
        Action::Upgrade => "upgrade",
        Action::Rollback => "roll back",
        Action::Remove => "remove",
        Action::Nothing => "keep",
    }
}

fn write_changes(out: &mut dyn Write, namespace: &str, changes: &[Change], options: &DiffOptions) -> io::Result<()> {
    let shown = Shown::of(changes, options);
    for change in &shown.changes {
        let block = block(change, options);
        let fence = fence_for(&block);
        writeln!(out, "{}\n\n{fence}diff\n{block}{fence}\n", escaped(&title(change, namespace)))?;
    }
    if shown.hidden > 0 {
        writeln!(out, "({} more not shown)\n", shown.hidden)?;
    }
    Ok(())
}

fn block(change: &Change, options: &DiffOptions) -> String {
    let mut block = String::new();
    if !change.template.is_empty() {
        block.push_str(&format!("# Source: {}\n", change.template));
    }
    for hunk in hunks_of(change, options) {
        block.extend(place_of(&hunk).map(|place| place + "\n"));
        for line in hunk.lines {
            let mark = match line.kind {
                LineKind::Same => ' ',
                LineKind::Old => '-',
                LineKind::New => '+',
            };
            block.push_str(&format!("{mark} {}\n", line.text));
        }
    }
    block
}

/// A fence is longer than any run of its character within.
fn fence_for(block: &str) -> String {
    let mut longest = 0;
    let mut run = 0;
    for character in block.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    "`".repeat(3.max(longest + 1))
}

/// Names come from charts and stack files: none of them may end a tag or begin one.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '*' | '_' | '`' | '[' | ']' | '#' | '|' | '\\' => escaped.extend(['\\', character]),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{escaped, fence_for};

    #[test]
    fn no_text_ends_its_fence_or_begins_a_tag() {
        assert_eq!(fence_for("+ a\n"), "```");
        assert_eq!(fence_for("+ ````x\n"), "`````");
        assert_eq!(escaped("<b> a_b & `c`"), "&lt;b&gt; a\\_b &amp; \\`c\\`");
    }
}
