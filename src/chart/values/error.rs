//! What can be wrong with the values that a user gives.

use super::super::unreadable::Unreadable;
use super::strvals::SetError;
use crate::diag::Diagnostic;

/// Why user values cannot be read or set. `Display` is Helm's own message.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// A values file is no YAML map.
    #[error("failed to parse {file}: {source}")]
    File {
        /// The file as the user named it.
        file: String,
        /// What is wrong.
        source: Unreadable,
    },
    /// A `--set` argument or one of its sisters is malformed.
    #[error("failed parsing {option} data: {source}")]
    Set {
        /// The option.
        option: &'static str,
        /// What is wrong.
        source: SetError,
    },
    /// A `--set-json` argument is no JSON object though it looks like one.
    #[error("failed parsing --set-json data JSON: {argument}")]
    JsonObject {
        /// The argument.
        argument: String,
    },
    /// A `--set-json` argument is malformed.
    #[error("failed parsing --set-json data {argument}")]
    Json {
        /// The argument.
        argument: String,
        /// What is wrong, which Helm does not tell.
        source: SetError,
    },
}

impl Error {
    /// Returns the error for people, with Helm's words for programs.
    pub fn diagnostic(&self) -> Diagnostic {
        self.drawn().verbatim(self.to_string())
    }

    fn drawn(&self) -> Diagnostic {
        match self {
            Error::File { file, source } => source.diagnostic().note(format!("while reading the values file {file}")),
            Error::Set { source, .. } | Error::Json { source, .. } => source.diagnostic(),
            Error::JsonObject { argument } => {
                Diagnostic::error("cannot set values: the argument of --set-json is no JSON object").note(argument.clone())
            }
        }
    }
}
