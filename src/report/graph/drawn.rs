//! The graph for programs that draw: Graphviz and Mermaid.

use super::link::{GraphContent, Link, links};
use crate::plan::Plan;
use crate::stack::Until;
use std::io::{self, Write};

/// More things that are waited for than these are counted on a line of a drawing.
const TOLD: usize = 2;

/// Writes the graph in Graphviz' language. Releases that wait for each other stand in a box of their own.
///
/// # Errors
/// What the stream says.
pub fn write_graph_dot(out: &mut dyn Write, plan: &Plan, content: GraphContent) -> io::Result<()> {
    let names = plan.names();
    writeln!(out, "digraph stack {{\n  rankdir = RL;\n  node [shape = box];")?;
    for (at, set) in sets(plan, content).iter().enumerate() {
        writeln!(out, "  subgraph cluster_{at} {{\n    label = \"wait for each other\";\n    style = dashed;")?;
        for release in set {
            writeln!(out, "    {};", quoted(&names[*release]))?;
        }
        writeln!(out, "  }}")?;
    }
    for name in &names {
        writeln!(out, "  {};", quoted(name))?;
    }
    for link in links(plan, content) {
        let style = if link.is_mutual { ", style = dashed" } else { "" };
        let (from, to) = (quoted(&names[link.release]), quoted(&names[link.needed]));
        writeln!(out, "  {from} -> {to} [label = {}{style}];", quoted(&label(&link)))?;
    }
    writeln!(out, "}}")
}

/// Writes the graph in Mermaid's language. Releases that wait for each other stand in a box of their own.
///
/// # Errors
/// What the stream says.
pub fn write_graph_mermaid(out: &mut dyn Write, plan: &Plan, content: GraphContent) -> io::Result<()> {
    let names = plan.names();
    writeln!(out, "flowchart RL")?;
    let sets = sets(plan, content);
    for (at, set) in sets.iter().enumerate() {
        writeln!(out, "  subgraph set{at} [wait for each other]")?;
        for release in set {
            writeln!(out, "    r{release}[{}]", quoted(&names[*release]))?;
        }
        writeln!(out, "  end")?;
    }
    for (at, name) in names.iter().enumerate().filter(|(at, _)| !sets.iter().any(|set| set.contains(at))) {
        writeln!(out, "  r{at}[{}]", quoted(name))?;
    }
    for link in links(plan, content) {
        let arrow = if link.is_mutual { "-.->" } else { "-->" };
        let label = label(&link);
        let label = if label.is_empty() { String::new() } else { format!("|{}|", quoted(&label)) };
        writeln!(out, "  r{} {arrow}{label} r{}", link.release, link.needed)?;
    }
    Ok(())
}

fn sets(plan: &Plan, content: GraphContent) -> Vec<Vec<usize>> {
    if content == GraphContent::Waits { plan.waits.mutual_sets() } else { Vec::new() }
}

fn label(link: &Link) -> String {
    if let Some(until) = link.until.as_ref().filter(|until| **until != Until::Done) {
        return until.to_string();
    }
    let more = link.waits.len().saturating_sub(TOLD);
    let mut told: Vec<String> = link.waits.iter().take(TOLD).cloned().collect();
    if more > 0 {
        told.push(format!("{more} more"));
    }
    told.join(", ")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "'"))
}
