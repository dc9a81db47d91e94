//! Hooks as a record keeps them.

use super::time::{self, Time};
use serde::{Deserialize, Serialize};

/// A hook as a record keeps it. Field order and omissions are Helm's (pkg/release/v1/hook.go).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredHook {
    /// The object's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The object's kind.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The template that it came from.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// The object's text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub manifest: String,
    /// The events that it runs at: `pre-install`…
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub events: Vec<String>,
    /// Its last run.
    pub last_run: HookRun,
    /// Its weight: lower runs first.
    #[serde(skip_serializing_if = "is_zero")]
    pub weight: i64,
    /// When the object is deleted: `before-hook-creation`…
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub delete_policies: Vec<String>,
    /// When its log is shown: `hook-failed`…
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub output_log_policies: Vec<String>,
}

/// A run of a hook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HookRun {
    /// When it started.
    #[serde(deserialize_with = "time::optional::deserialize", skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Time>,
    /// When it ended.
    #[serde(deserialize_with = "time::optional::deserialize", skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Time>,
    /// How it went.
    pub phase: HookPhase,
}

/// How a run of a hook went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum HookPhase {
    /// It has never run.
    #[default]
    #[serde(rename = "")]
    Never,
    /// It runs.
    Running,
    /// It succeeded.
    Succeeded,
    /// It failed.
    Failed,
    /// Nobody knows.
    #[serde(other)]
    Unknown,
}

impl HookPhase {
    /// Returns helm's word; empty for a hook that has never run.
    pub fn as_str(self) -> &'static str {
        match self {
            HookPhase::Never => "",
            HookPhase::Running => "Running",
            HookPhase::Succeeded => "Succeeded",
            HookPhase::Failed => "Failed",
            HookPhase::Unknown => "Unknown",
        }
    }
}

fn is_zero(weight: &i64) -> bool {
    *weight == 0
}

fn null_as_default<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
