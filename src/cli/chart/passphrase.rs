//! Asks for a passphrase on the terminal.

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::io::{self, BufRead as _, Write as _};

/// Asks for the passphrase of a key; what is typed is not shown.
///
/// # Errors
/// Standard input is no terminal, or ends.
pub(super) fn ask_passphrase(key: &str) -> io::Result<String> {
    let mut error = io::stderr();
    write!(error, "Password for key {} >  ", crate::value::quote(key.as_bytes()))?;
    error.flush()?;
    let mut line = String::new();
    let hidden = Hidden::new()?;
    let read = io::stdin().lock().read_line(&mut line);
    drop(hidden);
    writeln!(error)?;
    if read? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// A terminal that does not show what is typed, until this is dropped.
struct Hidden {
    before: Termios,
}

impl Hidden {
    fn new() -> io::Result<Hidden> {
        let before = tcgetattr(io::stdin())?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &hidden)?;
        Ok(Hidden { before })
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // Where the terminal is gone there is nothing to restore.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.before);
    }
}
