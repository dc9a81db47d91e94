//! What the sandbox promises: a cluster that behaves, and no process too many.

mod cluster;
mod entrypoint;
mod failures;
mod lifecycle;
