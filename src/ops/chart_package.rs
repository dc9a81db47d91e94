//! Packages charts, as `helm package` does.

use super::chart_dependency::{ChartDependencyRequest, chart_dependency_update};
use super::chart_provenance::{Signing, sign_archive};
use crate::chart::package::{EntryTime, archive, archive_name};
use crate::chart::{self, Chart, Error};
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::Repository;
use crate::template::semver::Version;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// How to package.
pub struct ChartPackageRequest {
    /// The version that the archive gets in place of the chart's own.
    pub version: Option<String>,
    /// The application's version, likewise.
    pub app_version: Option<String>,
    /// The folder to write into; made where it is not there.
    pub destination: PathBuf,
    /// Whether charts that are listed are fetched into `charts/` first, and how registries are asked for them then.
    pub dependency_update: Option<Repository>,
    /// How the archive is signed; none is not at all.
    pub signing: Option<Signing>,
    /// The process's environment.
    pub variables: BTreeMap<String, String>,
}

/// An archive that was written.
pub struct Packaged {
    /// Its path.
    pub path: PathBuf,
    /// What there was to say while loading.
    pub notices: Vec<String>,
}

/// Packages the chart in a folder.
///
/// # Errors
/// The chart does not load, lacks a dependency or cannot get it, or has a version that is none; the archive cannot be written.
pub async fn chart_package(request: &ChartPackageRequest, folder: &Path) -> Result<Packaged, Diagnostics> {
    let time = entry_time(&request.variables)?;
    if let Some(access) = &request.dependency_update {
        update(request, folder, access).await?;
    }
    let mut chart = load(folder)?;
    set_versions(&mut chart, request)?;
    let missing = chart.missing_dependencies();
    if !missing.is_empty() {
        let words = format!("found in Chart.yaml, but missing in charts/ directory: {}", missing.join(", "));
        let diagnostic = Diagnostic::error(words.clone()).verbatim(words);
        return Err(diagnostic.help("give --dependency-update, or run `stackwright chart dependency build` before").into());
    }
    let message = chart.metadata.validate().err();
    if let Some(message) = message {
        return Err(Error::Invalid { chart: folder.display().to_string(), message }.diagnostic().into());
    }
    let bytes = archive(&chart, time).map_err(|error| Diagnostics::from(error.diagnostic()))?;
    let path = destination(&request.destination).join(archive_name(&chart));
    write(&path, &bytes)?;
    if let Some(signing) = &request.signing {
        let provenance = sign_archive(signing, &archive_name(&chart), &bytes, &chart.metadata)?;
        write(&destination(&request.destination).join(format!("{}.prov", archive_name(&chart))), provenance.as_bytes())?;
    }
    Ok(Packaged { path, notices: chart.notices.iter().map(ToString::to_string).collect() })
}

async fn update(request: &ChartPackageRequest, folder: &Path, access: &Repository) -> Result<(), Diagnostics> {
    let request = ChartDependencyRequest {
        chart: folder.to_owned(),
        skip_refresh: false,
        keyring: None,
        access: access.clone(),
        variables: request.variables.clone(),
    };
    chart_dependency_update(&request, &mut |_| {}).await
}

fn load(folder: &Path) -> Result<Chart, Diagnostics> {
    if folder.is_file() {
        let diagnostic = Diagnostic::error(format!("{} is no folder", folder.display()));
        return Err(diagnostic.help("name the folder of a chart; an archive is packaged already").into());
    }
    chart::load(folder).map_err(|error| error.diagnostic().into())
}

fn set_versions(chart: &mut Chart, request: &ChartPackageRequest) -> Result<(), Diagnostics> {
    if let Some(version) = request.version.as_ref().filter(|version| !version.is_empty()) {
        chart.metadata.version.clone_from(version);
    }
    if let Err(error) = Version::parse(&chart.metadata.version) {
        let diagnostic = Diagnostic::error(format!("the version `{}` is none: {error}", chart.metadata.version));
        return Err(diagnostic.help("a version has three numbers: `1.2.3`").into());
    }
    if let Some(version) = request.app_version.as_ref().filter(|version| !version.is_empty()) {
        chart.metadata.app_version.clone_from(version);
    }
    Ok(())
}

/// The working directory is shown as it is called, everything else as it was given.
fn destination(given: &Path) -> PathBuf {
    if given == Path::new(".") { std::env::current_dir().unwrap_or_else(|_| given.to_owned()) } else { given.to_owned() }
}

pub(super) fn entry_time(variables: &BTreeMap<String, String>) -> Result<EntryTime, Diagnostics> {
    match variables.get("SOURCE_DATE_EPOCH").filter(|text| !text.is_empty()) {
        None => Ok(EntryTime::Fixed),
        Some(text) => text.parse().map(EntryTime::Epoch).map_err(|_| {
            let diagnostic = Diagnostic::error(format!("SOURCE_DATE_EPOCH is `{text}`, which is no time"));
            diagnostic.help("set it to a number of seconds since 1970").into()
        }),
    }
}

/// Writes a file in one step, so that nobody sees a part of it; its folder is made where it is not there.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Diagnostics> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = fs::create_dir_all(folder).and_then(|()| {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        std::io::Write::write_all(&mut file, bytes)?;
        readable_by_all(file.path())?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    });
    written.map_err(|error| Diagnostic::error(format!("cannot write {}: {error}", path.display())).into())
}

/// Temporary files are for their owner alone, an archive is not.
fn readable_by_all(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}
