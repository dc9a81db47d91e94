//! Flags that are on or off, written as Go's programs take them: `--flag`, `--flag=false`.

use clap::{Arg, ArgAction, Command};

/// Lets every on-or-off flag of a command take a value after `=`, in any form that Go's `strconv.ParseBool` reads.
pub(super) fn with_values(command: Command) -> Command {
    command.mut_args(|arg| match arg.get_action() {
        ArgAction::SetTrue => taking_value(arg),
        _ => arg,
    })
}

fn taking_value(arg: Arg) -> Arg {
    arg.action(ArgAction::Set)
        .num_args(0..=1)
        .require_equals(true)
        .default_value("false")
        .default_missing_value("true")
        .hide_default_value(true)
        .value_name("BOOL")
        .value_parser(parse_bool)
}

/// Reads a truth value as Go's `strconv.ParseBool` does.
pub(super) fn parse_bool(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        other => Err(format!("strconv.ParseBool: parsing {other:?}: invalid syntax")),
    }
}
