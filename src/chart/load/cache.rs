//! Charts by the bytes of their archive.

use super::super::Chart;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// Remembers the charts of archives, so that an archive that many charts hold is unpacked once. Shared between threads.
#[derive(Debug, Default)]
pub struct LoadCache(Mutex<Vec<Archive>>);

#[derive(Debug)]
struct Archive {
    bytes: Box<[u8]>,
    chart: Loaded,
}

/// A chart, once somebody has loaded it; `None` for one that cannot be loaded.
type Loaded = Arc<OnceLock<Option<Arc<Chart>>>>;

impl LoadCache {
    /// Makes an empty cache.
    pub fn new() -> LoadCache {
        LoadCache::default()
    }

    /// Returns the chart of these bytes, loading it when they are new. While another thread loads it, this one waits if `waits`
    /// says so; a thread that is loading an archive may not, for the one that it would wait for may be itself.
    pub(super) fn chart<E>(&self, archive: &[u8], waits: bool, load: impl Fn() -> Result<Chart, E>) -> Result<Arc<Chart>, E> {
        let loaded = if waits { self.place(archive) } else { self.done(archive).unwrap_or_default() };
        let chart = loaded.get_or_init(|| load().ok().map(Arc::new));
        if !waits && chart.is_some() {
            self.keep(archive, &loaded);
        }
        // What is wrong is said of each chart that holds the archive.
        chart.as_ref().map_or_else(|| load().map(Arc::new), |chart| Ok(Arc::clone(chart)))
    }

    fn archives(&self) -> MutexGuard<'_, Vec<Archive>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns where the chart of these bytes is or will be.
    fn place(&self, archive: &[u8]) -> Loaded {
        let mut archives = self.archives();
        if let Some(known) = archives.iter().find(|known| *known.bytes == *archive) {
            return Arc::clone(&known.chart);
        }
        let chart = Loaded::default();
        archives.push(Archive { bytes: archive.into(), chart: Arc::clone(&chart) });
        chart
    }

    /// Returns the chart of these bytes, if somebody has loaded it.
    fn done(&self, archive: &[u8]) -> Option<Loaded> {
        let is_it = |known: &&Archive| *known.bytes == *archive && known.chart.get().is_some();
        self.archives().iter().find(is_it).map(|known| Arc::clone(&known.chart))
    }

    fn keep(&self, archive: &[u8], chart: &Loaded) {
        let mut archives = self.archives();
        if !archives.iter().any(|known| *known.bytes == *archive) {
            archives.push(Archive { bytes: archive.into(), chart: Arc::clone(chart) });
        }
    }
}
