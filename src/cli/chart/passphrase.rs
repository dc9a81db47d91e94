//! Asks for secrets on the terminal.

use crate::diag::{Diagnostic, Diagnostics};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};

/// Asks for the passphrase of a key; what is typed is not shown.
///
/// # Errors
/// Standard input is no terminal, or ends.
pub(super) fn ask_passphrase(key: &str) -> io::Result<String> {
    ask_hidden(&format!("Password for key {} >  ", crate::value::quote(key.as_bytes())))
}

/// Reads a secret: all of standard input, or what is typed after a question and not shown.
///
/// # Errors
/// Nobody can be asked, because standard input is no terminal.
pub(super) fn read_secret(question: &str, from_stdin: bool) -> Result<String, Diagnostics> {
    if from_stdin {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text).map_err(|error| unread(&error))?;
        let text = text.strip_suffix('\n').unwrap_or(&text);
        return Ok(text.strip_suffix('\r').unwrap_or(text).to_owned());
    }
    check_terminal()?;
    ask_hidden(question).map_err(|error| unread(&error))
}

/// Asks a question on the terminal.
///
/// # Errors
/// Standard input is no terminal.
pub(super) fn read_line(question: &str) -> Result<String, Diagnostics> {
    check_terminal()?;
    ask(question).map_err(|error| unread(&error))
}

fn check_terminal() -> Result<(), Diagnostics> {
    if io::stdin().is_terminal() {
        return Ok(());
    }
    let diagnostic = Diagnostic::error("a name and a password are needed, and standard input is no terminal");
    Err(diagnostic.help("give --username, and the password with --password-stdin").into())
}

fn unread(error: &io::Error) -> Diagnostics {
    Diagnostic::error(format!("cannot read standard input: {error}")).into()
}

fn ask(question: &str) -> io::Result<String> {
    let mut error = io::stderr();
    write!(error, "{question}")?;
    error.flush()?;
    let mut line = String::new();
    if io::stdin().lock().read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn ask_hidden(question: &str) -> io::Result<String> {
    let hidden = Hidden::new()?;
    let answer = ask(question);
    drop(hidden);
    writeln!(io::stderr())?;
    answer
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
