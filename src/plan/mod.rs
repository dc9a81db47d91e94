//! From what is wanted and what is there to what is to be done.
//!
//! In: releases of a `Stack` with their rendered manifests, and a `Snapshot`. Out: a `Plan`, or every cycle at once.
//! May not know: terminals, files; it talks to no cluster.
//! Rule: helmfile's `needs`; Helm's install, upgrade and uninstall decide what an action does.

mod graph;

pub use graph::{Cycle, Graph};
