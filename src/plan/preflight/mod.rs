//! What is found out about a plan before its first write: a file a check.
//!
//! In: the objects of a plan, what a cluster said to them and what lives there. Out: `Finding`s, and what has to be asked for them.
//! May not know: how a cluster is asked, how findings are drawn. Nothing here asks or writes.
//! Rule: a finding is true. What cannot be known (an object that a controller makes, a rule of a namespace that is not there yet) is a
//! note or nothing, never an error.

mod access;
mod autoscaled;
mod brought;
mod crds;
mod custom;
mod dead_locks;
mod field;
mod nodes;
mod order;
mod owners;
mod quantity;
mod quota;
mod quota_scope;
mod quota_use;
mod record_size;
mod references;
mod refused;
mod removed_apis;
mod rules;
mod schema;
mod stand_in;
mod subject;
mod trial;
mod waits;
mod warnings;

pub use access::Rights;
pub use autoscaled::leave_replicas_to;
pub use brought::{Brought, PlannedCrd};
pub use crds::check_crds;
pub use custom::check_custom;
pub use dead_locks::check_dead_locks;
pub use field::field_path;
pub use nodes::{asks_for_nodes, check_nodes};
pub use order::check_order;
pub use owners::{check_owners, check_shared, is_claimed};
pub use quota::{QuotaSurroundings, check_quotas, quotas_ask_for_nodes, quotas_ask_for_priority};
pub use record_size::check_record_size;
pub use references::References;
pub use refused::{Answered, check_answers};
pub use stand_in::{check_namespaces, note_stand_ins};
pub use subject::{Subject, may_recreate, subjects};
pub use trial::{Trial, Way, trial};
pub use waits::{Found, OpenWaits};
pub use warnings::check_warnings;
