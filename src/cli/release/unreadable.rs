//! How a command ends that found records which cannot be read.

use super::super::exit::ExitCode;
use super::super::run::Stop;
use crate::diag::Diagnostics;

/// Ends well, or with what is wrong with records, after what could be read has been shown.
pub(super) fn ended(unreadable: Diagnostics) -> Result<ExitCode, Stop> {
    if unreadable.is_empty() { Ok(ExitCode::Success) } else { Err(unreadable.into()) }
}
