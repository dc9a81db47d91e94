//! What the work on one release may tell, and the place that it takes among the others.

use super::dispatcher::Interrupt;
use super::event::{Event, EventKind};
use std::future::Future;
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, mpsc};

/// Handed to the work on one release.
#[derive(Clone)]
pub struct Progress {
    release: usize,
    events: mpsc::UnboundedSender<Event>,
    slots: Arc<Semaphore>,
    slot: Arc<Mutex<Option<OwnedSemaphorePermit>>>,
    interrupt: Interrupt,
}

impl Progress {
    pub(super) fn new(release: usize, events: mpsc::UnboundedSender<Event>, slots: Arc<Semaphore>, interrupt: Interrupt) -> Progress {
        Progress { release, events, slots, slot: Arc::default(), interrupt }
    }

    /// Tells that something happened. Nobody listening is no error: the run is over then.
    pub fn tell(&self, kind: EventKind) {
        let _ = self.events.send(Event { release: self.release, kind });
    }

    /// Returns the request to stop that holds for the whole run.
    pub fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// Takes a place among those that work; waits for a free one.
    pub async fn work(&self) {
        let mut slot = self.slot.lock().await;
        if slot.is_none() {
            *slot = self.slots.clone().acquire_owned().await.ok();
        }
    }

    /// Gives the place away while `waiting` runs, and takes one again after it.
    pub async fn idle<T>(&self, waiting: impl Future<Output = T>) -> T {
        drop(self.slot.lock().await.take());
        let result = waiting.await;
        self.work().await;
        result
    }
}
