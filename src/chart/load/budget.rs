//! How much a chart may hold.

use super::super::Error;
use super::loaded::Loaded;
use std::cell::Cell;

/// Helm's limit for all files of a chart together.
pub(super) const LIMIT: u64 = 100 * 1024 * 1024;

/// How many files a chart may hold, folders in a folder counted; Helm has no limit.
const MOST_FILES: usize = 100_000;

/// What is left of the limits.
pub(super) struct Budget {
    bytes: u64,
    files: usize,
}

impl Budget {
    pub(super) fn new() -> Budget {
        Budget { bytes: LIMIT, files: MOST_FILES }
    }

    /// Returns how many bytes may still be read.
    pub(super) fn left(&self) -> u64 {
        self.bytes
    }

    /// Takes one file or folder away.
    ///
    /// # Errors
    /// There were too many before.
    pub(super) fn count(&mut self) -> Result<(), Error> {
        self.files = self.files.checked_sub(1).ok_or(Error::TooMany { what: "files", limit: MOST_FILES })?;
        Ok(())
    }

    /// Takes the bytes of one file away.
    ///
    /// # Errors
    /// More bytes than are left.
    pub(super) fn spend(&mut self, bytes: usize) -> Result<(), Error> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.bytes = self.bytes.checked_sub(bytes).ok_or(Error::TooLarge { limit: LIMIT })?;
        Ok(())
    }
}

/// What the charts within a chart may take, all together; Helm has a limit for each alone.
pub(super) struct Total {
    unpacked: Cell<u64>,
}

impl Total {
    /// The files of all archives within a chart's archive.
    const LIMIT: u64 = 5 * LIMIT;

    pub(super) fn new() -> Total {
        Total { unpacked: Cell::new(Self::LIMIT) }
    }

    /// Takes the files of one more archive away.
    ///
    /// # Errors
    /// More bytes than are left.
    pub(super) fn spend(&self, files: &[Loaded]) -> Result<(), Error> {
        let bytes: u64 = files.iter().map(|file| file.data.len() as u64).sum();
        self.unpacked.set(self.unpacked.get().checked_sub(bytes).ok_or(Error::TooLarge { limit: Self::LIMIT })?);
        Ok(())
    }
}

/// How many charts a chart may hold, whatever they share; Helm has no limit.
pub(super) const MOST_CHARTS: usize = 10_000;
