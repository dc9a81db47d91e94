//! Which kind of object holds release records.

use crate::cluster::Driver;
use crate::diag::Diagnostic;
use std::collections::BTreeMap;

/// Returns the driver that `HELM_DRIVER` names; Secrets unless it is set.
///
/// Rule: helm pkg/action/action.go (`Configuration.Init`).
///
/// # Errors
/// It names another one: a process's memory and databases keep no records of ours.
pub(super) fn driver(variables: &BTreeMap<String, String>) -> Result<Driver, Diagnostic> {
    match variables.get("HELM_DRIVER").map(String::as_str).unwrap_or_default() {
        "" | "secret" | "secrets" => Ok(Driver::Secret),
        "configmap" | "configmaps" => Ok(Driver::ConfigMap),
        other @ ("memory" | "sql") => Err(Diagnostic::error(format!("release records are not kept by driver {other:?}"))
            .note("HELM_DRIVER names it")
            .help("set HELM_DRIVER to secret or configmap, or leave it unset")),
        other => {
            let words = format!("unknown driver {other:?}");
            Err(Diagnostic::error(words.clone()).verbatim(words).help("set HELM_DRIVER to secret or configmap, or leave it unset"))
        }
    }
}
