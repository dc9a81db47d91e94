//! What the objects of a plan wait for, across its releases.
//!
//! In: the objects of releases. Out: for each wait who provides it (`Waits`), which releases wait for each other, which needs follow.
//! May not know: how a cluster is asked, how graphs are drawn.
//! Rule: docs/waits.md. A pod waits by itself, so a need that follows from waits only says that what is waited for is sent first.

mod derive;
mod find;
mod held;
mod part;
mod rehearse;
mod words;

pub use derive::{DerivedNeed, derived_needs};
pub use find::{Lack, PartWait, Waits, named_object};
pub use held::held_by_hooks;
pub use part::{Part, Source};
pub use rehearse::{Rehearsal, rehearse};
pub use words::because;
