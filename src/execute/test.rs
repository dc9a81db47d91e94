//! Runs the tests of a release: hooks that run on request.

use super::board::Board;
use super::error::Error;
use super::event::{Event, EventKind};
use super::hooks::HooksRun;
use super::objects::Prepared;
use super::progress::Progress;
use super::task::{Means, Task};
use crate::cluster::{LogSource, Watch};
use crate::manifest::{Hook, HookEvent, ObjectId};
use crate::plan::{PlannedRelease, recorded_hooks};
use crate::release::Record;
use serde_json::Value as Json;
use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc};

/// How the tests of a release ended.
#[derive(Debug)]
pub struct Tested {
    /// The release's record, with how each test ended.
    pub record: Record,
    /// What the tests' containers wrote, where that was asked for.
    pub logs: Vec<TestLog>,
    /// Why a test failed; those after it have not run.
    pub failure: Option<Error>,
}

/// What a container of a test wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestLog {
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// The text, or why there is none.
    pub text: Result<String, String>,
}

/// Runs those tests of a release's last revision that are `chosen`, and writes down how they ended. `with_logs`: what their pods wrote
/// is read before anything is cleaned up.
///
/// Rule: Helm 4.3.1 pkg/action/release_testing.go.
///
/// # Errors
/// The record cannot be read or written, the cluster does not answer. That a test fails is no error.
pub async fn run_tests(
    release: &PlannedRelease,
    means: &Means,
    chosen: impl Fn(&Hook) -> bool,
    with_logs: bool,
    mut on_event: impl FnMut(&Event),
) -> Result<Tested, Error> {
    let Some(cluster) = means.clusters.get(&release.id.kube_context) else {
        return Err(Error::Unreadable("no cluster was given for its context".into()));
    };
    let watch = Watch::new(cluster);
    let (events, mut inbox) = mpsc::unbounded_channel();
    let progress = Progress::new(0, events, Arc::new(Semaphore::new(1)), means.interrupt.clone());
    let mut task = Task::new(cluster, &watch, means, (0, release), &progress, Arc::new(Board::default()));
    let work = task.test(chosen, with_logs);
    tokio::pin!(work);
    let tested = loop {
        tokio::select! {
            Some(event) = inbox.recv() => on_event(&event),
            tested = &mut work => break tested,
        }
    };
    while let Ok(event) = inbox.try_recv() {
        on_event(&event);
    }
    tested
}

impl Task<'_> {
    async fn test(&mut self, chosen: impl Fn(&Hook) -> bool, with_logs: bool) -> Result<Tested, Error> {
        let Some(last) = self.release.history.last() else {
            return Err(Error::Unreadable("release: not found".into()));
        };
        let mut record = last.record()?;
        self.hooks = recorded_hooks(&record)?.into_iter().filter(chosen).collect();
        self.progress.tell(EventKind::Started);
        let run = self.run_each_hook(HookEvent::Test).await?;
        self.write_hook_runs(&mut record);
        self.store.update(&record, self.now()).await?;
        let logs = if with_logs { self.test_logs(&run).await } else { Vec::new() };
        let cleaned = self.clean_up_hooks(&run).await;
        let failure = run.failed.map(|(.., error)| error).or(cleaned.err());
        Ok(Tested { record, logs, failure })
    }

    /// Reads what the pods among the tests wrote, one container after another.
    async fn test_logs(&self, run: &HooksRun<'_>) -> Vec<TestLog> {
        let ran = run.done.iter().map(|(_, object)| object).chain(run.failed.iter().map(|(_, object, _)| object));
        let pods: Vec<&Prepared> = ran.filter(|object| object.id.kind == "Pod").collect();
        let mut logs = Vec::new();
        for object in pods {
            logs.extend(self.logs_of_pod(&object.id, &object.body).await);
        }
        logs
    }

    /// Reads what the containers of a pod wrote, those that start it first.
    pub(super) async fn logs_of_pod(&self, id: &ObjectId, pod: &Json) -> Vec<TestLog> {
        let mut logs = Vec::new();
        for container in containers(pod) {
            let source = LogSource {
                namespace: id.namespace.clone().unwrap_or_default(),
                pod: id.name.clone(),
                container: container.clone(),
                previous: false,
            };
            let text = self.cluster.log(&source, None).await.map_err(|error| error.to_string());
            logs.push(TestLog { pod: id.name.clone(), container, text });
        }
        logs
    }
}

/// Returns the names of a pod's containers, those that start it first.
fn containers(pod: &Json) -> Vec<String> {
    let lists = ["/spec/initContainers", "/spec/containers"].into_iter().filter_map(|place| pod.pointer(place)?.as_array());
    lists.flatten().filter_map(|container| container["name"].as_str().map(str::to_owned)).collect()
}
