//! Helm's release record: what it says, how it is packed, where it is kept, and what a history means.
//!
//! In: what was installed (chart, values, manifest, hooks, as JSON and text), times handed in, stored records from `cluster`. Out:
//! `Record`, `History`, `Store`, and the marks of ownership that Helm puts on objects.
//! May not know: plans, stacks, terminals, clocks.
//! Rule: helm 4.3.1 pkg/release/v1, pkg/storage, pkg/action/validate.go, byte for byte: Helm's commands work on our records and ours
//! on Helm's. Records of Helm 3 are read, and written back as Helm 4 would.

mod chart;
mod codec;
mod description;
mod error;
mod history;
mod hook;
mod info;
mod json;
mod name;
mod ownership;
mod record;
mod seeds;
mod selector;
mod status;
mod store;
mod summary;
mod time;

pub use chart::{StoredChart, StoredFile};
pub use codec::{decode, decode_summary, encode, unpack};
pub use description::Description;
pub use error::Error;
pub use history::{Entry, History};
pub use hook::{HookPhase, HookRun, StoredHook};
pub use info::Info;
pub use json::{raw, to_json};
pub use name::{STORAGE_TYPE, is_system_label, object_name, parse_object_name, validate_labels, validate_release_name};
pub use ownership::{
    MANAGED_BY, Mismatch, Owner, RELEASE_NAME, RELEASE_NAMESPACE, conflict_message, is_kept, mark_owned, ownership_mismatches,
};
pub use record::{ApplyMethod, Record, SequencingInfo};
pub use seeds::{SEED_TYPE, SeedStore, read_seed_data, seed_data};
pub use selector::Selector;
pub use status::Status;
pub use store::{LARGEST_RECORD, Store};
pub use summary::Summary;
pub use time::Time;
