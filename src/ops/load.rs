//! Reads the stack that a session is about.

use super::secrets::StackSecrets;
use super::session::Session;
use crate::diag::Diagnostics;
use crate::stack::{self, LoadRequest, NoSecrets, Stack, StateValues, World};
use std::sync::Arc;

/// Reads the stack file, its environment and its releases. Warnings are logged.
///
/// # Errors
/// Every mistake that is found.
pub fn load(session: &Session) -> Result<Stack, Diagnostics> {
    load_with(session, None)
}

/// Reads the stack, with other features in place of the environment's where some are given.
///
/// # Errors
/// As [`load`].
pub(super) fn load_with(session: &Session, features: Option<&[String]>) -> Result<Stack, Diagnostics> {
    let request = &session.request;
    let world = world(session);
    let state_values = StateValues {
        files: request.state_values_files.clone(),
        set: request.state_values.clone(),
        set_string: request.state_values_strings.clone(),
    };
    let load = LoadRequest {
        environment: request.environment.as_deref().unwrap_or("default"),
        state_values,
        kube_context: request.kube_context.as_deref(),
        namespace: request.namespace.as_deref(),
        selectors: &request.selectors,
        features,
        ..LoadRequest::new(request.file.as_deref(), world)
    };
    let loaded = stack::load(&load)?;
    for warning in loaded.warnings.iter() {
        tracing::warn!("{warning}");
    }
    Ok(loaded.stack)
}

/// What a stack may take from this machine.
pub(super) fn world(session: &Session) -> World {
    World {
        files: session.files.clone(),
        env: Arc::new(session.variables.clone()),
        exec: session.exec.clone(),
        secrets: Arc::new(NoSecrets),
        effects: session.effects.clone(),
    }
}

/// The same, with a text that names it for each secret of the stack: no cluster is asked.
pub(super) fn offline_world(session: &Session, stack: &Stack) -> World {
    World { secrets: Arc::new(StackSecrets::offline(stack)), ..world(session) }
}
