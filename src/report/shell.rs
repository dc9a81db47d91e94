//! The one door through which all output goes.

use super::masked::Masked;
use crate::diag::Masks;
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
    masks: Masks,
    out: Masked<Box<dyn Write + Send>>,
    err: Masked<Box<dyn Write + Send>>,
}

impl Shell {
    /// Makes a shell over the process's own streams.
    pub fn new(look: Look) -> Shell {
        let masks = Masks::default();
        let out: Box<dyn Write + Send> = Box::new(io::BufWriter::new(io::stdout()));
        let err: Box<dyn Write + Send> = Box::new(io::stderr());
        Shell { look, out: Masked::new(out, &masks), err: Masked::new(err, &masks), masks }
    }

    /// Returns the texts that neither stream shows.
    pub fn masks(&self) -> Masks {
        self.masks.clone()
    }

    /// Writes a text to standard output as it is, also where it is one that is not shown.
    ///
    /// # Errors
    /// What the stream says.
    pub fn reveal(&mut self, text: &str) -> io::Result<()> {
        self.out.flush()?;
        self.out.inner().write_all(text.as_bytes())
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
