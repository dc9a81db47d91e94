//! One piece of work for each key, however many ask for it at the same time.

use super::error::Error;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// Results by key. Who asks while the work is being done waits for it; who asks later has it at once.
#[derive(Debug)]
pub(super) struct OnceMap<V>(Mutex<BTreeMap<String, Arc<OnceCell<V>>>>);

impl<V> Default for OnceMap<V> {
    fn default() -> Self {
        OnceMap(Mutex::default())
    }
}

impl<V: Clone> OnceMap<V> {
    /// Returns the result for a key, doing the work if nobody has. A failure is not kept: the next one tries again.
    pub(super) async fn get<F: Future<Output = Result<V, Error>>>(&self, key: &str, work: impl FnOnce() -> F) -> Result<V, Error> {
        let cell = {
            let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cells.entry(key.to_owned()).or_default())
        };
        cell.get_or_try_init(work).await.cloned()
    }
}
