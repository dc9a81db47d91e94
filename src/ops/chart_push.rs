//! Pushes an archive of a chart to a registry, as `helm push` does.

use super::charts::sources;
use super::registry_login::with_login;
use crate::chart::{self, Metadata};
use crate::diag::{Diagnostic, Diagnostics};
use crate::release::{Error, to_json};
use crate::source::{self, Digest, Image, Pushed, Repository};
use crate::template::function::Effects;
use crate::template::go_time::{Time, Zone};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What to push, and where to.
pub struct ChartPushRequest {
    /// The archive.
    pub archive: PathBuf,
    /// The folder of the registry: `oci://HOST/PATH`.
    pub remote: String,
    /// How the registry is asked.
    pub access: Repository,
    /// The process's environment.
    pub variables: BTreeMap<String, String>,
}

const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
const ARCHIVE: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
const PROVENANCE: &str = "application/vnd.cncf.helm.chart.provenance.v1.prov";

/// Field order and names are the image specification's.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'a> {
    schema_version: u8,
    config: Descriptor,
    layers: Vec<Descriptor>,
    annotations: &'a BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    media_type: &'static str,
    digest: String,
    size: usize,
}

impl Descriptor {
    fn of(media_type: &'static str, bytes: &[u8]) -> Descriptor {
        Descriptor { media_type, digest: format!("sha256:{}", Digest::of(bytes)), size: bytes.len() }
    }
}

/// Pushes a chart, and the provenance that lies beside its archive.
///
/// Rule: Helm pkg/pusher/ocipusher.go, pkg/registry/chart.go.
///
/// # Errors
/// The archive is none, the address is no registry's, or the registry does not take the chart.
pub async fn chart_push(request: &ChartPushRequest) -> Result<Pushed, Diagnostics> {
    let path = folder_of(&request.remote)?;
    let (bytes, changed) = read(&request.archive)?;
    let metadata = chart::load(&request.archive).map_err(|error| as_named(error, &request.archive).diagnostic())?.metadata;
    let mut beside = request.archive.clone().into_os_string();
    beside.push(".prov");
    let provenance = std::fs::read(beside).ok();
    let config = to_json(&metadata).map_err(|error| error.diagnostic())?;
    let created = created(changed, &request.variables);
    let annotations = annotations(&metadata, created);
    let path = format!("{}/{}", path.trim_end_matches('/'), metadata.name);
    let access = with_login(Repository { url: format!("oci://{path}"), oci: true, ..request.access.clone() }, &path, &request.variables);
    let mut parts = vec![(ARCHIVE, bytes.as_slice())];
    parts.extend(provenance.as_deref().map(|provenance| (PROVENANCE, provenance)));
    let manifest = manifest(&parts, &config, &annotations).map_err(|error| error.diagnostic())?;
    let parts: Vec<&[u8]> = parts.iter().map(|(_, bytes)| *bytes).chain([config.as_slice()]).collect();
    let image = Image { parts: &parts, manifest: &manifest };
    let pushed = sources(&request.variables).push(&path, &metadata.version, &image, &access).await;
    pushed.map_err(|error| error.diagnostic().verbatim(words(&error)).into())
}

/// Here Helm names a file as the user does.
fn as_named(error: chart::Error, archive: &Path) -> chart::Error {
    match error {
        chart::Error::NoArchive { content_type, .. } => chart::Error::NoArchive { path: archive.to_owned(), content_type },
        other => other,
    }
}

/// A registry is asked first whether it has the image: there it says that it wants a login.
fn words(error: &source::Error) -> String {
    match error {
        source::Error::NoLogin { url } => format!("failed to perform \"Exists\" on destination: HEAD {url:?}: basic credential not found"),
        other => other.words(),
    }
}

fn folder_of(remote: &str) -> Result<&str, Diagnostic> {
    let words = match remote.split_once("://") {
        Some(("oci", path)) => return Ok(path),
        Some((scheme, _)) => format!("scheme {scheme:?} not supported"),
        None => "scheme prefix missing from remote (e.g. \"oci://\")".to_owned(),
    };
    Err(Diagnostic::error(words.clone()).verbatim(words).help("charts are pushed to registries: oci://HOST/PATH"))
}

fn read(archive: &Path) -> Result<(Vec<u8>, Option<SystemTime>), Diagnostic> {
    let refused = |words: String| Diagnostic::error(words.clone()).verbatim(words);
    let unreadable = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => refused(format!("{}: no such file", archive.display())),
        _ => refused(format!("cannot read {}: {error}", archive.display())),
    };
    let about = std::fs::metadata(archive).map_err(unreadable)?;
    if about.is_dir() {
        let words = "cannot push directory, must provide chart archive (.tgz)".to_owned();
        return Err(refused(words).help("`stackwright chart package` makes one"));
    }
    Ok((std::fs::read(archive).map_err(unreadable)?, about.modified().ok()))
}

/// Layers are sorted by digest, as Helm sorts them.
fn manifest(parts: &[(&'static str, &[u8])], config: &[u8], annotations: &BTreeMap<String, String>) -> Result<Vec<u8>, Error> {
    let mut layers: Vec<Descriptor> = parts.iter().map(|(kind, bytes)| Descriptor::of(kind, bytes)).collect();
    layers.sort_by(|a, b| a.digest.cmp(&b.digest));
    to_json(&Manifest { schema_version: 2, config: Descriptor::of(CONFIG, config), layers, annotations })
}

/// A chart counts as made when its archive was last written; the time is that of the local zone.
fn created(changed: Option<SystemTime>, variables: &BTreeMap<String, String>) -> String {
    const RFC3339: &[u8] = b"2006-01-02T15:04:05Z07:00";
    let zone = Zone::local(super::effects::MachineEffects::of(variables).zone().as_deref());
    let seconds = changed.and_then(|changed| changed.duration_since(SystemTime::UNIX_EPOCH).ok()).unwrap_or_default().as_secs();
    String::from_utf8_lossy(&Time::unix(seconds.cast_signed(), zone).format(RFC3339)).into_owned()
}

/// What the chart says of itself in the words of the image specification, and its own annotations, which cannot change its name and
/// version.
fn annotations(metadata: &Metadata, created: String) -> BTreeMap<String, String> {
    const TITLE: &str = "org.opencontainers.image.title";
    const VERSION: &str = "org.opencontainers.image.version";
    let people = metadata.maintainers.iter().flatten().map(|person| {
        let mail = if person.email.is_empty() { String::new() } else { format!(" ({})", person.email) };
        format!("{}{mail}", person.name)
    });
    let own = [
        ("org.opencontainers.image.description", metadata.description.clone()),
        (TITLE, metadata.name.clone()),
        (VERSION, metadata.version.clone()),
        ("org.opencontainers.image.url", metadata.home.clone()),
        ("org.opencontainers.image.created", created),
        ("org.opencontainers.image.source", metadata.sources.first().cloned().unwrap_or_default()),
        ("org.opencontainers.image.authors", people.collect::<Vec<_>>().join(", ")),
    ];
    let own = own.into_iter().filter(|(_, text)| !text.trim().is_empty()).map(|(key, text)| (key.to_owned(), text));
    let given = metadata.annotations.iter().flatten().filter(|(key, _)| !matches!(key.as_str(), TITLE | VERSION));
    own.chain(given.map(|(key, text)| (key.clone(), text.clone()))).collect()
}
