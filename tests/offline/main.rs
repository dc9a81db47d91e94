//! Everything that needs no cluster. One binary, so that linking stays cheap; a file a subject.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking, and its name says what it holds")]

mod arrows;
mod calls;
mod certificates;
mod charts;
mod declared;
mod explain;
mod function_properties;
mod function_reference;
mod functions;
mod hostile;
mod release;
mod seeds;
mod source;
mod stack;
mod status;
mod strvals;
mod template;
mod template_sets;
mod yaml;
