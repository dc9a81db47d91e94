//! The graph as a tree of text.

use super::link::{GraphContent, Link, lacks, links, mutual_names};
use crate::plan::Plan;
use crate::report::words::{count, styled};
use crate::stack::Until;
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

const NAME: Style = Style::new().bold();
const MUTUAL: Style = AnsiColor::Cyan.on_default();
const LACK: Style = AnsiColor::Yellow.on_default();

/// Writes a tree: each release with what it needs, or waits for, below it; needed ones come first.
///
/// # Errors
/// What the stream says.
pub fn write_graph(out: &mut dyn Write, plan: &Plan, content: GraphContent, color: bool) -> io::Result<()> {
    let names = plan.names();
    let links = links(plan, content);
    let lacks = if content == GraphContent::Waits { lacks(plan) } else { Vec::new() };
    for release in plan.graph.order().iter().copied() {
        writeln!(out, "{}", styled(&names[release], NAME, color))?;
        let mut lines: Vec<String> =
            links.iter().filter(|link| link.release == release).map(|link| line(link, &names[link.needed], color)).collect();
        let own = lacks.iter().filter(|(of, _)| *of == release);
        lines.extend(own.map(|(_, what)| styled(&format!("not of these releases: {what}"), LACK, color)));
        for (at, line) in lines.iter().enumerate() {
            let branch = if at + 1 == lines.len() { "└─" } else { "├─" };
            writeln!(out, "{branch} {line}")?;
        }
    }
    write_mutual(out, plan, color)?;
    let word = if content == GraphContent::Waits { count(links.len(), "wait", "waits") } else { count(links.len(), "need", "needs") };
    writeln!(out, "\n{}, {word} between them.", count(names.len(), "release", "releases"))
}

/// Writes which releases wait for each other.
///
/// # Errors
/// What the stream says.
fn write_mutual(out: &mut dyn Write, plan: &Plan, color: bool) -> io::Result<()> {
    for set in mutual_names(plan) {
        let line = format!("{} wait for each other: they start side by side and become ready together.", set.join(", "));
        writeln!(out, "\n{}", styled(&line, MUTUAL, color))?;
    }
    Ok(())
}

fn line(link: &Link, needed: &str, color: bool) -> String {
    let name = if link.is_mutual { format!("{} (mutual)", styled(needed, MUTUAL, color)) } else { needed.to_owned() };
    let until = match &link.until {
        None | Some(Until::Done) => String::new(),
        Some(until) => format!(", until {until}"),
    };
    if link.waits.is_empty() { format!("{name}{until}") } else { format!("{name}{until}: {}", link.waits.join("; ")) }
}
