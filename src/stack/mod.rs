//! A stack file, read: helmfile's format, and what it means.
//!
//! In: a path, an environment, flags, and the outside world behind traits. Out: a `Stack` of releases with every setting
//! decided and every value knowing where it came from, or all mistakes at once.
//! May not know: clusters, plans, terminals; the file system, variables, commands and the clock only through `World`.
//! Rule: helmfile 1.7.4 (pkg/app, pkg/state, pkg/tmpl); differences are in docs/compatibility.md.

mod advice;
mod changes;
mod condition;
mod data;
mod discover;
mod environment;
mod error;
mod explain;
mod features;
mod fields;
mod file;
mod functions;
mod help;
mod hook;
mod identity;
mod inherit;
mod inherited;
mod keeping;
mod layer;
mod load;
mod lock_file;
mod merge;
mod model;
mod need;
mod needs;
mod options;
mod origins;
mod overlays;
mod parts;
mod patches;
mod raw;
mod releases;
mod render;
mod rendered;
mod request;
mod secrets;
mod selection;
mod selector;
mod state_values;
mod values;
mod values_files;
mod world;
mod yaml3;

pub use changes::{AddedDependency, Changes, Patch};
pub use environment::Environment;
pub use error::Error;
pub use explain::{Said, explain};
pub use features::Feature;
pub use identity::ReleaseId;
pub use layer::{SetValue, ValuesLayer};
pub use load::load;
pub use model::{
    Cascade, CrdPolicy, DeleteOptions, DiffOptions, FieldAction, FieldRule, Hook, HookAction, InstallOptions, Keeping, MissingFile,
    PostRenderer, Release, RenderOptions, ServerSide, Stack, State,
};
pub use need::{Need, Until};
pub use overlays::{OverlayFile, Overlays, chart_name};
pub use request::{LoadRequest, Loaded, StateValues};
pub use secrets::{ObjectValue, SECRET_REFERENCE, SecretAlphabet, SecretRule, secrets_in};
pub use selection::{NeedsMode, select};
pub use selector::Selector;
pub use values::{LayerContent, ResolvedLayer, merge_layers, release_values, resolve_layers};
pub use world::{Command, Exec, NoExec, NoSecrets, Secrets, World};

/// The environment where none is chosen.
pub const DEFAULT_ENVIRONMENT: &str = "default";
