//! Plan files: writes what is planned, and plans the same again to carry it out, or says what has moved.

use super::apply::{Prepared, Rendering, RunOverrides, desired_of, plan_apply};
use super::live::{Ask, LiveObjects, read_live};
use super::render::{Live, render_each};
use super::seeds::GeneratedValues;
use super::session::{Session, StackRequest};
use crate::chart::Chart;
use crate::cluster::Cluster;
use crate::diag::{Diagnostic, Diagnostics};
use crate::diff::is_secret;
use crate::manifest::ObjectId;
use crate::plan::file::{
    ChartInFile, FORMAT_VERSION, KIND, Moved, OptionsInFile, PlanFile, ReleaseSource, SCHEMA, Sealer, SecretTexts, StackInFile, compare,
    release_in_file,
};
use crate::plan::{Desired, PlannedRelease, Sent};
use crate::stack::Release;
use crate::template::function::Effects as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Bytes of a plan file's salt.
const SALT: usize = 32;

/// Makes the plan file of a plan.
///
/// # Errors
/// A cluster cannot be asked; a release that makes up values does not render again.
pub async fn plan_file(session: &Session, overrides: &RunOverrides, prepared: &Prepared) -> Result<PlanFile, Diagnostics> {
    let mut salt = [0; SALT];
    session.effects.random(&mut salt);
    file_with_salt(session, overrides, prepared, &salt).await
}

/// Writes a plan file whole or not at all.
///
/// # Errors
/// The file cannot be written.
pub fn write_plan_file(path: &Path, file: &PlanFile) -> Result<(), Diagnostics> {
    let cannot = |reason: std::io::Error| Diagnostic::error(format!("cannot write the plan file {}: {reason}", path.display()));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let mut new = tempfile::NamedTempFile::new_in(folder).map_err(cannot)?;
    std::io::Write::write_all(&mut new, file.to_text().as_bytes()).map_err(cannot)?;
    new.persist(path).map_err(|error| cannot(error.error))?;
    Ok(())
}

/// Reads a plan file.
///
/// # Errors
/// The file cannot be read, is no plan file, has another version, or was changed after it was written.
pub fn read_plan_file(path: &Path) -> Result<PlanFile, Diagnostics> {
    let cannot = |reason: String| Diagnostic::error(format!("cannot carry out {}: {reason}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| cannot(error.to_string()))?;
    let refused = |error: crate::plan::file::FormatError| {
        let diagnostic = cannot(error.to_string());
        match error {
            crate::plan::file::FormatError::NotAPlan => {
                diagnostic.help("write one with `stackwright plan -o FILE`; a stack file is given with -f")
            }
            _ => diagnostic.help("make the plan anew with `stackwright plan -o FILE`"),
        }
    };
    Ok(PlanFile::parse(&text).map_err(refused)?)
}

/// Returns the stack that a plan file is about.
pub fn stack_of(file: &PlanFile) -> StackRequest {
    let stack = &file.stack;
    StackRequest {
        file: stack.file.as_ref().map(PathBuf::from),
        environment: stack.environment.clone(),
        selectors: stack.selectors.clone(),
        state_values_files: stack.state_values_files.iter().map(PathBuf::from).collect(),
        namespace: stack.namespace.clone(),
        kube_context: stack.kube_context.clone(),
        ..StackRequest::default()
    }
}

/// Plans again what a plan file says. The result is that plan, to the object and the live field; what is secret was made again.
///
/// # Errors
/// Everything that has moved since the file was written; and as [`plan_apply`].
pub async fn plan_as_filed(session: &Session, file: &PlanFile) -> Result<Prepared, Diagnostics> {
    let (wanted, given) = (&file.stack.state_values_given, names_given(&session.request));
    if *wanted != given {
        let names = if wanted.is_empty() { "none".to_owned() } else { wanted.join(", ") };
        let error = Diagnostic::error(format!("the plan was made with other values on the command line: {names}"));
        return Err(error
            .help("give the same --state-values-set and --state-values-set-string again: a plan file does not hold them")
            .into());
    }
    let overrides = overrides_of(file);
    let prepared = plan_apply(session, &overrides).await?;
    let salt = salt_of(file)?;
    let now = file_with_salt(session, &overrides, &prepared, &salt).await?;
    let moved = compare(file, &now);
    if moved.is_empty() { Ok(prepared) } else { Err(refusal(&moved)) }
}

pub(super) fn salt_of(file: &PlanFile) -> Result<Vec<u8>, Diagnostics> {
    let damaged = |error| Diagnostic::error(format!("the plan file's salt is damaged: {error}"));
    Ok(STANDARD.decode(&file.salt).map_err(damaged)?)
}

fn refusal(moved: &[Moved]) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for of_release in moved.chunk_by(|a, b| a.release == b.release) {
        let mut diagnostic = Diagnostic::error(format!("release {} is not as it was when the plan was made", of_release[0].release));
        for moved in of_release {
            diagnostic = diagnostic.note(match &moved.object {
                Some(object) => format!("{object}: {}", moved.message),
                None => moved.message.clone(),
            });
        }
        diagnostics.push(diagnostic);
    }
    diagnostics
        .push(Diagnostic::error("nothing was changed: the plan no longer fits").help("make it anew with `stackwright plan -o FILE`"));
    diagnostics
}

async fn file_with_salt(session: &Session, overrides: &RunOverrides, prepared: &Prepared, salt: &[u8]) -> Result<PlanFile, Diagnostics> {
    let releases = of_each(session, overrides, prepared, (salt, Ask::Changing), release_in_file).await?;
    let file = PlanFile {
        schema: SCHEMA.to_owned(),
        kind: KIND.to_owned(),
        format_version: FORMAT_VERSION,
        made_by: format!("stackwright {}", env!("CARGO_PKG_VERSION")),
        digest: String::new(),
        salt: STANDARD.encode(salt),
        stack: stack_in_file(&session.request),
        options: options_in_file(overrides),
        releases,
    };
    Ok(file.signed())
}

/// Makes something of each release as a plan file sees it.
pub(super) async fn of_each<T>(
    session: &Session,
    overrides: &RunOverrides,
    prepared: &Prepared,
    (salt, ask): (&[u8], Ask),
    make: impl Fn(&ReleaseSource<'_>) -> T,
) -> Result<Vec<T>, Diagnostics> {
    let read;
    let live = match &prepared.live {
        Some(live) => live,
        None => {
            read = read_live(&prepared.plan, &prepared.clusters, ask).await?;
            &read
        }
    };
    let again = rendered_again(session, overrides, prepared, live).await?;
    let mut sealers = BTreeMap::new();
    for (context, cluster) in &prepared.clusters {
        sealers.insert(context.clone(), Sealer::new(identity(cluster).await?.as_deref(), salt));
    }
    Ok(tokio::task::block_in_place(|| make_each(prepared, live, &again, &sealers, session.masks.hidden(), make)))
}

fn make_each<T>(
    prepared: &Prepared,
    live: &LiveObjects,
    again: &BTreeMap<usize, Again>,
    sealers: &BTreeMap<Option<String>, Sealer>,
    hidden: Vec<String>,
    make: impl Fn(&ReleaseSource<'_>) -> T,
) -> Vec<T> {
    let plan = &prepared.plan;
    let nobody = Sealer::new(None, &[]);
    let of_releases = live.objects.iter().flat_map(|objects| objects.sent.iter().chain(&objects.before)).map(|sent| &sent.body);
    let of_clusters = live.snapshots().flat_map(|snapshot| snapshot.live.values()).filter(|object| is_secret(object));
    let secrets = SecretTexts::of(of_releases.chain(of_clusters).collect::<Vec<&Json>>(), hidden);
    let release = |at: usize| {
        let objects = &live.objects[at];
        make(&ReleaseSource {
            plan,
            at,
            chart: prepared.rendering.as_ref().and_then(|rendering| rendering.charts.get(&at)).map(|chart| chart_in_file(chart)),
            sent: &objects.sent,
            again: again.get(&at).map(|again| again.sent.as_slice()),
            values_again: again.get(&at).map(|again| &again.values),
            before: &objects.before,
            snapshot: live.of(&plan.releases[at]),
            is_scaled: &|id| live.is_scaled(&plan.releases[at], id),
            sealer: sealers.get(&plan.releases[at].id.kube_context).unwrap_or(&nobody),
            secrets: &secrets,
        })
    };
    (0..plan.releases.len()).map(release).collect()
}

/// Another render of a release.
struct Again {
    sent: Vec<Sent>,
    values: Json,
}

/// Renders the releases once more that make up values which are kept nowhere yet: what differs is what is made up.
async fn rendered_again(
    session: &Session,
    overrides: &RunOverrides,
    prepared: &Prepared,
    live: &LiveObjects,
) -> Result<BTreeMap<usize, Again>, Diagnostics> {
    let new_secrets = prepared.rendering.as_ref().is_some_and(|rendering| rendering.seeds.secrets.has_new());
    let makes_up = |release: &PlannedRelease| {
        if new_secrets && release.desired.is_some() {
            return true;
        }
        let is_new = release.desired.as_ref().is_some_and(|desired| desired.new_seed.is_some());
        is_new || overrides.generated == GeneratedValues::Random && release.desired.is_some()
    };
    let concerned: Vec<usize> = (0..prepared.plan.releases.len()).filter(|at| makes_up(&prepared.plan.releases[*at])).collect();
    let Some(Rendering { stack, histories, seeds, .. }) = prepared.rendering.as_ref().filter(|_| !concerned.is_empty()) else {
        return Ok(BTreeMap::new());
    };
    let release_of =
        |at: &usize| stack.releases.iter().find(|release| release.is_selected() && release.id == prepared.plan.releases[*at].id);
    let releases: Vec<&Release> = concerned.iter().filter_map(release_of).collect();
    let seeds = seeds.with_other_secrets();
    let surroundings = Live::new(&prepared.clusters, histories, &seeds).await?;
    let keep = |rendered| desired_of(rendered).map_err(Diagnostics::from);
    let desired: Vec<Desired> = render_each(session, stack, &releases, &surroundings, keep).await?;
    let mut again = BTreeMap::new();
    for (at, desired) in concerned.into_iter().zip(desired) {
        let values = desired.config.clone();
        let release = PlannedRelease { desired: Some(desired), ..prepared.plan.releases[at].clone() };
        again.insert(at, Again { sent: live.sent(&release), values });
    }
    Ok(again)
}

/// Returns what only those know of a cluster who can read it: the UID of its system namespace. Nothing where that may not be read.
async fn identity(cluster: &Cluster) -> Result<Option<Vec<u8>>, Diagnostics> {
    let id = ObjectId { api_version: "v1".to_owned(), kind: "Namespace".to_owned(), namespace: None, name: "kube-system".to_owned() };
    match cluster.get(&id).await {
        Ok(found) => Ok(found.and_then(|object| object.pointer("/metadata/uid")?.as_str().map(|uid| uid.as_bytes().to_vec()))),
        Err(error) if error.refusal().is_some() => Ok(None),
        Err(error) => Err(error.diagnostic().into()),
    }
}

fn chart_in_file(chart: &Chart) -> ChartInFile {
    let mut digest = Sha256::new();
    add_files(chart, &mut digest);
    let hex: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    ChartInFile { name: chart.name().to_owned(), version: chart.metadata.version.clone(), digest: format!("sha256:{hex}") }
}

/// Adds the files of a chart in the order of their names, then its subcharts. Times of files say nothing about what is in them.
fn add_files(chart: &Chart, digest: &mut Sha256) {
    let mut files: Vec<_> = chart.raw.iter().collect();
    files.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    let mut add = |bytes: &[u8]| {
        digest.update((bytes.len() as u64).to_be_bytes());
        digest.update(bytes);
    };
    for file in files {
        add(file.name.as_bytes());
        add(&file.data);
    }
    for dependency in &chart.dependencies {
        digest.update(dependency.name().as_bytes());
        add_files(dependency, digest);
    }
}

fn stack_in_file(request: &StackRequest) -> StackInFile {
    let text = |path: &PathBuf| path.display().to_string();
    StackInFile {
        file: request.file.as_ref().map(text),
        environment: request.environment.clone(),
        selectors: request.selectors.clone(),
        state_values_files: request.state_values_files.iter().map(text).collect(),
        state_values_given: names_given(request),
        namespace: request.namespace.clone(),
        kube_context: request.kube_context.clone(),
    }
}

/// Returns the names of the values that were given on the command line: what they were may be secret.
fn names_given(request: &StackRequest) -> Vec<String> {
    let texts = request.state_values.iter().chain(&request.state_values_strings);
    let names = texts.flat_map(|text| text.split(',')).filter_map(|part| Some(part.split_once('=')?.0.to_owned()));
    names.collect()
}

fn options_in_file(overrides: &RunOverrides) -> OptionsInFile {
    OptionsInFile {
        against_live: overrides.against_live,
        prune: overrides.prune,
        rollback_on_failure: overrides.rollback_on_failure,
        wait: overrides.wait,
        wait_for_jobs: overrides.wait_for_jobs,
        ordered: overrides.ordered,
        readiness_timeout_seconds: overrides.readiness_timeout.map(|timeout| timeout.as_secs()),
        no_hooks: overrides.no_hooks,
        timeout_seconds: overrides.timeout.map(|timeout| timeout.as_secs()),
        recreate: overrides.recreate,
        force_revision: overrides.force_revision,
        generated: match overrides.generated {
            GeneratedValues::Stable => "stable",
            GeneratedValues::Rotated => "rotated",
            GeneratedValues::Random => "random",
        }
        .to_owned(),
    }
}

pub(super) fn overrides_of(file: &PlanFile) -> RunOverrides {
    let options = &file.options;
    RunOverrides {
        against_live: options.against_live,
        prune: options.prune,
        rollback_on_failure: options.rollback_on_failure,
        wait: options.wait,
        wait_for_jobs: options.wait_for_jobs,
        ordered: options.ordered,
        readiness_timeout: options.readiness_timeout_seconds.map(Duration::from_secs),
        no_hooks: options.no_hooks,
        timeout: options.timeout_seconds.map(Duration::from_secs),
        recreate: options.recreate,
        force_revision: options.force_revision,
        generated: match options.generated.as_str() {
            "rotated" => GeneratedValues::Rotated,
            "random" => GeneratedValues::Random,
            _ => GeneratedValues::Stable,
        },
    }
}
