//! What happens while charts are fetched, for whoever shows progress.

use super::download::Pulled;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A repository's index is there; `fresh` says that it did not change since the last run.
    Index {
        /// The repository's address.
        repository: String,
        /// Whether the copy in the cache was still right.
        fresh: bool,
    },
    /// A repository could not be reached and its index of an earlier run is used instead.
    StaleIndex {
        /// The repository's address.
        repository: String,
        /// Why it could not be reached.
        reason: String,
    },
    /// A chart's archive was in the cache.
    Cached {
        /// The archive's address.
        url: String,
    },
    /// A download began.
    Downloading {
        /// The archive's address.
        url: String,
    },
    /// A download ended well.
    Downloaded {
        /// The archive's address.
        url: String,
        /// Its size.
        bytes: u64,
    },
    /// A chart came from a registry.
    Pulled(Pulled),
    /// An attempt failed and another follows.
    Retry {
        /// The address.
        url: String,
        /// Why the attempt failed.
        reason: String,
        /// How long until the next one.
        wait: Duration,
    },
    /// A chart's dependency was added in memory; the chart's folder stays as it is.
    Dependency {
        /// The folder or archive of the chart that asked.
        chart: PathBuf,
        /// The dependency's name.
        name: String,
        /// Where it came from.
        from: String,
    },
    /// A version was asked for that the repository does not have, and one that fits was taken.
    OtherVersion {
        /// The chart.
        chart: String,
        /// The version asked for.
        wanted: String,
        /// The version taken.
        taken: String,
    },
}

/// Takes events; called from several threads.
pub type EventSink = Arc<dyn Fn(Event) + Send + Sync>;
