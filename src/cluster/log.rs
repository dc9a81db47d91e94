//! What containers wrote.

use super::call::Call;
use super::connect::Cluster;
use super::error::Error;
use super::path;
use crate::manifest::ObjectId;

/// Which container's log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogSource {
    /// The pod's namespace.
    pub namespace: String,
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// Whether the run before the present one is meant.
    pub previous: bool,
}

/// The last lines that a container wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogTail {
    /// Which container's.
    pub source: LogSource,
    /// The lines, oldest first.
    pub lines: Vec<String>,
}

impl Cluster {
    /// Returns what a container wrote: all of it, or its last lines. Bytes that are not UTF-8 are replaced.
    ///
    /// # Errors
    /// The pod is gone, the container has not run, or its node does not answer.
    pub async fn log(&self, source: &LogSource, last_lines: Option<usize>) -> Result<String, Error> {
        let pod = ObjectId {
            api_version: "v1".to_owned(),
            kind: "Pod".to_owned(),
            namespace: Some(source.namespace.clone()),
            name: source.pod.clone(),
        };
        let (kind, _) = self.locate(&pod).await?;
        let tail = last_lines.map(|lines| lines.to_string()).unwrap_or_default();
        let query =
            [("container", source.container.as_str()), ("tailLines", &tail), ("previous", if source.previous { "true" } else { "" })];
        let log = path::object(&kind, Some(&source.namespace), &source.pod) + "/log";
        let doing = format!("reading the log of {} in {pod}", source.container);
        let call = Call { accept: "*/*", ..Call::get(path::with_query(log, &query), doing) };
        Ok(String::from_utf8_lossy(&self.send(&call).await?.body).into_owned())
    }

    /// Returns the last lines of several containers; those whose log cannot be read are left out.
    pub async fn log_tails(&self, sources: &[LogSource], last_lines: usize) -> Vec<LogTail> {
        let logs = sources.iter().map(|source| self.log(source, Some(last_lines)));
        let logs = futures_util::future::join_all(logs).await;
        let read = sources.iter().zip(logs).filter_map(|(source, log)| Some((source, log.ok()?)));
        read.map(|(source, log)| LogTail { source: source.clone(), lines: log.lines().map(str::to_owned).collect() }).collect()
    }
}
