//! When something is done that only people read.

use clap::ValueEnum;

/// When something is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// When someone watches; for programs the output stays as it is.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl When {
    /// Says whether it is done now.
    pub(super) fn holds(self, is_watched: bool) -> bool {
        match self {
            When::Auto => is_watched,
            When::Always => true,
            When::Never => false,
        }
    }
}
