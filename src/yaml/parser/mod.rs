//! Tokens -> events: libyaml's grammar as go-yaml v2 has it.
//!
//! In: the scanner's tokens. Out: `Event`s, or libyaml's words for what is wrong.
//! May not know: values.
//! Rule: go.yaml.in/yaml/v2 parserc.go.

mod comments;
mod event;
mod flow;
mod node;
mod state;

pub(super) use event::{Event, EventKind, Properties};
pub(super) use state::Parser;
