//! Charts by the bytes of their archive.

use super::super::Chart;
use std::sync::{Arc, Mutex, PoisonError};

/// Remembers the charts of archives, so that an archive that many charts hold is unpacked once. Shared between threads.
#[derive(Debug, Default)]
pub struct LoadCache(Mutex<Vec<Archive>>);

#[derive(Debug)]
struct Archive {
    bytes: Box<[u8]>,
    chart: Arc<Chart>,
}

impl LoadCache {
    /// Makes an empty cache.
    pub fn new() -> LoadCache {
        LoadCache::default()
    }

    /// Returns the chart of these bytes, loading it when they are new.
    pub(super) fn chart<E>(&self, archive: &[u8], load: impl FnOnce() -> Result<Chart, E>) -> Result<Arc<Chart>, E> {
        if let Some(chart) = self.find(archive) {
            return Ok(chart);
        }
        // Loaded outside the lock: other archives need not wait, and two threads that load the same one lose little.
        let chart = Arc::new(load()?);
        let mut charts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        charts.push(Archive { bytes: archive.into(), chart: Arc::clone(&chart) });
        Ok(chart)
    }

    fn find(&self, archive: &[u8]) -> Option<Arc<Chart>> {
        let charts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        charts.iter().find(|known| *known.bytes == *archive).map(|known| Arc::clone(&known.chart))
    }
}
