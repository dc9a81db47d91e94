//! What can be wrong with a seed's text.

use crate::diag::Diagnostic;

/// What is wrong with the text of a seed. No message shows any of the text: it may be most of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text does not begin with what every seed's text begins with.
    #[error("this is no seed: expected `stackwright-seed-1 TIME SECRET`")]
    Form,
    /// The second word is no time.
    #[error("the seed's time is not one of RFC 3339, such as 2026-01-31T12:00:00Z")]
    Time,
    /// The third word is not 32 bytes in base 64.
    #[error("the seed's secret is not 32 bytes in base 64")]
    Secret,
}

impl Error {
    /// Returns the error as data for `report`.
    pub fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error(self.to_string()).help("make a seed with `stackwright chart seed FILE`")
    }
}
