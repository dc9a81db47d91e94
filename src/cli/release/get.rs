//! `stackwright release get`: what is recorded of a release, as `helm get`.

use super::super::exit::ExitCode;
use super::super::flags::ClusterFlags;
use super::super::run::{Context, Stop};
use super::flags::{TableFormat, open};
use crate::chart::Notice;
use crate::ops::{self, ReleaseSession};
use crate::release::Record;
use crate::report::{ShownValues, write_encoded, write_release_all, write_release_metadata, write_values};
use clap::{Args, Subcommand};

/// What to show of a release.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Everything: what it is, its values, its hooks, its objects, its notes
    All(AllArguments),
    /// The values that were given for it
    Values(ValuesArguments),
    /// Its objects, without hooks
    Manifest(Arguments),
    /// Its hooks
    Hooks(Arguments),
    /// Its notes
    Notes(Arguments),
    /// What it is: its chart, labels, dependencies, status
    Metadata(MetadataArguments),
}

/// Arguments of every part.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// The release
    #[arg(value_name = "RELEASE_NAME")]
    name: String,
    /// Its revision; the last one unless given
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true)]
    revision: u32,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Arguments of `release get all`.
#[derive(Args, Debug)]
pub(in crate::cli) struct AllArguments {
    #[command(flatten)]
    common: Arguments,
    /// Only what this Go template makes of it: {{.Release.Name}}
    #[arg(long, value_name = "TEMPLATE", default_value = "", hide_default_value = true)]
    template: String,
}

/// Arguments of `release get values`.
#[derive(Args, Debug)]
pub(in crate::cli) struct ValuesArguments {
    #[command(flatten)]
    common: Arguments,
    /// With those of the chart
    #[arg(short, long)]
    all: bool,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: TableFormat,
}

/// Arguments of `release get metadata`.
#[derive(Args, Debug)]
pub(in crate::cli) struct MetadataArguments {
    #[command(flatten)]
    common: Arguments,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: TableFormat,
}

/// Reads the record and prints the part.
pub(super) async fn run(context: &mut Context, command: Command) -> Result<ExitCode, Stop> {
    match command {
        Command::All(arguments) => return all(context, arguments).await,
        Command::Values(arguments) => values(context, arguments).await?,
        Command::Metadata(arguments) => metadata(context, arguments).await?,
        Command::Manifest(arguments) => {
            let record = record(context, arguments).await?;
            writeln!(context.shell.out(), "{}", record.manifest)?;
        }
        Command::Hooks(arguments) => {
            for hook in &record(context, arguments).await?.hooks {
                writeln!(context.shell.out(), "---\n# Source: {}\n{}", hook.path, hook.manifest)?;
            }
        }
        Command::Notes(arguments) => {
            let notes = record(context, arguments).await?.info.notes;
            if !notes.is_empty() {
                writeln!(context.shell.out(), "NOTES:\n{notes}")?;
            }
        }
    }
    Ok(ExitCode::Success)
}

async fn all(context: &mut Context, arguments: AllArguments) -> Result<ExitCode, Stop> {
    let (name, revision) = (arguments.common.name.clone(), arguments.common.revision);
    let session = session(context, arguments.common).await?;
    if !arguments.template.is_empty() {
        let (output, problem) = ops::release_template(&session, &name, revision, &arguments.template).await?;
        context.shell.out().write_all(&output)?;
        return problem.map_or(Ok(ExitCode::Success), |problem| Err(problem.into()));
    }
    let whole = ops::whole_release(&session, &name, revision).await?;
    tell(context, &whole.values.notices)?;
    let color = context.shell.look().color_out;
    let values = ShownValues { user: &whole.user_values, all: &whole.values.json };
    write_release_all(context.shell.out(), &whole.release, &values, color)?;
    Ok(ExitCode::Success)
}

async fn values(context: &mut Context, arguments: ValuesArguments) -> Result<(), Stop> {
    let (name, revision) = (arguments.common.name.clone(), arguments.common.revision);
    let session = session(context, arguments.common).await?;
    let values = ops::release_values(&session, &name, revision, arguments.all).await?;
    tell(context, &values.notices)?;
    let out = context.shell.out();
    if arguments.output == TableFormat::Table {
        writeln!(out, "{}", if arguments.all { "COMPUTED VALUES:" } else { "USER-SUPPLIED VALUES:" })?;
    }
    Ok(write_values(out, &values.json, arguments.output.encoding())?)
}

async fn metadata(context: &mut Context, arguments: MetadataArguments) -> Result<(), Stop> {
    let (name, revision) = (arguments.common.name.clone(), arguments.common.revision);
    let session = session(context, arguments.common).await?;
    let metadata = ops::release_metadata(&session, &name, revision).await?;
    let out = context.shell.out();
    match arguments.output.encoding() {
        None => write_release_metadata(out, &metadata)?,
        Some(encoding) => write_encoded(out, &metadata, encoding)?,
    }
    Ok(())
}

async fn session(context: &Context, arguments: Arguments) -> Result<ReleaseSession, Stop> {
    open(context, arguments.cluster).await
}

async fn record(context: &Context, arguments: Arguments) -> Result<Record, Stop> {
    let session = open(context, arguments.cluster).await?;
    Ok(ops::content(&session, &arguments.name, arguments.revision).await?)
}

fn tell(context: &mut Context, notices: &[Notice]) -> Result<(), Stop> {
    for notice in notices {
        context.shell.note(&notice.to_string())?;
    }
    Ok(())
}
