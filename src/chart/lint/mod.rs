//! The rules of `chart lint`, a file a family.
//!
//! In: what a chart's folder holds (`Contents`), the user's values, a version of Kubernetes. Out: `Message`s in Helm's words and
//! order, each with its place and a hint where they are known.
//! May not know: files, terminals.
//! Rule: Helm 4.3.1 pkg/chart/v2/lint. A family of rules is one function in the table of `families`.

mod addresses;
mod chartfile;
mod contents;
mod crds;
mod dependencies;
mod families;
mod findings;
mod lifecycle;
mod message;
mod names;
mod objects;
mod stream;
mod strict;
mod templates;
mod unread;
mod values;

pub use contents::{Contents, Found};
pub use families::{LintReport, LintRequest, lint};
pub use message::{Message, Severity};
pub use unread::{of_perhaps_read_elsewhere, of_read_elsewhere, of_redundant, of_unread};
