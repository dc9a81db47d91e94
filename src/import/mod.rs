//! Other tools' descriptions of releases, as a stack file.
//!
//! In: the text of a shell script with helm commands, or of Armada's documents. Out: the text of a stack file, and what could not be
//! carried over, with its line.
//! May not know: files, the environment, charts, clusters; nothing of a script is run.
//! Rule: openstack-helm `tools/deployment`; POSIX shell as far as such scripts use it. Airship Armada `armada/Manifest/v1`,
//! `ChartGroup`, `Chart`, Deckhand's layering and substitution.

mod armada;
mod draft;
mod osh;
mod write;

pub use armada::import_armada;
pub use draft::{Imported, Left};
pub use osh::import_osh_commands;
