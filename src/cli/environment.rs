//! The process's environment, read once and handed down.

use super::when::When;
use crate::report::Look;
use std::collections::BTreeMap;
use std::io::IsTerminal;

/// What the process was started in.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The environment variables that are valid UTF-8.
    pub variables: BTreeMap<String, String>,
    /// Whether standard input is a terminal, so that a question can be asked.
    pub stdin_is_terminal: bool,
    /// Whether somebody reads standard output as it is written.
    pub stdout_is_terminal: bool,
    stderr_is_terminal: bool,
}

impl Environment {
    /// Reads the process's environment.
    pub fn read() -> Environment {
        let variables = std::env::vars_os().filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?))).collect();
        Environment {
            variables,
            stdin_is_terminal: std::io::stdin().is_terminal(),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
        }
    }

    /// Returns a variable that is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Returns a flag's value, or that of the first of these variables that is set.
    pub fn or_variable(&self, flag: Option<String>, names: &[&str]) -> Option<String> {
        flag.or_else(|| names.iter().find_map(|name| self.variable(name)).map(str::to_owned))
    }

    /// Decides how output may look: flags first, then NO_COLOR, HELM_COLOR and CLICOLOR_FORCE, then whether someone watches.
    pub(super) fn look(&self, color: Option<When>, quiet: bool) -> Look {
        let forced = match color.unwrap_or_else(|| self.color()) {
            When::Always => Some(true),
            When::Never => Some(false),
            When::Auto => None,
        };
        Look {
            color_out: forced.unwrap_or(self.stdout_is_terminal),
            color_err: forced.unwrap_or(self.stderr_is_terminal),
            live: self.stderr_is_terminal && self.variable("TERM") != Some("dumb") && self.variable("CI").is_none(),
            err_is_terminal: self.stderr_is_terminal,
            quiet,
        }
    }

    fn color(&self) -> When {
        if self.variable("NO_COLOR").is_some() {
            return When::Never;
        }
        let named = self.variable("HELM_COLOR").map(str::to_ascii_lowercase);
        match named.as_deref() {
            Some("always") => When::Always,
            Some("never") => When::Never,
            _ if self.variable("TERM") == Some("dumb") => When::Never,
            _ if self.variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") => When::Always,
            _ => When::Auto,
        }
    }
}
