//! What an object waits for before it can run, read from its manifest.
//!
//! In: objects in JSON form. Out: `Wait`s, and which objects meet them.
//! May not know: releases, clusters.
//! Rule: kubernetes-entrypoint's `DEPENDENCY_*` variables in init containers (the convention of openstack-helm and Airship charts:
//! airshipit/kubernetes-entrypoint, README), well-known containers that wait in another way, and references of pods to Secrets, ConfigMaps, claims and service accounts.

mod hold;
mod provide;
mod read;
mod wait;
mod well_known;

pub use hold::waiting_for;
pub use provide::{has_labels, provides, string_map, template_has_labels};
pub use read::{pod_template, wait_field, waits};
pub use wait::Wait;
