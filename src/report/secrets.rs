//! Secrets of a stack, without their values.

use super::words::table;
use crate::ops::SecretUse;
use crate::stack::SecretAlphabet;
use serde_json::{Value as Json, json};
use std::io::{self, Write};

/// Writes a row a secret: how it is made, and who uses it.
///
/// # Errors
/// What the stream says.
pub fn write_secrets(out: &mut dyn Write, uses: &[SecretUse]) -> io::Result<()> {
    let mut rows = vec![["NAME", "LENGTH", "ALPHABET", "RELEASES"].map(str::to_owned).to_vec()];
    for secret in uses {
        let releases: Vec<String> = secret.releases.iter().map(ToString::to_string).collect();
        rows.push(vec![secret.name.clone(), secret.rule.length.to_string(), alphabet(secret.rule.alphabet).to_owned(), releases.join(",")]);
    }
    write!(out, "{}", table(&rows))
}

/// Writes the list as JSON.
///
/// # Errors
/// What the stream says.
pub fn write_secrets_json(out: &mut dyn Write, uses: &[SecretUse]) -> io::Result<()> {
    let secrets: Vec<Json> = uses
        .iter()
        .map(|secret| {
            let releases: Vec<String> = secret.releases.iter().map(ToString::to_string).collect();
            json!({"name": secret.name, "length": secret.rule.length, "alphabet": alphabet(secret.rule.alphabet), "releases": releases})
        })
        .collect();
    serde_json::to_writer(&mut *out, &secrets)?;
    writeln!(out)
}

fn alphabet(alphabet: SecretAlphabet) -> &'static str {
    match alphabet {
        SecretAlphabet::Alphanumeric => "alphanumeric",
        SecretAlphabet::Hex => "hex",
        SecretAlphabet::Digits => "digits",
        SecretAlphabet::Base64 => "base64",
    }
}
