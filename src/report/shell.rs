//! The one door through which all output goes.

use std::io::{self, Write};

/// How output may look: decided once, from flags, environment and terminals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Colours on standard output.
    pub color_out: bool,
    /// Colours on standard error.
    pub color_err: bool,
    /// Whether someone watches standard error, so that lines may be redrawn.
    pub live: bool,
    /// Whether standard error is a terminal; where it is none, a program may read it.
    pub err_is_terminal: bool,
    /// Whether only results and errors are wanted.
    pub quiet: bool,
}

/// Standard output and standard error, with what may be done to them.
pub struct Shell {
    look: Look,
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
}

impl Shell {
    /// Makes a shell over the process's own streams.
    pub fn new(look: Look) -> Shell {
        Shell { look, out: Box::new(io::BufWriter::new(io::stdout())), err: Box::new(io::stderr()) }
    }

    /// Returns how output may look.
    pub fn look(&self) -> Look {
        self.look
    }

    /// Returns the stream for results. Flushed by `finish`.
    pub fn out(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// Returns the stream for everything else.
    pub fn err(&mut self) -> &mut dyn Write {
        &mut self.err
    }

    /// Writes a line to standard error unless quiet.
    ///
    /// # Errors
    /// What the stream says.
    pub fn note(&mut self, line: &str) -> io::Result<()> {
        if self.look.quiet {
            return Ok(());
        }
        writeln!(self.err, "{line}")
    }

    /// Writes out what is buffered.
    ///
    /// # Errors
    /// What the stream says; a closed pipe among it.
    pub fn finish(&mut self) -> io::Result<()> {
        self.out.flush()?;
        self.err.flush()
    }
}
