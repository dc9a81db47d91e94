//! What a stack is loaded with, and what comes out.

use super::model::Stack;
use super::world::World;
use crate::diag::Diagnostics;
use std::path::{Path, PathBuf};

/// What was asked for on the command line.
#[derive(Clone, Debug)]
pub struct LoadRequest<'a> {
    /// The stack file, or a folder of them; none looks for one in the process's folder.
    pub path: Option<&'a Path>,
    /// The environment; helmfile's is `default` unless another is chosen.
    pub environment: &'a str,
    /// Values for the whole stack.
    pub state_values: StateValues,
    /// A kubeconfig context for every release.
    pub kube_context: Option<&'a str>,
    /// A namespace for every release.
    pub namespace: Option<&'a str>,
    /// A chart for every release.
    pub chart: Option<&'a str>,
    /// Which releases are meant, in the form `k=v,k!=v`; several are alternatives, none means all.
    pub selectors: &'a [String],
    /// Features in place of the environment's.
    pub features: Option<&'a [String]>,
    /// The outside.
    pub world: World,
}

impl<'a> LoadRequest<'a> {
    /// Makes a request for a file or folder with helmfile's defaults for all the rest.
    pub fn new(path: Option<&'a Path>, world: World) -> LoadRequest<'a> {
        LoadRequest {
            path,
            environment: super::DEFAULT_ENVIRONMENT,
            state_values: StateValues::default(),
            kube_context: None,
            namespace: None,
            chart: None,
            selectors: &[],
            features: None,
            world,
        }
    }
}

/// `--state-values-file`, `--state-values-set`, `--state-values-set-string`, each as often as it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StateValues {
    /// Files; relative to the stack file's folder, else to the process's.
    pub files: Vec<PathBuf>,
    /// `KEY=VALUE,…`, typed.
    pub set: Vec<String>,
    /// `KEY=VALUE,…`, texts.
    pub set_string: Vec<String>,
}

/// A stack, and what there is to say about it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The stack.
    pub stack: Stack,
    /// Warnings and notes.
    pub warnings: Diagnostics,
}
