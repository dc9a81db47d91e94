//! How much a chart may hold.

use super::super::Error;

/// Helm's limit for all files of a chart together.
pub(super) const LIMIT: u64 = 100 * 1024 * 1024;

/// What is left of the limit.
pub(super) struct Budget(u64);

impl Budget {
    pub(super) fn new() -> Budget {
        Budget(LIMIT)
    }

    /// Returns how many bytes may still be read.
    pub(super) fn left(&self) -> u64 {
        self.0
    }

    /// Takes the bytes of one file away.
    ///
    /// # Errors
    /// More bytes than are left.
    pub(super) fn spend(&mut self, bytes: usize) -> Result<(), Error> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.0 = self.0.checked_sub(bytes).ok_or(Error::TooLarge { limit: LIMIT })?;
        Ok(())
    }
}
