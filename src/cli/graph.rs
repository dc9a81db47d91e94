//! `stackwright graph`: which release needs which, and what pods wait for, without asking the cluster.

use super::exit::ExitCode;
use super::flags::StackFlags;
use super::run::{Context, Stop};
use super::session::session;
use crate::ops;
use crate::report::{GraphContent, write_graph, write_graph_dot, write_graph_json, write_graph_mermaid};
use clap::{Args, ValueEnum};

/// Arguments of `graph`.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    stack: StackFlags,
    /// Draw what pods of one release wait for of another, in place of what is needed; releases that wait for each other are marked
    #[arg(long)]
    waits: bool,
    /// Format of the result; JSON has needs and waits
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
}

/// How the graph is written.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Format {
    /// A tree.
    #[default]
    Text,
    /// Graphviz' language.
    Dot,
    /// Mermaid's language.
    Mermaid,
    /// JSON.
    Json,
}

/// Renders the stack and draws its graph.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let session = session(context, arguments.stack)?;
    let plan = ops::graph(&session).await?;
    let content = if arguments.waits { GraphContent::Waits } else { GraphContent::Needs };
    let color = context.shell.look().color_out;
    let out = context.shell.out();
    match arguments.output {
        Format::Text => write_graph(out, &plan, content, color)?,
        Format::Dot => write_graph_dot(out, &plan, content)?,
        Format::Mermaid => write_graph_mermaid(out, &plan, content)?,
        Format::Json => write_graph_json(out, &plan)?,
    }
    Ok(ExitCode::Success)
}
