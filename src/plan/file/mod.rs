//! A plan in a file, to be carried out later exactly as it is, or not at all.
//!
//! In: a `Plan`, what its clusters hold of its objects, and a key. Out: a `PlanFile`, its JSON; what two of them do not agree about.
//! May not know: files, clusters.
//! Rule: the file holds no value of a Secret. What is secret is known again by a keyed digest, and made again from the stack when the plan
//! is carried out. The format has a version and a schema (docs/plan.schema.json); a change that an older reader would misread gets a new
//! version.

mod compare;
mod content;
mod format;
mod generated;
mod seal;

pub use compare::{Moved, MovedKind, compare};
pub use content::{ReleaseSource, objects_in_file, release_in_file};
pub use format::{
    ChartInFile, FORMAT_VERSION, FormatError, KIND, ObjectInFile, OptionsInFile, PlanFile, ReleaseInFile, Role, SCHEMA, StackInFile,
};
pub use generated::{GENERATED, cover_generated};
pub use seal::{Sealer, SecretTexts};
