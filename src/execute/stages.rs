//! The stages in which the objects of a release go up and go.

use super::error::Error;
use super::event::EventKind;
use super::objects::Prepared;
use super::task::Task;
use crate::cluster::{ApplyOptions, Awaited};
use crate::manifest::{Document, ObjectId};
use std::ops::Range;
use std::time::Duration;

/// The objects of a release in the order in which they go up.
pub(super) struct Staged {
    /// All of them, stage after stage.
    pub(super) objects: Vec<Prepared>,
    stages: Vec<StageOfObjects>,
}

struct StageOfObjects {
    objects: Range<usize>,
    /// What of earlier stages has to be ready before it begins.
    awaited: Vec<ObjectId>,
}

impl Task<'_> {
    /// Prepares the objects of the release; all in one stage where it does not go up in order.
    pub(super) async fn prepare_stages(&self) -> Result<Staged, Error> {
        let documents: Vec<&Document> = self.release.desired.iter().flat_map(|desired| &desired.manifest.documents).collect();
        let Some(order) = &self.release.order else {
            let objects = self.prepare(&documents, true).await?;
            let stages = vec![StageOfObjects { objects: 0..objects.len(), awaited: Vec::new() }];
            return Ok(Staged { objects, stages });
        };
        let mut staged = Staged { objects: Vec::with_capacity(documents.len()), stages: Vec::with_capacity(order.stages.len()) };
        for stage in &order.stages {
            let begin = staged.objects.len();
            let own: Vec<&Document> = stage.documents.iter().map(|document| documents[*document]).collect();
            staged.objects.extend(self.prepare(&own, true).await?);
            let mut awaited = Vec::with_capacity(stage.awaited.len());
            for id in stage.awaited.iter().filter_map(|document| documents[*document].id()) {
                awaited.push(self.placed(id).await?);
            }
            staged.stages.push(StageOfObjects { objects: begin..staged.objects.len(), awaited });
        }
        Ok(staged)
    }

    /// Applies the objects, stage by stage: one begins when what it needs of the earlier ones is ready. Returns what to wait for.
    pub(super) async fn apply_stages(&self, staged: &Staged) -> Result<Vec<Awaited>, Error> {
        let options = ApplyOptions { force: self.release.settings.force_conflicts, ..ApplyOptions::default() };
        let mut awaited: Vec<Awaited> = Vec::with_capacity(staged.objects.len());
        for (at, stage) in staged.stages.iter().enumerate() {
            let needed: Vec<Awaited> = awaited.iter().filter(|awaited| stage.awaited.contains(&awaited.id)).cloned().collect();
            if !needed.is_empty() {
                self.wait_ready(&needed, &staged.objects, self.readiness_timeout()).await?;
            }
            self.tell_stage(at);
            awaited.extend(self.apply_all(&staged.objects[stage.objects.clone()], &options, (awaited.len(), staged.objects.len())).await?);
        }
        Ok(awaited)
    }

    /// Tells that a stage begins, where there are several.
    pub(super) fn tell_stage(&self, at: usize) {
        let stages = self.release.order.as_ref().map(|order| order.stages.as_slice()).unwrap_or_default();
        if let Some(stage) = stages.get(at).filter(|_| stages.len() > 1) {
            self.progress.tell(EventKind::Stage { number: at + 1, of: stages.len(), units: stage.units.clone() });
        }
    }

    fn readiness_timeout(&self) -> Duration {
        let settings = &self.release.settings;
        settings.readiness_timeout.unwrap_or(settings.timeout).min(settings.timeout)
    }
}
