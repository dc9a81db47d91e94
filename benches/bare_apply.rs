//! The floor of an apply: sends every object of a stream of manifests by server-side apply, 32 at a time, and nothing else.
//!
//!     bare-apply MANIFESTS NAMESPACE [--dry-run]      # KUBECONFIG names the cluster
//!
//! With `--dry-run` nothing comes of it: the floor of a diff against the live objects, whose namespace has to be there.
//! Prints the number of objects and the seconds from the first request to the last answer.

use futures_util::{StreamExt, stream};
use serde_json::Value as Json;
use stackwright::cluster::{ApplyOptions, Cluster, ConnectOptions};
use stackwright::manifest::{ObjectId, parse_stored};
use std::io::Write;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut arguments = std::env::args().skip(1);
    let (manifests, namespace) = (arguments.next().ok_or("MANIFESTS is missing")?, arguments.next().ok_or("NAMESPACE is missing")?);
    let dry_run = arguments.next().is_some_and(|argument| argument == "--dry-run");
    let kubeconfig = std::env::var_os("KUBECONFIG").map(std::path::PathBuf::from);
    let cluster = Cluster::connect(&ConnectOptions { kubeconfig, ..ConnectOptions::default() }, |_| {}).await?;
    cluster.kinds().await?;
    if !dry_run {
        cluster.ensure_namespace(&namespace, &ApplyOptions::default()).await?;
    }
    let mut objects: Vec<Json> = Vec::new();
    for document in parse_stored(&std::fs::read_to_string(manifests)?).map_err(|error| error.message)? {
        let mut object = document.json().map_err(|error| error.message)?;
        let Some(id) = ObjectId::of(&object) else { continue };
        if cluster.kind(&id.api_version, &id.kind).await.is_ok_and(|kind| kind.namespaced) {
            object["metadata"]["namespace"] = id.namespace.unwrap_or_else(|| namespace.clone()).into();
            objects.push(object);
        } else {
            objects.push(object);
        }
    }
    let started = std::time::Instant::now();
    let options = ApplyOptions { force: true, dry_run, ..ApplyOptions::default() };
    let answers: Vec<_> = stream::iter(&objects).map(|object| cluster.apply(object, &options)).buffer_unordered(32).collect().await;
    let took = started.elapsed();
    let failed = answers.iter().filter(|answer| answer.is_err()).count();
    writeln!(std::io::stdout(), "{} objects ({failed} refused) in {:.2} s", objects.len(), took.as_secs_f64())?;
    Ok(())
}
