//! What a plain scalar is: YAML 1.1 as go-yaml v2 reads it.
//!
//! In: the text of a scalar and its tag. Out: `Scalar`.
//! May not know: tokens, events, collections.
//! Rule: go.yaml.in/yaml/v2 resolve.go, Go's strconv and time.Parse.

mod number;
mod scalar;
mod timestamp;

pub(super) use number::looks_like_base60;
pub(super) use scalar::{Scalar, is_old_boolean, resolve, resolve_tagged};
