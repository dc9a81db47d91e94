//! The user's values: files of this machine and of the web, and what flags set.

use super::charts::sources;
use super::go_words::words_of;
use crate::chart::values::ValueOptions;
use crate::diag::{Diagnostic, Diagnostics, Source};
use crate::source::{Repository, redacted};
use crate::value::Map;
use std::collections::BTreeMap;
use std::io::Read;

/// The user's values, as written on a command line.
#[derive(Clone, Debug, Default)]
pub struct ValuesRequest {
    /// Values files: paths, `http://` and `https://` addresses; `-` is standard input.
    pub files: Vec<String>,
    /// `--set`.
    pub set: Vec<String>,
    /// `--set-string`.
    pub set_string: Vec<String>,
    /// `--set-json`.
    pub set_json: Vec<String>,
    /// `--set-file`; files as in `files`.
    pub set_file: Vec<String>,
    /// `--set-literal`.
    pub set_literal: Vec<String>,
}

/// Reads and merges the user's values.
///
/// Rule: Helm pkg/cli/values/options.go. Blocks the thread while the web is asked, so it must run in a runtime of many threads.
///
/// # Errors
/// A file that cannot be read, or a text that cannot be understood.
pub(super) fn read_values(request: &ValuesRequest, variables: &BTreeMap<String, String>) -> Result<Map, Diagnostics> {
    let read = |path: &str| read(path, variables);
    let mut files = Vec::with_capacity(request.files.len());
    for file in &request.files {
        let shown = redacted(file);
        let problem = |words| Diagnostics::from(Diagnostic::error(format!("cannot read values file {shown}")).verbatim(words));
        let bytes = read(file).map_err(problem)?;
        files.push(Source::new(shown, String::from_utf8_lossy(&bytes)));
    }
    let options = ValueOptions {
        files,
        set_json: request.set_json.clone(),
        set: request.set.clone(),
        set_string: request.set_string.clone(),
        set_file: request.set_file.clone(),
        set_literal: request.set_literal.clone(),
    };
    options.merge(&read).map_err(|error| error.diagnostic().into())
}

/// Reads a file, an address, or standard input for `-`. Errors are in Go's words.
fn read(path: &str, variables: &BTreeMap<String, String>) -> Result<Vec<u8>, String> {
    if path.trim() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| format!("read /dev/stdin: {}", words_of(&error)))?;
        return Ok(bytes);
    }
    if path.starts_with("http://") || path.starts_with("https://") {
        return fetch(path, variables);
    }
    let mut file = std::fs::File::open(path).map_err(|error| format!("open {path}: {}", words_of(&error)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| format!("read {path}: {}", words_of(&error)))?;
    Ok(bytes)
}

fn fetch(url: &str, variables: &BTreeMap<String, String>) -> Result<Vec<u8>, String> {
    let sources = sources(variables);
    let server = Repository::at(url);
    let asked = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(sources.get(url, &server)));
    asked.map_err(|error| error.words())
}
