//! The revisions of a stack: what each apply, removal or rollback did, by whom, and how to find the way back.
//!
//! In: what was planned and how it ended, times and people handed in, records of releases. Out: `StackRevision`, `RevisionStore`
//! (Secrets of our own beside Helm's), `KeptRecord` of releases whose own records go, and the `Lease` that keeps two runs apart.
//! May not know: plans, stack files, terminals, clocks.
//! Rule: docs/architecture.md, "Revisions of a stack". Helm has nothing like it; releases stay Helm's.

mod digest;
mod error;
mod id;
mod kept;
mod lease;
mod secrets;
mod stack_revision;
mod store;

pub use digest::{record_digest, release_digest};
pub use error::Error;
pub use id::{ReleaseKey, StackId};
pub use kept::KeptRecord;
pub use lease::{Holder, Lease, LeaseState};
pub use secrets::{KeptSecret, SECRETS_TYPE, SecretStore};
pub use stack_revision::{Author, Commit, Deployed, Leftover, Operation, ReleaseEntry, RunState, StackRevision, Step, StepResult};
pub use store::{REVISION_TYPE, RevisionStore};
