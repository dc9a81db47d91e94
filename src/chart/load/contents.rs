//! What a chart's folder or archive holds, for lint.

use super::super::lint::{Contents, Found};
use super::super::metadata::Metadata;
use super::super::{Chart, Error};
use super::entry::{absolute, load_of_any_version};
use super::ignore::Rules;
use super::loaded::Loaded;
use super::{LoadCache, archive, assemble};
use crate::diag::Source;
use crate::template::funcs::paths::cleaned;
use crate::yaml;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// Looks at a folder, or into an archive (`.tgz`, `.tar.gz`). A chart that does not load is a part of what is found.
///
/// # Errors
/// `Error::NoContents`: there is no Chart.yaml, or no archive that can be read.
pub fn contents(path: &Path) -> Result<Contents, Error> {
    let name = path.to_string_lossy();
    if name.ends_with(".tgz") || name.ends_with(".tar.gz") { of_archive(path) } else { of_folder(path) }
}

fn of_folder(path: &Path) -> Result<Contents, Error> {
    let chart_yaml = cleaned(path.join("Chart.yaml").to_string_lossy().as_bytes());
    let chart_yaml = String::from_utf8_lossy(&chart_yaml);
    if let Err(error) = fs::metadata(&*chart_yaml) {
        let message = format!("unable to check Chart.yaml file in chart: stat {chart_yaml}: {}", system_words(&error));
        return Err(Error::NoContents { message });
    }
    let whole = absolute(path);
    let found = |name: &str| found(&whole.join(name));
    Ok(Contents {
        prefix: format!("{}/", path.display().to_string().trim_end_matches('/')),
        chart_yaml: found("Chart.yaml"),
        values: found("values.yaml"),
        schema: found("values.schema.json"),
        templates: found("templates"),
        crds: found("crds"),
        chart: load_of_any_version(path),
        path: whole,
    })
}

fn found(path: &Path) -> Found {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Found::Nothing,
        Err(error) => Found::Unreadable(format!("stat {}: {}", path.display(), system_words(&error))),
        Ok(metadata) if metadata.is_dir() => Found::Folder,
        Ok(_) => match fs::read(path) {
            Ok(bytes) => Found::File(bytes),
            Err(error) => Found::Unreadable(format!("open {}: {}", path.display(), system_words(&error))),
        },
    }
}

/// Returns the system's words as Go has them: lower case, no number.
fn system_words(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error ").next().unwrap_or(&text).to_lowercase()
}

fn of_archive(path: &Path) -> Result<Contents, Error> {
    let refused = |words: String| Error::NoContents { message: format!("unable to open tarball: open {}: {words}", path.display()) };
    let bytes = fs::read(path).map_err(|error| refused(system_words(&error)))?;
    contents_of_archive(path, &bytes)
}

/// Looks into an archive that is known by this path or address. Helm unpacks it into a folder and lints that; here it stays in
/// memory.
///
/// # Errors
/// `Error::NoContents`: these bytes are no archive of a chart.
pub fn contents_of_archive(path: &Path, bytes: &[u8]) -> Result<Contents, Error> {
    let not_extracted = |words: String| Error::NoContents { message: format!("unable to extract tarball: {words}") };
    let files = archive::read(bytes).map_err(|error| not_extracted(error.to_string()))?;
    // A later file of the same name would have overwritten the earlier one.
    let files: BTreeMap<Vec<String>, Loaded> =
        files.into_iter().map(|file| (file.name.split('/').map(str::to_owned).collect(), file)).collect();
    let files: Vec<Loaded> = files.into_values().collect();
    check_name(&files).map_err(not_extracted)?;
    let prefix = format!("{}:", path.display());
    let file = |name: &str| files.iter().find(|file| file.name == name).map_or(Found::Nothing, |file| Found::File(file.data.clone()));
    let folder = |name: &str| match file(name) {
        Found::Nothing if files.iter().any(|file| file.name.starts_with(&format!("{name}/"))) => Found::Folder,
        found => found,
    };
    Ok(Contents {
        path: absolute(path),
        chart_yaml: file("Chart.yaml"),
        values: file("values.yaml"),
        schema: file("values.schema.json"),
        templates: folder("templates"),
        crds: folder("crds"),
        chart: assemble_kept(path, files, &prefix),
        prefix,
    })
}

fn check_name(files: &[Loaded]) -> Result<(), String> {
    let mut metadata = Metadata::default();
    for file in files.iter().filter(|file| file.name == "Chart.yaml") {
        let source = Source::new("Chart.yaml", String::from_utf8_lossy(&file.data));
        let document = yaml::parse_for_struct(&source).map_err(|error| format!("cannot load Chart.yaml: {error}"))?;
        metadata
            .read(&document)
            .map_err(|error| format!("cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: {error}"))?;
    }
    let shown = crate::value::quote(metadata.name.as_bytes());
    match metadata.name.as_str() {
        "" => Err("chart name not specified".into()),
        "." | ".." => Err(format!("chart name {shown} is not allowed")),
        name if name.contains('/') => Err(format!("chart name {shown} must not contain path separators")),
        _ => Ok(()),
    }
}

/// Makes a chart of the files that the archive's own .helmignore does not leave out.
fn assemble_kept(path: &Path, mut files: Vec<Loaded>, prefix: &str) -> Result<Chart, Error> {
    let rules = files.iter().find(|file| file.name == ".helmignore").map(|file| String::from_utf8_lossy(&file.data).into_owned());
    let rules = Rules::parse(&rules.unwrap_or_default()).map_err(|message| Error::Ignore { path: path.join(".helmignore"), message })?;
    files.retain(|file| {
        let mut folders = file.name.match_indices('/').map(|(at, _)| &file.name[..at]);
        !folders.any(|folder| rules.ignores(folder, true)) && !rules.ignores(&file.name, false)
    });
    assemble::chart(files, prefix, &LoadCache::new())
}
