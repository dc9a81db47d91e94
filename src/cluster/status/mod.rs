//! Whether an object has become what its manifest says.
//!
//! In: an object as JSON, as the API server last told it, and the time. Out: `Status`: a state, a reason, a message.
//! May not know: the cluster, clients, clocks, other objects (but for the pods of a controller, handed in).
//! Rule: kstatus as Helm 4.3.1 uses it (github.com/fluxcd/cli-utils v1.2.2 pkg/kstatus/status, helm pkg/kube/statuswait.go,
//! internal/statusreaders); the messages are theirs, byte for byte.

mod claim;
mod conditions;
mod daemon_set;
mod definition;
mod deployment;
mod field;
mod generic;
mod job;
mod of;
mod pod;
mod replica_set;
mod rule;
mod selector;
mod service;
mod share;
mod stateful_set;

pub use conditions::{Conditions, FAILURE, SUCCESS};
pub use of::{State, Status, of, with_pods};
pub use rule::{Rule, is_waited_for};
pub use selector::{selector_text, selects};
