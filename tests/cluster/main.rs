//! Tests against a real control plane: the sandbox, one for the whole run. Without its binaries, and without Go to build them, they fail.

mod apply;
mod connect;
mod connection;
mod release;
mod sandbox;
mod settle;
mod snapshot;
mod support;
