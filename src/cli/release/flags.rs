//! What the commands on single releases have in common.

use super::super::flags::ClusterFlags;
use super::super::run::{Context, Stop};
use super::super::session::connect_options;
use super::super::switch::with_values;
use super::super::when::When;
use crate::ops::ReleaseSession;
use crate::report::Encoding;
use clap::builder::EnumValueParser;
use clap::{Arg, ArgAction, Command, ValueEnum};

/// How results are printed, as helm's commands name it.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum TableFormat {
    /// For people.
    #[default]
    Table,
    /// JSON on one line.
    Json,
    /// YAML.
    Yaml,
}

impl TableFormat {
    /// Returns how data is written for programs; nothing where people read it.
    pub(super) fn encoding(self) -> Option<Encoding> {
        match self {
            TableFormat::Table => None,
            TableFormat::Json => Some(Encoding::Json),
            TableFormat::Yaml => Some(Encoding::Yaml),
        }
    }
}

/// Connects to the cluster that the flags, those before the command among them, and Helm's variables name.
pub(super) async fn open(context: &Context, flags: ClusterFlags) -> Result<ReleaseSession, Stop> {
    let connect = connect_options(&context.environment, &flags.over(&context.before.cluster));
    Ok(ReleaseSession::open(&connect, &context.environment.variables).await?)
}

/// Lets the commands below `release` take what helm's take: `--color WHEN` with a blank, `--flag=false`, and flags that have no
/// effect here.
pub(in crate::cli) fn as_helms(command: Command) -> Command {
    if command.has_subcommands() {
        let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
        return names.iter().fold(command, |command, name| command.mut_subcommand(name, as_helms));
    }
    let has_q = command.get_arguments().any(|argument| argument.get_short() == Some('q'));
    let command = if has_q { command.arg(quiet()) } else { command };
    with_values(command).args([color(), ignored("qps"), ignored("burst-limit")])
}

/// Stands in for the flag that every command has, without the letter, which is another flag's here.
fn quiet() -> Arg {
    Arg::new("quiet").long("quiet").action(ArgAction::SetTrue).help_heading("Output options").help("Only results and errors")
}

/// Stands in for the flag that every command has, of which a value is a word of its own only here.
fn color() -> Arg {
    Arg::new("color")
        .long("color")
        .visible_alias("colour")
        .value_name("WHEN")
        .value_parser(EnumValueParser::<When>::new())
        .help_heading("Output options")
        .help("When output is coloured (NO_COLOR and HELM_COLOR are honoured)")
}

fn ignored(name: &'static str) -> Arg {
    Arg::new(name).long(name).value_name("NUMBER").allow_negative_numbers(true).hide(true)
}
