//! The layers that a release's values are made of.

use crate::diag::Span;
use crate::value::Map;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// One layer of a release's values, as the stack file names it.
#[derive(Clone, Debug)]
pub enum ValuesLayer {
    /// A map in the stack file.
    Inline {
        /// The map; its entries know where they were written.
        values: Map,
        /// Where it is written.
        span: Option<Span>,
    },
    /// A file, rendered first if its name ends in `.gotmpl`.
    File {
        /// The path, relative to the state's folder.
        path: String,
        /// Where it is named.
        span: Option<Span>,
    },
    /// A file that features of the release choose.
    Overlay {
        /// The file.
        path: PathBuf,
        /// What stands for `%%%REPLACE_NAME%%%` in it, before variables of the process.
        variables: Arc<BTreeMap<String, String>>,
        /// Where the features are asked for.
        span: Option<Span>,
    },
    /// An encrypted file.
    SecretFile {
        /// The path, relative to the state's folder.
        path: String,
        /// Where it is named.
        span: Option<Span>,
    },
    /// One value of `set`, `setString` or `env`.
    Set {
        /// The key, in Helm's `--set` grammar.
        name: String,
        /// What it is set to.
        value: SetValue,
        /// Where it is written.
        span: Option<Span>,
    },
}

impl ValuesLayer {
    /// Returns where the layer is written.
    pub fn span(&self) -> Option<&Span> {
        match self {
            ValuesLayer::Inline { span, .. }
            | ValuesLayer::File { span, .. }
            | ValuesLayer::Overlay { span, .. }
            | ValuesLayer::SecretFile { span, .. }
            | ValuesLayer::Set { span, .. } => span.as_ref(),
        }
    }
}

/// What `set`, `setString` and `env` set a key to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetValue {
    /// A text that is typed: `true` is a boolean, `1` a number.
    Typed(String),
    /// A text that stays a text.
    Text(String),
    /// A list of texts, each typed.
    TypedList(Vec<String>),
    /// A list of texts that stay texts.
    TextList(Vec<String>),
    /// The content of a file, relative to the state's folder.
    File(String),
}
