//! `stackwright explain`: says where the fields of a release's objects come from.

use super::exit::ExitCode;
use super::flags::{OutputFormat, StackFlags};
use super::run::{Context, Stop};
use super::session::session;
use crate::ops::{self, Question};
use crate::report::{write_explained_release, write_explained_release_json};
use clap::Args;

/// Arguments of `explain`.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The release ([[CONTEXT/]NAMESPACE/]NAME)
    release: String,
    /// Object to explain (Deployment/web); lists the objects unless given
    object: Option<String>,
    /// Field of the object (spec.template.spec.containers[0].image); all of it unless given
    field: Option<String>,
    /// Say where this value (image.tag) is set and which fields it reaches instead
    #[arg(long, value_name = "PATH", conflicts_with_all = ["object", "field"])]
    value: Option<String>,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
    #[command(flatten)]
    stack: StackFlags,
}

/// Renders the release and writes the answer.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let session = session(context, arguments.stack)?;
    let asks_value = arguments.value.is_some();
    let question = match (arguments.value, arguments.object) {
        (Some(value), _) => Question::Value(value),
        (None, Some(object)) => Question::Field(object, arguments.field),
        (None, None) => Question::Objects,
    };
    let explained = ops::explain(&session, &ops::ExplainRequest { release: arguments.release, question }).await?;
    match arguments.output {
        OutputFormat::Text => write_explained_release(context.shell.out(), &explained)?,
        OutputFormat::Json => write_explained_release_json(context.shell.out(), &explained)?,
    }
    context.shell.out().flush()?;
    if asks_value && explained.objects.is_empty() {
        context.shell.note("no field has this value in it, and it decides about none")?;
    }
    Ok(ExitCode::Success)
}
