//! Everything that needs no cluster. One binary, so that linking stays cheap; a file a subject.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking, and its name says what it holds")]

mod arrows;
mod calls;
mod certificates;
mod chart_patches;
mod chart_values;
mod charts;
mod cli_reference;
mod commands;
mod declared;
mod dependency;
mod error_drawing;
mod explain;
mod features;
mod findings;
mod function_properties;
mod function_reference;
mod functions;
mod hostile;
mod import;
mod no_effects;
mod openstack;
mod post_renderers;
mod release;
mod seeds;
mod source;
mod stack;
mod stack_commands;
mod stack_secrets;
mod status;
mod strvals;
mod template;
mod template_flags;
mod template_sets;
mod trace;
mod typed;
mod waits;
mod yaml;
