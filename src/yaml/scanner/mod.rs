//! Text -> tokens, with libyaml's state machine as go-yaml v2 has it.
//!
//! In: `&str`. Out: `Token`s with marks, or libyaml's words for what is wrong.
//! May not know: events, values.
//! Rule: go.yaml.in/yaml/v2 scannerc.go and readerc.go; for comments, where they are kept, v3's.

mod block_scalar;
mod chars;
mod comments;
mod directive;
mod fetch;
mod input;
mod plain_scalar;
mod quoted_scalar;
mod simple_key;
mod state;
mod token;

pub(super) use input::Encoding;
pub(super) use state::Scanner;
pub(super) use token::{Mark, ScalarStyle, Tag, TagDirective, Text, TokenKind};
