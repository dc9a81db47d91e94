//! What Helm says of the same mistake.

use super::error::Error;
use super::redact::redacted;
use std::error::Error as _;
use std::io::ErrorKind;

impl Error {
    /// Returns what Helm says, where it says the same thing always.
    ///
    /// Rule: Helm pkg/action `LocateChart`, pkg/downloader, pkg/getter, pkg/registry; Go's net/http.
    pub fn helms_words(&self) -> Option<String> {
        Some(match self {
            Error::Provenance { message, .. } => message.clone(),
            Error::NoLocalChart { chart, .. } if chart.starts_with(['.', '/']) => format!("path {chart:?} not found"),
            Error::NoLocalChart { chart, .. } => format!("non-absolute URLs should be in form of repo_name/path_to_chart, got: {chart}"),
            Error::UnknownRepository { name, .. } => format!("repo {name} not found"),
            Error::Status { url, status } => format!("failed to fetch {url} : {}", status_line(*status)),
            Error::Registry { url, status } => {
                let (number, reason) = (status, reason(*status));
                format!("GET {url:?}: response status code {number}: {reason}")
            }
            Error::NoLogin { url } if url.contains("/manifests/") => {
                format!("failed to perform \"FetchReference\" on source: GET {url:?}: basic credential not found")
            }
            Error::NoLogin { url } => format!("GET {url:?}: basic credential not found"),
            Error::NoSuchTag { reference } => format!("failed to perform \"FetchReference\" on source: {reference}: not found"),
            Error::Transport { url, source } => format!("Get {:?}: {}", redacted(url), failure(url, source)),
            Error::Chart { source, .. } => source.to_string(),
            Error::Io { path, task: "read", source } => format!("open {}: {}", path.display(), system_words(source)),
            Error::NoDependency { name, .. } => missing(vec![name.clone()]),
            Error::Dependency { missing: names, .. } => missing(names.clone()),
            _ => return None,
        })
    }

    /// Returns Helm's words, or those of our own where it has none.
    pub fn words(&self) -> String {
        self.helms_words().unwrap_or_else(|| super::http::describe(self))
    }
}

fn missing(names: Vec<String>) -> String {
    crate::chart::Error::MissingDependencies { names }.to_string()
}

fn status_line(status: u16) -> String {
    format!("{status} {}", reason(status))
}

fn reason(status: u16) -> &'static str {
    reqwest::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default()
}

/// Says why a server could not be asked, as Go does where the reason is a plain one.
fn failure(url: &str, error: &reqwest::Error) -> String {
    let mut innermost = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.downcast_ref::<std::io::Error>().is_some_and(|system| system.kind() == ErrorKind::ConnectionRefused) {
            return format!("dial tcp {}: connect: connection refused", host(url));
        }
        innermost = error.to_string();
        cause = error.source();
    }
    innermost
}

fn host(url: &str) -> String {
    let Ok(url) = url::Url::parse(url) else { return url.to_owned() };
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}

/// Returns what the system says as Go shows it: in lower case, without the number.
fn system_words(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split_once(" (os error").map_or(text.as_str(), |(words, _)| words).to_lowercase()
}
