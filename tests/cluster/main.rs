//! Everything that needs a cluster: a real API server on loopback, shared by all tests, each in namespaces of its own.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking, and its name says what it holds")]

mod apply;
mod connect;
mod connection;
mod manifests;
mod program;
mod release;
mod sandbox;
mod settle;
mod snapshot;
mod stack;
mod support;
