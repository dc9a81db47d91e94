//! Go's encoding/json.
//!
//! In: a `Value`, or text. Out: text, or a `Value`; Go's words for what is wrong.
//! May not know: YAML.
//! Rule: encoding/json of Go 1.26.

mod number;
mod read;
mod write;

pub(super) use read::mismatch;
pub use read::{parse, stream_error};
pub(super) use write::{base64, check};
pub use write::{to_string, to_string_pretty, to_string_raw};
