//! What a stack file says, key by key, before anything is decided: helmfile's 201 keys with their places.
//!
//! In: the YAML nodes of one document. Out: `RawStack` and its records, and every mistake in them.
//! May not know: files, templates, environments in force.
//! Rule: the yaml tags of helmfile 1.7.4 (pkg/state/*.go, pkg/event/bus.go, pkg/agent/llm/types.go); merging is mergo's on Go structs.

mod defaults;
mod field;
mod mapping;
mod reader;
mod record;
mod release;
mod stack;
mod value;

pub(super) use defaults::RawDefaults;
pub(super) use field::{AUTO, Entry, Field, Lists, NeedItem, Needs, One, Spanned, Text};
pub(super) use reader::Reader;
pub(super) use record::Record;
pub(super) use release::{RawFieldRule, RawHook, RawInherit, RawNeed, RawReadiness, RawRelease, RawSet};
pub(super) use stack::{RawEnvironment, RawLock, RawLocked, RawOverlays, RawRepository, RawSecret, RawStack, RawSubStack};
pub(super) use value::{to_value, values_map};
