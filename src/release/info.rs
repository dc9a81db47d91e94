//! What happened to a revision.

use super::status::Status;
use super::time::{self, Time};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What happened to a revision. Field order and omissions are Helm's (pkg/release/v1/info.go).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Info {
    /// When the release was first installed.
    #[serde(deserialize_with = "time::optional::deserialize", skip_serializing_if = "Option::is_none")]
    pub first_deployed: Option<Time>,
    /// When this revision was made.
    #[serde(deserialize_with = "time::optional::deserialize", skip_serializing_if = "Option::is_none")]
    pub last_deployed: Option<Time>,
    /// When the release was deleted.
    #[serde(deserialize_with = "time::optional::deserialize", skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Time>,
    /// One line about the last thing that happened.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// How far it is.
    pub status: Status,
    /// The revision that a rollback went back to; 0 where there was none.
    #[serde(skip_serializing_if = "is_zero")]
    pub rollback_revision: u32,
    /// The rendered NOTES.txt.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// Live objects; only in answers to `status`, never stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<Box<RawValue>>,
}

fn is_zero(revision: &u32) -> bool {
    *revision == 0
}
