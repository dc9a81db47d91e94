//! Kubernetes documents: what they are, where they came from, in which order they go, which hooks they are.
//!
//! In: rendered text, or objects as JSON. Out: `Manifest`, `Document`, `ObjectId`, hooks, kind order.
//! May not know: charts, clusters, stacks.
//! Rule: Helm 4.3.1 pkg/release/v1/util (split, sort), pkg/release/v1/hook.go.

mod identity;
mod waits;

pub use identity::ObjectId;
pub use waits::{Wait, pod_template, provides, waiting_for, waits};
