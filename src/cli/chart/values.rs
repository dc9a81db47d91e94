//! Flags for a chart's values, which several commands take.

use crate::ops::ValuesRequest;
use clap::Args;

/// Values of a chart, as helm takes them: files first, then the others in this order.
#[derive(Args, Clone, Debug, Default)]
pub(in crate::cli) struct ValuesFlags {
    /// Values file (- is standard input)
    #[arg(short = 'f', long = "values", value_name = "FILE,...", value_delimiter = ',')]
    files: Vec<String>,
    /// Set values (a.b=c,d=e)
    #[arg(long, value_name = "KEY=VALUE,...")]
    set: Vec<String>,
    /// Set string values
    #[arg(long, value_name = "KEY=VALUE,...")]
    set_string: Vec<String>,
    /// Set JSON values
    #[arg(long, value_name = "KEY=JSON,...")]
    set_json: Vec<String>,
    /// Set values from files
    #[arg(long, value_name = "KEY=FILE,...")]
    set_file: Vec<String>,
    /// Set a literal string
    #[arg(long, value_name = "KEY=TEXT")]
    set_literal: Vec<String>,
}

impl ValuesFlags {
    /// Returns what is to be read and set.
    pub(in crate::cli) fn request(self) -> ValuesRequest {
        ValuesRequest {
            files: self.files.into_iter().filter(|file| !file.is_empty()).collect(),
            set: self.set,
            set_string: self.set_string,
            set_json: self.set_json,
            set_file: self.set_file,
            set_literal: self.set_literal,
        }
    }
}
