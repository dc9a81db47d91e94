//! What a stack may take from outside: files, variables, commands, secrets, effects; all handed in.

use super::secrets::{ObjectValue, SECRET_REFERENCE};
use crate::source::Files;
use crate::template::function::Effects;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// Runs commands for the template functions `exec` and `envExec`.
pub trait Exec: Send + Sync {
    /// Runs a command to its end and returns its standard output.
    ///
    /// # Errors
    /// A message for the user: the command cannot be started, or ended with another status than 0.
    fn run(&self, command: &Command<'_>) -> Result<Vec<u8>, String>;
}

/// A command to run.
#[derive(Clone, Debug)]
pub struct Command<'a> {
    /// The program.
    pub program: &'a str,
    /// Its arguments.
    pub arguments: &'a [String],
    /// Variables to set beside the inherited ones.
    pub env: &'a BTreeMap<String, String>,
    /// The folder to run in; an empty path is the folder of the process.
    pub folder: &'a Path,
    /// What the program reads from its standard input.
    pub input: &'a str,
}

/// Opens what is encrypted or kept elsewhere.
pub trait Secrets: Send + Sync {
    /// Decrypts the content of a file of `secrets`.
    ///
    /// # Errors
    /// A message for the user.
    fn decrypt(&self, path: &Path, content: &[u8]) -> Result<Vec<u8>, String>;

    /// Returns what a reference such as `ref+vault://…` stands for.
    ///
    /// # Errors
    /// A message for the user.
    fn resolve(&self, reference: &str) -> Result<String, String>;

    /// Returns a secret of the stack, or a reference that `resolve` understands later, where secrets are not known yet.
    ///
    /// # Errors
    /// A message for the user.
    fn secret(&self, name: &str) -> Result<String, String> {
        Ok(format!("{SECRET_REFERENCE}{name}+"))
    }

    /// Returns a value of a Secret or ConfigMap, decoded; `context` is the kubeconfig context of the release that wants it.
    ///
    /// # Errors
    /// A message for the user.
    fn object(&self, context: Option<&str>, wanted: &ObjectValue) -> Result<String, String> {
        let _ = context;
        Err(format!("no cluster is asked here for {wanted}"))
    }
}

/// Refuses every command.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoExec;

impl Exec for NoExec {
    fn run(&self, command: &Command<'_>) -> Result<Vec<u8>, String> {
        Err(format!("commands are not run here: {}", command.program))
    }
}

/// Opens nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSecrets;

impl Secrets for NoSecrets {
    fn decrypt(&self, path: &Path, _content: &[u8]) -> Result<Vec<u8>, String> {
        Err(format!("encrypted files are not supported yet: {}", path.display()))
    }

    fn resolve(&self, reference: &str) -> Result<String, String> {
        Err(format!("references to secrets are not supported yet: {reference}"))
    }
}

/// The outside world of a stack. Cheap to clone.
#[derive(Clone)]
pub struct World {
    /// Files; relative paths start in the process's folder.
    pub files: Arc<dyn Files>,
    /// Environment variables.
    pub env: Arc<BTreeMap<String, String>>,
    /// Commands.
    pub exec: Arc<dyn Exec>,
    /// Secrets.
    pub secrets: Arc<dyn Secrets>,
    /// Clock and randomness of template functions.
    pub effects: Arc<dyn Effects>,
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Variables may hold passwords.
        f.write_str("World")
    }
}
