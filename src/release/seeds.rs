//! Where the seeds of generated values, and values adopted in their place, are kept: a Secret beside the records of a release, which Helm leaves alone.

use super::error::Error;
use crate::cluster::{ApplyOptions, Cluster, ListOptions, Propagation};
use crate::manifest::ObjectId;
use crate::template::seed::{KeptValues, Seed};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use zeroize::Zeroizing;

/// The type of the Secrets.
pub const SEED_TYPE: &str = "stackwright.io/seed.v1";
const OWNER: &str = "owner=stackwright";
const KEY: &str = "seed";
const ADOPTED: &str = "adopted";

/// The seeds of releases in one cluster.
#[derive(Clone, Debug)]
pub struct SeedStore {
    cluster: Cluster,
}

impl SeedStore {
    /// Makes a store of the seeds in a cluster.
    pub fn new(cluster: &Cluster) -> SeedStore {
        SeedStore { cluster: cluster.clone() }
    }

    /// Returns the seeds of all releases of some namespaces, by namespace and name.
    ///
    /// # Errors
    /// The cluster does not tell, or a Secret holds no seed: going on without it would change every generated value.
    pub async fn of_namespaces(&self, namespaces: &BTreeSet<String>) -> Result<BTreeMap<(String, String), KeptValues>, Error> {
        let kind = self.cluster.kind("v1", "Secret").await?;
        let fields = format!("type={SEED_TYPE}");
        let lists = namespaces.iter().map(|namespace| {
            let options = ListOptions { namespace: Some(namespace), labels: OWNER, fields: &fields, ..ListOptions::default() };
            let (cluster, kind) = (&self.cluster, &kind);
            async move { cluster.list(kind, &options).await }
        });
        let mut seeds = BTreeMap::new();
        for secret in futures_util::future::try_join_all(lists).await?.iter().flatten() {
            let metadata = &secret["metadata"];
            let of = |field: &Value| field.as_str().unwrap_or_default().to_owned();
            let (namespace, name) = (of(&metadata["namespace"]), of(&metadata["labels"]["name"]));
            let kept = read_seed_data(&secret["data"]).ok_or_else(|| Error::DamagedObject {
                namespace: namespace.clone(),
                object: format!("Secret {}", of(&metadata["name"])),
                reason: "it holds no seed of generated values".to_owned(),
            })?;
            seeds.insert((namespace, name), kept);
        }
        Ok(seeds)
    }

    /// Keeps the seed of a release, in place of any other.
    ///
    /// # Errors
    /// The cluster refuses.
    pub async fn keep(&self, namespace: &str, name: &str, kept: &KeptValues) -> Result<(), Error> {
        let secret = json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": object_name(name), "namespace": namespace, "labels": {"owner": "stackwright", "name": name}},
            "type": SEED_TYPE,
            "data": seed_data(kept)?,
        });
        self.cluster.apply(&secret, &ApplyOptions { force: true, ..ApplyOptions::default() }).await?;
        Ok(())
    }

    /// Forgets the seed of a release; there may be none.
    ///
    /// # Errors
    /// The cluster refuses.
    pub async fn forget(&self, namespace: &str, name: &str) -> Result<(), Error> {
        let id = ObjectId { api_version: "v1".into(), kind: "Secret".into(), namespace: Some(namespace.into()), name: object_name(name) };
        self.cluster.delete(&id, Propagation::Background).await?;
        Ok(())
    }
}

fn object_name(release: &str) -> String {
    format!("stackwright.seed.v1.{release}")
}

/// Returns the data of a Secret that keeps a seed.
///
/// # Errors
/// Never for values that came from a seed.
pub fn seed_data(kept: &KeptValues) -> Result<Value, Error> {
    let adopted = Zeroizing::new(serde_json::to_vec(&kept.adopted).map_err(|error| Error::Damaged { reason: error.to_string() })?);
    Ok(json!({KEY: STANDARD.encode(kept.seed.reveal().as_bytes()), ADOPTED: STANDARD.encode(&*adopted)}))
}

/// Reads the data of a Secret that keeps a seed; nothing where there is none.
pub fn read_seed_data(data: &Value) -> Option<KeptValues> {
    let text = |key: &str| Some(Zeroizing::new(STANDARD.decode(data[key].as_str()?).ok()?));
    let seed = Seed::parse(std::str::from_utf8(&text(KEY)?).ok()?).ok()?;
    let adopted = text(ADOPTED).map_or(Some(BTreeMap::new()), |text| serde_json::from_slice(&text).ok())?;
    Some(KeptValues { seed, adopted })
}
