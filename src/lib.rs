//! Stackwright deploys a stack of Helm releases on Kubernetes.
//!
//! The rooms below are listed from the top of the house to its foundation: a room may use those under it, never one above
//! (`tests/offline/arrows.rs` holds the list and fails on an arrow that goes up). docs/architecture.md tells the data flow.

pub mod chart;
pub mod diag;
pub mod manifest;
pub mod template;
pub mod value;
pub mod yaml;
