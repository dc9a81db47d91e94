//! Tests against a real control plane: the sandbox, one for the whole run. Without its binaries, and without Go to build them, they fail.

mod manifests;
mod sandbox;
mod support;
