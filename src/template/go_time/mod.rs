//! Times, durations and zones with the layouts, the printing and the arithmetic of Go's package time.
//!
//! In: texts, seconds since the Unix epoch. Out: `Time`, `Duration`, texts, or Go's error texts.
//! May not know: templates, charts; the clock and the local zone are handed in.
//! Rule: Go 1.26 time. Zones come from the database that is compiled in, so that a render does not depend on the machine.

mod calendar;
mod duration;
mod error;
mod format;
mod layout;
mod parse;
mod time;
mod zone;

pub use calendar::{MONTHS, WEEKDAYS};
pub use duration::Duration;
pub use error::Error;
pub use time::Time;
pub use zone::Zone;
