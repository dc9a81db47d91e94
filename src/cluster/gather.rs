//! Taking a snapshot of a cluster: many reads at once.

use super::apply::{ApplyOptions, identify};
use super::connect::Cluster;
use super::error::Error;
use super::kinds::{Kind, Kinds};
use super::read::ListOptions;
use super::snapshot::{DryRun, Snapshot};
use super::stored::{Driver, StoredRecord};
use crate::manifest::ObjectId;
use futures_util::future::{join_all, try_join_all};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// From so many objects of one kind in one namespace on, one list is cheaper than a call for each.
const LIST_FROM: usize = 6;

/// Helm's records are Secrets too, and by far the largest of them: no list of Secrets should carry them.
const WITHOUT_RECORDS: &str = "type!=helm.sh/release.v1";

/// What a snapshot is to hold.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Live objects.
    pub objects: BTreeSet<ObjectId>,
    /// Releases, by namespace and name.
    pub releases: BTreeSet<(String, String)>,
    /// Where their records are.
    pub driver: Driver,
    /// Objects to be tried by the server's dry run, whole as they would be applied.
    pub tries: Vec<Value>,
    /// Whether to try them taking fields from other managers.
    pub force: bool,
    /// The namespace in which to try objects whose own does not exist yet.
    pub stand_in: String,
}

impl Cluster {
    /// Takes a snapshot. Changes nothing.
    ///
    /// # Errors
    /// The cluster cannot be asked. What concerns one object only is kept in the snapshot.
    pub async fn snapshot(&self, wanted: &Wanted) -> Result<Snapshot, Error> {
        let kinds = self.kinds().await?;
        let namespaces = self.namespaces_of(&kinds, wanted).await?;
        let (found, records, dry_runs) = tokio::try_join!(
            self.read_all(&kinds, &wanted.objects),
            self.records_of(wanted.driver, &wanted.releases),
            self.try_all(wanted, &namespaces),
        )?;
        let mut snapshot = Snapshot { kinds: self.kinds().await?, namespaces, records, dry_runs, ..Snapshot::default() };
        for (id, result) in found {
            match result {
                Ok(Some(object)) => drop(snapshot.live.insert(id, object)),
                Ok(None) => {}
                Err(error) => drop(snapshot.unreadable.insert(id, error)),
            }
        }
        Ok(snapshot)
    }

    /// Lets the server try one object, in `stand_in` where its own namespace is not among `namespaces`.
    pub async fn try_apply(&self, object: &Value, force: bool, namespaces: &BTreeSet<String>, stand_in: &str) -> DryRun {
        let stand_in = match self.needs_stand_in(object, namespaces).await {
            Ok(needed) => needed.then(|| stand_in.to_owned()),
            Err(error) => return DryRun { answer: Err(error), stand_in: None, upgrades_manager: false },
        };
        let moved = stand_in.as_ref().map(|namespace| {
            let mut moved = object.clone();
            moved["metadata"]["namespace"] = Value::from(namespace.as_str());
            moved
        });
        let object = moved.as_ref().unwrap_or(object);
        let answer = self.apply(object, &ApplyOptions { dry_run: true, force, lenient: false }).await;
        if !answer.as_ref().is_err_and(Error::is_conflict_with_ourselves) {
            return DryRun { answer, stand_in, upgrades_manager: false };
        }
        let answer = self.apply(object, &ApplyOptions { dry_run: true, force: true, lenient: false }).await;
        DryRun { answer, stand_in, upgrades_manager: true }
    }

    async fn needs_stand_in(&self, object: &Value, namespaces: &BTreeSet<String>) -> Result<bool, Error> {
        let (_, id) = self.locate(&identify(object)?).await?;
        Ok(id.namespace.is_some_and(|namespace| !namespaces.contains(&namespace)))
    }

    async fn namespaces_of(&self, kinds: &Kinds, wanted: &Wanted) -> Result<BTreeSet<String>, Error> {
        let ids = wanted.objects.iter().cloned().chain(wanted.tries.iter().filter_map(ObjectId::of));
        let namespaced = ids.filter(|id| kinds.find(&id.api_version, &id.kind).is_none_or(|kind| kind.namespaced));
        let mut names: BTreeSet<String> = namespaced.map(|id| id.namespace.unwrap_or_else(|| self.namespace().to_owned())).collect();
        names.extend(wanted.releases.iter().map(|(namespace, _)| namespace.clone()));
        let exist = try_join_all(names.iter().map(|name| self.has_namespace(name))).await?;
        Ok(names.into_iter().zip(exist).filter(|(_, exists)| *exists).map(|(name, _)| name).collect())
    }

    async fn records_of(
        &self,
        driver: Driver,
        releases: &BTreeSet<(String, String)>,
    ) -> Result<BTreeMap<(String, String), Vec<StoredRecord>>, Error> {
        let lists = releases.iter().map(|(namespace, name)| async move {
            let mut records = self.stored_records(driver, Some(namespace), &format!("name={name}")).await?;
            records.sort_by_key(StoredRecord::revision);
            Ok(((namespace.clone(), name.clone()), records))
        });
        Ok(try_join_all(lists).await?.into_iter().filter(|(_, records)| !records.is_empty()).collect())
    }

    async fn try_all(&self, wanted: &Wanted, namespaces: &BTreeSet<String>) -> Result<BTreeMap<ObjectId, DryRun>, Error> {
        let tries = wanted.tries.iter().map(|object| async move {
            let id = identify(object)?;
            let answer = self.try_apply(object, wanted.force, namespaces, &wanted.stand_in).await;
            Ok::<_, Error>((id, fatal(answer)?))
        });
        Ok(try_join_all(tries).await?.into_iter().collect())
    }

    async fn read_all(&self, kinds: &Kinds, ids: &BTreeSet<ObjectId>) -> Result<Vec<Found>, Error> {
        let mut groups: BTreeMap<(&str, &str, Option<&str>), Vec<&ObjectId>> = BTreeMap::new();
        for id in ids {
            groups.entry((&id.api_version, &id.kind, id.namespace.as_deref())).or_default().push(id);
        }
        let groups = groups.into_iter().map(|((api_version, kind, namespace), ids)| async move {
            match kinds.find(api_version, kind) {
                Some(kind) if ids.len() >= LIST_FROM && kind.can("list") => self.read_group(kind, namespace, ids).await,
                _ => self.read_each(ids).await,
            }
        });
        Ok(try_join_all(groups).await?.into_iter().flatten().collect())
    }

    async fn read_group(&self, kind: &Arc<Kind>, namespace: Option<&str>, ids: Vec<&ObjectId>) -> Result<Vec<Found>, Error> {
        let namespace = kind.namespaced.then(|| namespace.unwrap_or(self.namespace()));
        let fields = if kind.kind == "Secret" && kind.api_version == "v1" { WITHOUT_RECORDS } else { "" };
        let Ok(objects) = self.list(kind, &ListOptions { namespace, fields, ..ListOptions::default() }).await else {
            // Who may not list may still be allowed to get.
            return self.read_each(ids).await;
        };
        let mut by_name: BTreeMap<String, Value> =
            objects.into_iter().filter_map(|object| Some((ObjectId::of(&object)?.name, object))).collect();
        Ok(ids.into_iter().map(|id| (id.clone(), Ok(by_name.remove(&id.name)))).collect())
    }

    async fn read_each(&self, ids: Vec<&ObjectId>) -> Result<Vec<Found>, Error> {
        let results = join_all(ids.iter().map(|id| self.get(id))).await;
        ids.into_iter()
            .zip(results)
            .map(|(id, result)| match result {
                Err(error) if error.is_unreachable() => Err(error),
                result => Ok((id.clone(), result)),
            })
            .collect()
    }
}

type Found = (ObjectId, Result<Option<Value>, Error>);

fn fatal(dry_run: DryRun) -> Result<DryRun, Error> {
    match &dry_run.answer {
        Err(error) if error.is_unreachable() => Err(error.clone()),
        _ => Ok(dry_run),
    }
}
