//! Stackwright deploys a stack of Helm releases on Kubernetes.
//!
//! The rooms below are listed from the top of the house to its foundation: a room may use those under it, never one above
//! (`tests/offline/arrows.rs` holds the list and fails on an arrow that goes up). docs/architecture.md tells the data flow.

pub mod chart;
pub mod cli;
pub mod cluster;
pub mod diag;
pub mod diff;
pub mod execute;
pub mod import;
pub mod manifest;
pub mod ops;
pub mod plan;
pub mod release;
pub mod report;
pub mod revision;
pub mod sandbox;
pub mod source;
pub mod stack;
pub mod template;
pub mod value;
pub mod yaml;
