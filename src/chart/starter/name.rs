//! Names of new charts.

use crate::chart::Error;

/// Checks that a name makes no trouble in files and objects.
///
/// # Errors
/// `Error::BadName`, in Helm's words.
pub fn check_name(name: &str) -> Result<(), Error> {
    const MOST: usize = 250;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if name.is_empty() || name.len() > MOST {
        return Err(Error::BadName { message: format!("chart name must be between 1 and {MOST} characters") });
    }
    if !name.bytes().all(allowed) {
        return Err(Error::BadName { message: "chart name must match the regular expression \"^[a-zA-Z0-9._-]+$\"".into() });
    }
    Ok(())
}
