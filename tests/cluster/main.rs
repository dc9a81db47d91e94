//! Everything that needs a cluster: a real control plane on loopback, one for the whole run, each test in namespaces of its own.
//! Without its programs, and without Go to build them, these tests fail.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking, and its name says what it holds")]

mod adopt;
mod apply;
mod chart_template;
mod connect;
mod connection;
mod consequences;
mod crash;
mod diff;
mod faults;
mod field_managers;
mod generated;
mod interrupt;
mod lock;
mod manifests;
mod ordered;
mod parts;
mod plan_file;
mod preflight;
mod program;
mod proxy;
mod quotas;
mod release;
mod release_read;
mod release_write;
mod revisions;
mod rights;
mod rules;
mod sandbox;
mod secrets;
mod settle;
mod snapshot;
mod stack;
mod support;
mod waits;
mod writes;
