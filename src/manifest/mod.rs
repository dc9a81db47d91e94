//! Kubernetes documents: what they are, where they came from, in which order they go, which hooks they are.
//!
//! In: rendered files, or the text of a stored manifest. Out: `Manifest`, `Document`, `Hook`, `ObjectId`, kind order.
//! May not know: charts, clusters, stacks.
//! Rule: Helm 4.3.1 pkg/release/v1/util (split, sort), pkg/release/v1/hook.go.

mod definition;
mod document;
mod error;
mod head;
mod hook;
mod identity;
mod kind_order;
mod scaling;
mod split;
mod stored;
mod tracking;
mod waits;
mod wave;

pub use definition::definition_dangers;
pub use document::{Document, Manifest, Sorted, Unsorted, write_document};
pub use error::Error;
pub use head::Head;
pub use hook::{BEFORE_CREATION, Hook, HookEvent};
pub use identity::ObjectId;
pub use kind_order::{KindOrder, sort_by_kind};
pub use scaling::scale_target;
pub use split::split;
pub use stored::parse_stored;
pub use tracking::{LogRules, Tracking};
pub use waits::{Wait, has_labels, pod_template, provides, string_map, template_has_labels, wait_field, waiting_for, waits};
pub use wave::Wave;
