//! The objects that hold release records, with what they hold still packed.

use super::connect::Cluster;
use super::error::Error;
use super::read::ListOptions;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Records are large: so many come with one answer.
const PAGE: usize = 100;

/// Which kind of object holds release records: `HELM_DRIVER`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Driver {
    /// Secrets of type `helm.sh/release.v1`.
    #[default]
    Secret,
    /// ConfigMaps.
    ConfigMap,
}

impl Driver {
    /// Returns the kind of the objects.
    pub fn kind(self) -> &'static str {
        match self {
            Driver::Secret => "Secret",
            Driver::ConfigMap => "ConfigMap",
        }
    }
}

/// One stored release record, packed. Its labels say enough to choose which ones to unpack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecord {
    /// Which kind of object it is.
    pub driver: Driver,
    /// The namespace of the object, which is the release's.
    pub namespace: String,
    /// The name of the object: `sh.helm.release.v1.NAME.vREVISION`.
    pub object: String,
    /// The labels of the object, Helm's own among them.
    pub labels: BTreeMap<String, String>,
    /// The object's resource version, for an update that must not overwrite another's.
    pub resource_version: String,
    /// The record: base64 of gzip of JSON.
    pub payload: Vec<u8>,
}

impl StoredRecord {
    /// Returns the release's name by the label.
    pub fn release(&self) -> &str {
        self.label("name")
    }

    /// Returns the revision by the label; 0 where it has none.
    pub fn revision(&self) -> u32 {
        self.label("version").parse().unwrap_or_default()
    }

    /// Returns the status by the label.
    pub fn status(&self) -> &str {
        self.label("status")
    }

    fn label(&self, key: &str) -> &str {
        self.labels.get(key).map(String::as_str).unwrap_or_default()
    }
}

impl Cluster {
    /// Returns the release records of one namespace or of all, in the order of the objects' names; `labels` narrows them down
    /// (`name=web`, `status=deployed`, or empty).
    ///
    /// # Errors
    /// The server does not tell.
    pub async fn stored_records(&self, driver: Driver, namespace: Option<&str>, labels: &str) -> Result<Vec<StoredRecord>, Error> {
        let mut records = Vec::new();
        self.each_stored_record(driver, namespace, labels, |record| records.push(record)).await?;
        Ok(records)
    }

    /// Hands each release record to `take`, a page of them in memory at a time: a cluster may hold more than one wants to keep.
    ///
    /// # Errors
    /// The server does not tell.
    pub async fn each_stored_record(
        &self,
        driver: Driver,
        namespace: Option<&str>,
        labels: &str,
        mut take: impl FnMut(StoredRecord),
    ) -> Result<(), Error> {
        let kind = self.kind("v1", driver.kind()).await?;
        let labels = if labels.is_empty() { "owner=helm".to_owned() } else { format!("owner=helm,{labels}") };
        let fields = if driver == Driver::Secret { "type=helm.sh/release.v1" } else { "" };
        self.list_pages(&kind, &ListOptions { namespace, labels: &labels, fields, page: PAGE }, |page| {
            let page: Page<'_> = serde_json::from_slice(page)?;
            page.items.into_iter().filter_map(|item| item.unwrapped(driver)).for_each(&mut take);
            Ok(())
        })
        .await
    }
}

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow, default)]
    items: Vec<Item<'a>>,
}

/// Only what a record needs: `managedFields` and the rest are skipped, and the payload is borrowed from the answer.
#[derive(Deserialize)]
struct Item<'a> {
    metadata: Metadata,
    #[serde(borrow, default)]
    data: Data<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    name: String,
    #[serde(default)]
    namespace: String,
    #[serde(default)]
    resource_version: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
struct Data<'a> {
    #[serde(borrow, default)]
    release: Cow<'a, str>,
}

impl Item<'_> {
    /// Kubernetes wraps the values of Secrets in a base64 of its own. What is not base64 holds no record.
    fn unwrapped(self, driver: Driver) -> Option<StoredRecord> {
        let payload = match driver {
            Driver::Secret => STANDARD.decode(self.data.release.as_bytes()).ok()?,
            Driver::ConfigMap => self.data.release.into_owned().into_bytes(),
        };
        let Metadata { name, namespace, resource_version, labels } = self.metadata;
        Some(StoredRecord { driver, namespace, object: name, labels, resource_version, payload })
    }
}
