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

#[cfg(test)]
mod tests {
    use super::{Chart, LoadCache};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Loads a chart and counts how often.
    fn load(cache: &LoadCache, archive: &[u8], waits: bool, count: &AtomicUsize) -> Arc<Chart> {
        let load = || {
            count.fetch_add(1, Ordering::Relaxed);
            Ok::<Chart, String>(Chart::default())
        };
        cache.chart(archive, waits, load).expect("it loads")
    }

    #[test]
    fn threads_that_want_the_same_archive_load_it_once() {
        let (cache, count) = (LoadCache::new(), AtomicUsize::new(0));
        let charts: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| load(&cache, b"a", true, &count))).collect();
            threads.into_iter().map(|thread| thread.join().expect("it does not panic")).collect()
        });
        assert_eq!(count.load(Ordering::Relaxed), 1);
        assert!(charts.iter().all(|chart| Arc::ptr_eq(chart, &charts[0])));
        load(&cache, b"b", true, &count);
        assert_eq!(count.load(Ordering::Relaxed), 2, "another archive");
    }

    #[test]
    fn an_archive_in_an_archive_of_the_same_bytes_does_not_wait_for_itself() {
        let (cache, count) = (LoadCache::new(), AtomicUsize::new(0));
        let outer = cache.chart(b"a", true, || {
            load(&cache, b"a", false, &count);
            Ok::<Chart, String>(Chart::default())
        });
        outer.expect("it loads");
        load(&cache, b"a", false, &count);
        assert_eq!(count.load(Ordering::Relaxed), 1, "it is known from then on");
    }

    #[test]
    fn what_is_wrong_is_said_each_time() {
        let cache = LoadCache::new();
        for words in ["first", "second"] {
            assert_eq!(cache.chart(b"a", true, || Err(words)).expect_err("it does not load"), words);
        }
    }
}
