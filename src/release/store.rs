//! Where records are kept: Secrets or ConfigMaps of the release's namespace.

use super::codec::encode;
use super::error::Error;
use super::history::{Entry, History};
use super::name::object_name;
use super::record::Record;
use super::status::Status;
use crate::cluster::{self, ApplyOptions, Cluster, Driver, Propagation, RefusalKind, StoredRecord};
use crate::manifest::ObjectId;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How large a packed record may be: the API server takes no Secret or ConfigMap with more bytes of data.
pub const LARGEST_RECORD: usize = 1_048_576;

/// Where records are kept.
#[derive(Clone, Debug)]
pub struct Store {
    cluster: Cluster,
    driver: Driver,
}

impl Store {
    /// Makes a store of the records in a cluster.
    pub fn new(cluster: &Cluster, driver: Driver) -> Store {
        Store { cluster: cluster.clone(), driver }
    }

    /// Stores a new revision. It must be new: that two cannot make the same one is what keeps them apart.
    ///
    /// # Errors
    /// [`Error::Exists`], [`Error::TooLarge`], and what the cluster refuses.
    pub async fn create(&self, record: &Record, now: Timestamp) -> Result<(), Error> {
        let object = stored_object(record, self.driver, ("createdAt", now))?;
        match self.cluster.create_surely(&object).await {
            Ok(_) => Ok(()),
            Err(error) if has_kind(&error, &RefusalKind::AlreadyExists) => {
                Err(Error::Exists { name: record.name.clone(), revision: record.version })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Stores a revision anew.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::TooLarge`], and what the cluster refuses.
    pub async fn update(&self, record: &Record, now: Timestamp) -> Result<(), Error> {
        let object = stored_object(record, self.driver, ("modifiedAt", now))?;
        match self.cluster.replace(&object, &ApplyOptions::default()).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_not_found() => Err(Error::NotFound { name: record.name.clone(), revision: record.version }),
            Err(error) if has_kind(&error, &RefusalKind::Outdated) => {
                Err(Error::Changed { name: record.name.clone(), revision: record.version })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Returns the revisions of a release; none where it is not installed.
    ///
    /// # Errors
    /// The cluster does not tell.
    pub async fn history(&self, namespace: &str, name: &str) -> Result<History, Error> {
        Ok(History::of(self.cluster.stored_records(self.driver, Some(namespace), &format!("name={name}")).await?))
    }

    /// Returns the revision with status deployed, where there is one; the highest if an accident left several.
    ///
    /// # Errors
    /// The cluster does not tell, or the record is damaged.
    pub async fn deployed(&self, namespace: &str, name: &str) -> Result<Option<Record>, Error> {
        let labels = format!("name={name},status={}", Status::Deployed);
        let history = History::of(self.cluster.stored_records(self.driver, Some(namespace), &labels).await?);
        history.deployed().map(Entry::record).transpose()
    }

    /// Returns the revisions of a status of all releases of a namespace, or of all namespaces, in the order of the objects' names.
    ///
    /// # Errors
    /// The cluster does not tell.
    pub async fn of_status(&self, namespace: Option<&str>, status: Status) -> Result<Vec<Entry>, Error> {
        let records = self.cluster.stored_records(self.driver, namespace, &format!("status={status}")).await?;
        Ok(records.into_iter().map(Entry::from).collect())
    }

    /// Returns one revision of a release, where it is there.
    ///
    /// # Errors
    /// The cluster does not tell.
    pub async fn revision(&self, namespace: &str, name: &str, revision: u32) -> Result<Option<Entry>, Error> {
        let labels = format!("name={name},version={revision}");
        Ok(self.cluster.stored_records(self.driver, Some(namespace), &labels).await?.into_iter().next().map(Entry::from))
    }

    /// Returns the last revision of every release of a namespace, or of all namespaces, by namespace and name. Others are not kept
    /// in memory while the records are read.
    ///
    /// Rule: helm pkg/action/list.go (`filterLatestReleases`), which looks at labels and statuses only after this.
    ///
    /// # Errors
    /// The cluster does not tell.
    pub async fn latest(&self, namespace: Option<&str>) -> Result<BTreeMap<(String, String), Entry>, Error> {
        let mut releases: BTreeMap<(String, String), Entry> = BTreeMap::new();
        let take = |record: StoredRecord| {
            let entry = Entry::from(record);
            let is_later = |last: &Entry| last.revision < entry.revision;
            if releases.get(&release_of(&entry)).is_none_or(is_later) {
                releases.insert(release_of(&entry), entry);
            }
        };
        self.cluster.each_stored_record(self.driver, namespace, "", take).await?;
        Ok(releases)
    }

    /// Returns the histories of all releases of a namespace, or of all namespaces, by namespace and name.
    ///
    /// # Errors
    /// The cluster does not tell.
    pub async fn list(&self, namespace: Option<&str>) -> Result<BTreeMap<(String, String), History>, Error> {
        let mut releases: BTreeMap<(String, String), Vec<StoredRecord>> = BTreeMap::new();
        for record in self.cluster.stored_records(self.driver, namespace, "").await? {
            releases.entry((record.namespace.clone(), record.release().to_owned())).or_default().push(record);
        }
        Ok(releases.into_iter().map(|(release, records)| (release, History::of(records))).collect())
    }

    /// Deletes a revision, and returns whether it was there.
    ///
    /// # Errors
    /// The cluster refuses.
    pub async fn delete(&self, namespace: &str, name: &str, revision: u32) -> Result<bool, Error> {
        let id = ObjectId {
            api_version: "v1".to_owned(),
            kind: self.driver.kind().to_owned(),
            namespace: Some(namespace.to_owned()),
            name: object_name(name, revision),
        };
        Ok(self.cluster.delete(&id, Propagation::Background).await?)
    }

    /// Deletes old revisions so that, with the next one, no more than `limit` are kept, and returns which. 0 is no limit.
    ///
    /// # Errors
    /// The cluster refuses.
    pub async fn prune(&self, namespace: &str, name: &str, history: &History, limit: usize) -> Result<Vec<u32>, Error> {
        let revisions = history.to_prune(limit);
        for revision in &revisions {
            self.delete(namespace, name, *revision).await?;
        }
        Ok(revisions)
    }
}

fn release_of(entry: &Entry) -> (String, String) {
    (entry.stored().namespace.clone(), entry.stored().release().to_owned())
}

/// Returns the object that holds a record, with Helm's labels over the user's.
fn stored_object(record: &Record, driver: Driver, stamp: (&str, Timestamp)) -> Result<Value, Error> {
    let packed = encode(record)?;
    if packed.len() > LARGEST_RECORD {
        return Err(Error::TooLarge { name: record.name.clone(), size: packed.len(), limit: LARGEST_RECORD });
    }
    let mut labels = record.labels.clone();
    labels.insert(stamp.0.to_owned(), stamp.1.as_second().to_string());
    labels.insert("name".to_owned(), record.name.clone());
    labels.insert("owner".to_owned(), "helm".to_owned());
    labels.insert("status".to_owned(), record.info.status.to_string());
    labels.insert("version".to_owned(), record.version.to_string());
    let mut object = json!({
        "apiVersion": "v1",
        "kind": driver.kind(),
        "metadata": {"name": object_name(&record.name, record.version), "namespace": record.namespace, "labels": labels},
    });
    match driver {
        Driver::Secret => {
            object["type"] = Value::from("helm.sh/release.v1");
            object["data"] = json!({"release": STANDARD.encode(packed)});
        }
        Driver::ConfigMap => object["data"] = json!({"release": packed}),
    }
    Ok(object)
}

fn has_kind(error: &cluster::Error, kind: &RefusalKind) -> bool {
    error.refusal().is_some_and(|refusal| refusal.kind == *kind)
}
