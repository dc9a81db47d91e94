//! Tests that need no cluster and no network.

#![allow(clippy::unwrap_used, missing_docs)]

mod certificates;
mod charts;
mod function_properties;
mod function_reference;
mod functions;
mod strvals;
mod template;
mod template_sets;
mod yaml;
