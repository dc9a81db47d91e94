//! What can be wrong with a chart, its values, or its rendering.

use super::failure::Failure;
use super::unreadable::Unreadable;
use crate::diag::{Diagnostic, Span};
use crate::manifest;
use std::io;
use std::path::PathBuf;

/// Why a chart cannot be loaded or rendered. `Display` is Helm's own message.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is nothing at the path.
    #[error("path {path:?} not found")]
    NotFound {
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The folder holds no chart.
    #[error("unable to detect chart at {path}: open {path}: no such file or directory", path = path.join("Chart.yaml").display())]
    NoChart {
        /// The folder.
        path: PathBuf,
    },
    /// A file or folder cannot be read.
    #[error("error reading {}: {source}", path.display())]
    Read {
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A device, a socket or the like.
    #[error("cannot load irregular file {} as it has file mode type bits set", path.display())]
    Irregular {
        /// The path.
        path: PathBuf,
    },
    /// The file is no gzipped archive.
    #[error("{}", no_archive(path, *content_type))]
    NoArchive {
        /// The path.
        path: PathBuf,
        /// What it seems to be; `None` for a YAML file.
        content_type: Option<&'static str>,
    },
    /// The archive holds something that is refused.
    #[error("{message}")]
    Archive {
        /// Helm's message.
        message: String,
    },
    /// The archive cannot be unpacked.
    #[error("unable to load chart archive: {source}")]
    Unpack {
        /// What the unpacker says.
        source: io::Error,
    },
    /// The files of the chart are too large together.
    #[error("chart exceeds maximum decompressed size of {limit} bytes")]
    TooLarge {
        /// The most that they may have, in bytes.
        limit: u64,
    },
    /// The chart holds too many things of a kind.
    #[error("chart holds more than {limit} {what}")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// The most that there may be.
        limit: usize,
    },
    /// A `.helmignore` that Helm refuses.
    #[error("{message}")]
    Ignore {
        /// The file.
        path: PathBuf,
        /// Helm's message.
        message: String,
    },
    /// There is no Chart.yaml.
    #[error("Chart.yaml file is missing")]
    NoChartYaml,
    /// Chart.yaml has an apiVersion that is neither v1 nor v2.
    #[error("{}", if api_version == "v3" { "invalid chart apiVersion" } else { "unsupported chart version" })]
    ApiVersion {
        /// That apiVersion.
        api_version: String,
    },
    /// A file of the chart is not what it should be.
    #[error("cannot load {file}: {source}")]
    Yaml {
        /// The file.
        file: String,
        /// What is wrong.
        source: Unreadable,
    },
    /// Chart.yaml lacks something, or says something that cannot be.
    #[error("validation: {message}")]
    Invalid {
        /// The chart's place.
        chart: String,
        /// Helm's message.
        message: String,
    },
    /// A subchart cannot be loaded.
    #[error("error unpacking subchart {name} in {parent}: {source}")]
    Subchart {
        /// The entry below `charts/`.
        name: String,
        /// The chart that holds it.
        parent: String,
        /// Why.
        source: Box<Error>,
    },
    /// The chart only has definitions for others.
    #[error("library charts are not installable")]
    Library {
        /// The chart's name.
        chart: String,
    },
    /// Charts that Chart.yaml asks for are not below `charts/`.
    #[error(
        "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing \
         dependencies: found in Chart.yaml, but missing in charts/ directory: {}",
        names.join(", ")
    )]
    MissingDependencies {
        /// The charts' names.
        names: Vec<String>,
    },
    /// User values that cannot be read or set.
    #[error(transparent)]
    Values(#[from] super::values::Error),
    /// A value stands where a subchart's values must be.
    #[error("{}type mismatch on {name}: {found}", if *processing { "chart dependencies processing failed: " } else { "" })]
    SubchartValues {
        /// The subchart's name.
        name: String,
        /// What Go prints of the value.
        found: String,
        /// Whether dependencies were being processed.
        processing: bool,
        /// Where the value was written.
        span: Option<Span>,
    },
    /// The values break the chart's schema.
    #[error("values don't meet the specifications of the schema(s) in the following chart(s):\n{message}")]
    Schema {
        /// The findings, in the validator's words.
        message: String,
        /// The places of the values at fault.
        spans: Vec<(Span, String)>,
    },
    /// The chart is made for another Kubernetes.
    #[error("chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {found}")]
    KubeVersion {
        /// The chart's constraint.
        wanted: String,
        /// The cluster's version.
        found: String,
    },
    /// A version of Kubernetes that is none.
    #[error("invalid kube version '{text}': {message}")]
    BadKubeVersion {
        /// What was given.
        text: String,
        /// Why it is none.
        message: String,
    },
    /// A template cannot be parsed or executed.
    #[error(transparent)]
    Template(Box<Failure>),
    /// A template renders to something that is no YAML.
    #[error("{error}")]
    Manifest {
        /// What is wrong.
        error: manifest::Error,
        /// All that was rendered, as Helm prints it for debugging.
        rendered: String,
    },
    /// The post-renderer failed, or its input or output is no YAML.
    #[error("{message}")]
    PostRender {
        /// Helm's message.
        message: String,
    },
    /// A chart that cannot be packaged.
    #[error("failed to save: {message}")]
    Package {
        /// Why.
        message: String,
    },
    /// A name that a new chart cannot have.
    #[error("{message}")]
    BadName {
        /// Helm's message.
        message: String,
    },
    /// There is nothing to lint.
    #[error("{message}")]
    NoContents {
        /// Helm's message.
        message: String,
    },
    /// A patch of the stack that cannot be read, or that does not fit the chart.
    #[error(transparent)]
    Patch(#[from] super::patch::PatchError),
    /// A JSONPath that cannot be read.
    #[error("error parsing jsonpath {text}: {message}")]
    JsonPath {
        /// The path.
        text: String,
        /// What is wrong with it, in client-go's words.
        message: String,
    },
    /// `--show-only` names a template that prints nothing.
    #[error("could not find template {pattern} in chart")]
    NoSuchTemplate {
        /// The pattern that was asked for.
        pattern: String,
    },
}

fn no_archive(path: &std::path::Path, content_type: Option<&str>) -> String {
    let path = path.display();
    match content_type {
        Some(found) => format!("file '{path}' does not appear to be a gzipped archive; got '{found}'"),
        None => format!("file '{path}' seems to be a YAML file, but expected a gzipped archive"),
    }
}

impl From<manifest::Unsorted> for Error {
    fn from(unsorted: manifest::Unsorted) -> Error {
        let mut rendered = String::new();
        for (path, text) in unsorted.files.iter().filter(|(_, text)| !text.trim().is_empty()) {
            manifest::write_document(&mut rendered, path, text);
        }
        Error::Manifest { error: unsorted.error, rendered }
    }
}

impl Error {
    /// Says whether Helm would answer with the rendered text when asked for debugging: an error after the release was made.
    pub fn has_partial_release(&self) -> bool {
        matches!(self, Error::KubeVersion { .. } | Error::Template(_) | Error::Manifest { .. } | Error::PostRender { .. })
    }

    /// Returns the error for people, with Helm's words for programs.
    pub fn diagnostic(&self) -> Diagnostic {
        self.drawn().verbatim(self.to_string())
    }

    fn drawn(&self) -> Diagnostic {
        match self {
            Error::Yaml { file, source } => source.diagnostic().note(format!("while reading the chart's {file}")),
            Error::Subchart { name, parent, source } => {
                let mut diagnostic = source.diagnostic();
                diagnostic.trace.insert(0, crate::diag::Frame { span: None, text: format!("in subchart {name} of {parent}") });
                diagnostic
            }
            Error::Values(error) => error.diagnostic(),
            Error::Patch(error) => error.diagnostic(),
            Error::Template(failure) => failure.diagnostic(),
            Error::Manifest { error, .. } => error.diagnostic(),
            Error::Schema { message, spans } => {
                let diagnostic = Diagnostic::error("values do not fit the chart's schema").note(message.clone());
                spans.iter().fold(diagnostic, |diagnostic, (span, text)| diagnostic.at(span.clone(), text.clone()))
            }
            Error::SubchartValues { name, found, span, .. } => {
                Diagnostic::error(format!("the value {name} must be a table, for {name} is a subchart"))
                    .at_maybe(span.clone(), format!("this is {found}"))
                    .help(format!("put the values of the subchart under {name}, as `{name}: {{...}}`"))
            }
            other => other.help().into_iter().fold(Diagnostic::error(other.to_string()), Diagnostic::help),
        }
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            Error::NoChart { .. } | Error::NoChartYaml => "a chart is a folder or archive with a Chart.yaml at its top".into(),
            Error::MissingDependencies { .. } => "run `stackwright chart dependency build` in the chart's folder".into(),
            Error::KubeVersion { .. } => "name the version to render for with --kube-version".into(),
            Error::Library { chart } => format!("list {chart} under dependencies of another chart"),
            Error::Ignore { path, .. } => format!("mend {}", path.display()),
            _ => return None,
        })
    }
}
