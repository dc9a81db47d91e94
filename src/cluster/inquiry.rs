//! Asking the cluster why an object is not ready.

use super::connect::Cluster;
use super::error::Error;
use super::explain::{Cause, explain};
use super::log::LogTail;
use super::read::ListOptions;
use super::status::selector_text;
use serde_json::Value;

/// Why an object is not ready, with the last lines of the containers to blame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// The causes, what is stuck first.
    pub causes: Vec<Cause>,
    /// The last lines of the logs that the causes name.
    pub logs: Vec<LogTail>,
}

impl Cluster {
    /// Asks why an object is not ready: its pods, the events of its namespace, the last lines of the containers to blame.
    ///
    /// What may not be read is left out: half an explanation is better than none.
    ///
    /// # Errors
    /// The cluster cannot be asked.
    pub async fn explain(&self, object: &Value, log_lines: usize) -> Result<Explanation, Error> {
        let Some(namespace) = object.pointer("/metadata/namespace").and_then(Value::as_str) else {
            return Ok(Explanation::default());
        };
        let (pods, events) = tokio::try_join!(self.pods_of(object, namespace), self.events_in(namespace))?;
        let causes = explain(object, &pods.iter().collect::<Vec<_>>(), &events.iter().collect::<Vec<_>>());
        let sources: Vec<_> = causes.iter().filter_map(|cause| cause.log.clone()).collect();
        let logs = self.log_tails(&sources, log_lines).await;
        Ok(Explanation { causes, logs })
    }

    async fn pods_of(&self, object: &Value, namespace: &str) -> Result<Vec<Value>, Error> {
        let Some(labels) = selector_text(object) else { return Ok(Vec::new()) };
        self.readable("Pod", &ListOptions { namespace: Some(namespace), labels: &labels, ..ListOptions::default() }).await
    }

    async fn events_in(&self, namespace: &str) -> Result<Vec<Value>, Error> {
        self.readable("Event", &ListOptions { namespace: Some(namespace), fields: "type=Warning", ..ListOptions::default() }).await
    }

    async fn readable(&self, kind: &str, options: &ListOptions<'_>) -> Result<Vec<Value>, Error> {
        let kind = self.kind("v1", kind).await?;
        match self.list(&kind, options).await {
            Err(Error::Refused { .. }) => Ok(Vec::new()),
            listed => listed,
        }
    }
}
