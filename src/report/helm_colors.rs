//! The colours that helm gives statuses, namespaces and headers.

use crate::release::Status;
use std::borrow::Cow;

/// Returns the header of a column.
pub(super) fn header(text: &str, color: bool) -> Cow<'_, str> {
    styled(text, "1", "22", color)
}

/// Returns a namespace.
pub(super) fn namespace(text: &str, color: bool) -> Cow<'_, str> {
    styled(text, "36", "0", color)
}

/// Returns a status.
pub(super) fn status(status: Status, color: bool) -> Cow<'static, str> {
    let code = match status {
        Status::Deployed => "32",
        Status::Failed | Status::Unknown => "31",
        Status::PendingInstall | Status::PendingUpgrade | Status::PendingRollback | Status::Uninstalling => "33",
        Status::Uninstalled | Status::Superseded => return Cow::Borrowed(status.as_str()),
    };
    styled(status.as_str(), code, "0", color)
}

fn styled<'t>(text: &'t str, begin: &str, end: &str, color: bool) -> Cow<'t, str> {
    if color { Cow::Owned(format!("\x1b[{begin}m{text}\x1b[{end}m")) } else { Cow::Borrowed(text) }
}
