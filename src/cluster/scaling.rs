//! Which replicas are kept by autoscalers.

use super::connect::Cluster;
use super::error::Error;
use super::read::ListOptions;
use crate::manifest::{ObjectId, scale_target};
use futures_util::future::try_join_all;
use serde_json::Value;
use std::collections::BTreeSet;

/// The kinds of autoscalers, the version that is asked for first.
const SCALERS: [(&str, &str); 3] =
    [("autoscaling/v2", "HorizontalPodAutoscaler"), ("autoscaling/v1", "HorizontalPodAutoscaler"), ("keda.sh/v1alpha1", "ScaledObject")];

/// An object whose number of replicas is an autoscaler's.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaled {
    /// The object.
    pub id: ObjectId,
    /// The autoscaler.
    pub by: ObjectId,
    /// How many there are to be now.
    pub replicas: Value,
}

impl Cluster {
    /// Returns those of the objects that are there and whose replicas an autoscaler that is there sets, with the number that it has
    /// set. Autoscalers that may not be read are none.
    ///
    /// # Errors
    /// The cluster cannot be asked.
    pub async fn scaled(&self, objects: &[&ObjectId]) -> Result<Vec<Scaled>, Error> {
        let namespaces: BTreeSet<&String> = objects.iter().filter_map(|id| id.namespace.as_ref()).collect();
        let scalers = try_join_all(namespaces.into_iter().map(|namespace| self.scalers_in(namespace))).await?.concat();
        let targets = scalers.iter().filter_map(|scaler| Some((scale_target(scaler, "")?, ObjectId::of(scaler)?)));
        let wanted = targets.filter_map(|(target, by)| Some((*objects.iter().find(|id| id.is_same_object(&target))?, by)));
        let scaled = wanted.map(|(id, by)| async move {
            let live = match self.get(id).await {
                Err(Error::Refused { .. }) => None,
                answer => answer?,
            };
            let replicas = live.and_then(|live| live.pointer("/spec/replicas").cloned());
            Ok(replicas.map(|replicas| Scaled { id: id.clone(), by, replicas }))
        });
        Ok(try_join_all(scaled).await?.into_iter().flatten().collect())
    }

    async fn scalers_in(&self, namespace: &str) -> Result<Vec<Value>, Error> {
        let kinds = self.kinds().await?;
        let mut served: Vec<_> = SCALERS.iter().filter_map(|(api_version, kind)| kinds.find(api_version, kind)).collect();
        // Every version shows the same objects.
        served.dedup_by_key(|kind| kind.kind.clone());
        let lists = served.into_iter().map(|kind| async move {
            match self.list(kind, &ListOptions { namespace: Some(namespace), ..ListOptions::default() }).await {
                Err(Error::Refused { .. }) => Ok(Vec::new()),
                answer => answer,
            }
        });
        Ok(try_join_all(lists).await?.concat())
    }
}
