//! What every operation on a stack starts from.

use super::driver::driver;
use super::effects::{MachineEffects, MachineExec};
use crate::chart::TemplateCache;
use crate::cluster::{ConnectOptions, Driver};
use crate::diag::{Diagnostic, Masks};
use crate::execute::Clock;
use crate::source::OsFiles;
use jiff::Zoned;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Which stack, and which of its releases.
#[derive(Clone, Debug, Default)]
pub struct StackRequest {
    /// Stack file or folder; none means the working directory.
    pub file: Option<PathBuf>,
    /// Environment; none means `default`.
    pub environment: Option<String>,
    /// Selectors, as written.
    pub selectors: Vec<String>,
    /// Files with values of the environment.
    pub state_values_files: Vec<PathBuf>,
    /// Values of the environment (`a.b=c`).
    pub state_values: Vec<String>,
    /// Values of the environment, as strings.
    pub state_values_strings: Vec<String>,
    /// Namespace that overrides the stack's.
    pub namespace: Option<String>,
    /// Kubeconfig context that overrides the stack's.
    pub kube_context: Option<String>,
    /// Secrets of the stack to make anew.
    pub rotate: Vec<String>,
}

/// One run of an operation: what is asked for, and what of this machine it may use.
pub struct Session {
    pub(super) request: StackRequest,
    pub(super) connect: ConnectOptions,
    pub(super) variables: BTreeMap<String, String>,
    pub(super) effects: Arc<MachineEffects>,
    pub(super) exec: Arc<MachineExec>,
    pub(super) files: Arc<OsFiles>,
    pub(super) templates: TemplateCache,
    pub(super) driver: Driver,
    pub(super) clock: Clock,
    /// Texts that no output shows.
    pub(super) masks: Masks,
}

impl Session {
    /// Makes a session. `variables` is the process's environment.
    ///
    /// # Errors
    /// `HELM_DRIVER` names no driver that there is.
    pub fn new(request: StackRequest, connect: ConnectOptions, variables: BTreeMap<String, String>) -> Result<Session, Diagnostic> {
        let driver = driver(&variables)?;
        Ok(Session {
            request,
            connect,
            effects: Arc::new(MachineEffects::of(&variables)),
            exec: Arc::new(MachineExec),
            files: Arc::new(OsFiles),
            templates: TemplateCache::default(),
            variables,
            driver,
            clock: Arc::new(Zoned::now),
            masks: Masks::default(),
        })
    }

    /// Makes secrets of the stack anew.
    #[must_use]
    pub fn rotating(mut self, names: &[String]) -> Session {
        self.request.rotate = names.to_vec();
        self
    }

    /// Tells what secrets there are to those who write output.
    #[must_use]
    pub fn hiding(self, masks: Masks) -> Session {
        Session { masks, ..self }
    }
}
