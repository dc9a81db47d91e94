//! A stream that shows no secret.

use crate::diag::Masks;
use std::io::{self, Write};

/// Writes to another stream without the texts that are hidden. Once there is such a text, lines are written whole: it may come in pieces.
pub(super) struct Masked<W: Write> {
    inner: W,
    masks: Masks,
    /// The line that is not complete yet.
    line: Vec<u8>,
}

impl<W: Write> Masked<W> {
    pub(super) fn new(inner: W, masks: &Masks) -> Masked<W> {
        Masked { inner, masks: masks.clone(), line: Vec::new() }
    }

    /// Returns the stream below.
    pub(super) fn inner(&mut self) -> &mut W {
        &mut self.inner
    }

    fn write_line(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        match std::str::from_utf8(&line) {
            Ok(text) => self.inner.write_all(self.masks.mask(text).as_bytes()),
            // What is no text is searched as if it were, and left alone where nothing is found.
            Err(_) => {
                let text = String::from_utf8_lossy(&line);
                let masked = self.masks.mask(&text);
                if masked == text { self.inner.write_all(&line) } else { self.inner.write_all(masked.as_bytes()) }
            }
        }
    }
}

impl<W: Write> Write for Masked<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.line.is_empty() && self.masks.is_empty() {
            return self.inner.write(bytes);
        }
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.write_line()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.line.is_empty() {
            self.write_line()?;
        }
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::MASK;

    #[test]
    fn a_secret_in_pieces_is_hidden() {
        let (masks, mut out) = (Masks::default(), Vec::new());
        let mut stream = Masked::new(&mut out, &masks);
        stream.write_all(b"before ").expect("a list takes all");
        masks.hide("s3cret-value");
        for piece in ["a s3cr", "et-value", "\nb ", "s3cret", "-value"] {
            stream.write_all(piece.as_bytes()).expect("a list takes all");
        }
        stream.flush().expect("a list takes all");
        assert_eq!(String::from_utf8(out).expect("text"), format!("before a {MASK}\nb {MASK}"));
    }
}
