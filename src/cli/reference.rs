//! The reference of the command line, as Markdown: docs/cli.md.

use clap::{Arg, Command};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const HEAD: &str = "\
# Commands

Every command with its arguments and flags. `stackwright COMMAND --help` says the same on a terminal.

This page is written by `STACKWRIGHT_WRITE_DOCS=1 cargo test --test offline cli_reference`.
";

/// Flags under these headings are the same wherever they are taken, and described once.
const SHARED: [&str; 4] = ["Stack options", "Cluster options", "Output options", "Diff options"];

/// Returns the reference of all commands, made of their definitions.
pub fn reference() -> String {
    let mut root = super::run::command();
    root.build();
    let mut text = HEAD.to_owned();
    let mut shared: BTreeMap<&str, Vec<&Arg>> = BTreeMap::new();
    gather(&root, &mut shared);
    for heading in SHARED {
        text.push_str(&format!("\n## {heading}\n\n"));
        shared.get(heading).into_iter().flatten().for_each(|flag| push_flag(&mut text, flag));
    }
    for command in root.get_subcommands().filter(|command| !command.is_hide_set()) {
        push_command(&mut text, command, "stackwright", 2);
    }
    text
}

/// Gathers the shared flags, each as the first command has it that takes it.
fn gather<'c>(command: &'c Command, into: &mut BTreeMap<&'c str, Vec<&'c Arg>>) {
    for flag in shown(command) {
        let Some(heading) = flag.get_help_heading().filter(|heading| SHARED.contains(heading)) else { continue };
        let known = into.entry(heading).or_default();
        if known.iter().all(|known| known.get_id() != flag.get_id()) {
            known.push(flag);
        }
    }
    command.get_subcommands().for_each(|sub| gather(sub, into));
}

fn push_command(text: &mut String, command: &Command, parent: &str, depth: usize) {
    let name = format!("{parent} {}", command.get_name());
    let about = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
    let (level, aliases) = ("#".repeat(depth), command.get_visible_aliases().collect::<Vec<_>>());
    // Writing to a String cannot fail.
    let _ = write!(text, "\n{level} {name}\n\n{}.", about.trim_end_matches('.'));
    if !aliases.is_empty() {
        let _ = write!(text, " Also `{}`.", aliases.join("`, `"));
    }
    text.push('\n');
    if command.has_subcommands() {
        command.get_subcommands().filter(|sub| !sub.is_hide_set()).for_each(|sub| push_command(text, sub, &name, depth + 1));
        return;
    }
    let _ = write!(text, "\n`{}`\n\n", usage(command, &name));
    let is_own = |flag: &&Arg| flag.get_help_heading().is_none_or(|heading| !SHARED.contains(&heading));
    shown(command).filter(is_own).for_each(|flag| push_flag(text, flag));
    let takes = |heading: &&&str| shown(command).any(|flag| flag.get_help_heading() == Some(**heading));
    let groups: Vec<String> = SHARED.iter().filter(takes).map(|heading| format!("[{heading}](#{})", anchor(heading))).collect();
    let _ = writeln!(text, "* {}", groups.join(", "));
}

/// Returns the flags and arguments that people are told of; help is not news.
fn shown(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|flag| !flag.is_hide_set() && !matches!(flag.get_id().as_str(), "help" | "version"))
}

fn usage(command: &Command, name: &str) -> String {
    let arguments = command.get_positionals().map(|argument| {
        let names = value_names(argument);
        let names = if argument.get_num_args().is_some_and(|count| count.max_values() > 1) { format!("{names}...") } else { names };
        if argument.is_required_set() { names } else { format!("[{names}]") }
    });
    std::iter::once(name.to_owned()).chain(arguments).chain(["[OPTIONS]".to_owned()]).collect::<Vec<_>>().join(" ")
}

fn push_flag(text: &mut String, flag: &Arg) {
    let help = flag.get_long_help().or(flag.get_help()).map(ToString::to_string).unwrap_or_default();
    let _ = write!(text, "* `{}`: {}", signature(flag), help.replace('\n', " "));
    let values: Vec<String> =
        flag.get_possible_values().iter().filter(|value| !value.is_hide_set()).map(|value| value.get_name().to_owned()).collect();
    if !values.is_empty() && flag.get_action().takes_values() && values != ["true", "false"] {
        let _ = write!(text, " (`{}`)", values.join("`, `"));
    }
    let defaults: Vec<String> = flag.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    if !defaults.is_empty() && !flag.is_hide_default_value_set() && flag.get_action().takes_values() {
        let _ = write!(text, "; `{}` unless given", defaults.join(","));
    }
    text.push('\n');
}

fn signature(flag: &Arg) -> String {
    if flag.is_positional() {
        return value_names(flag);
    }
    let short = flag.get_short().map(|letter| format!("-{letter}"));
    let long = flag.get_long().map(|name| format!("--{name}"));
    let aliases = flag.get_visible_aliases().unwrap_or_default().into_iter().map(|name| format!("--{name}"));
    let mut signature = short.into_iter().chain(long).chain(aliases).collect::<Vec<_>>().join(", ");
    if flag.get_action().takes_values() {
        let is_optional = flag.get_num_args().is_some_and(|count| count.min_values() == 0);
        let sign = if flag.is_require_equals_set() { "=" } else { " " };
        let values = format!("{sign}{}", value_names(flag));
        signature.push_str(&if is_optional { format!("[{values}]") } else { values });
    }
    signature
}

fn value_names(flag: &Arg) -> String {
    let names = flag.get_value_names().map(|names| names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
    names.unwrap_or_else(|| flag.get_id().as_str().to_uppercase())
}

fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}
