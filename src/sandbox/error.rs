//! What can go wrong around a sandbox.

use crate::diag::Diagnostic;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// A failure to make, find or end a sandbox.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The name cannot name a sandbox.
    #[error("sandbox name {name:?} is not a DNS label")]
    InvalidName {
        /// The name as it was given.
        name: String,
    },
    /// A number of nodes that a sandbox cannot have.
    #[error("a sandbox has 1 to {most} nodes, not {nodes}")]
    InvalidNodes {
        /// The number as it was given.
        nodes: usize,
        /// The largest possible number.
        most: usize,
    },
    /// A list of nodes that cannot be read.
    #[error("{text:?} does not say how many nodes there are")]
    InvalidNodeList {
        /// The list as it was given.
        text: String,
    },
    /// The user has no home folder, so there is no place for state and cache.
    #[error("the home folder of the user is not known")]
    NoHome,
    /// A file or folder could not be used.
    #[error("{task} {}", path.display())]
    File {
        /// What was being done, as a participle.
        task: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file of the sandbox does not say what it should.
    #[error("reading {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: serde_json::Error,
    },
    /// Binaries are missing and there is no Go to build them.
    #[error("building {} needs Go, and no `go` command was found", programs.join(", "))]
    GoMissing {
        /// The binaries that are missing.
        programs: Vec<&'static str>,
    },
    /// Go could not build a binary.
    #[error("building {program} with Go failed")]
    Build {
        /// The binary.
        program: String,
        /// The end of what Go said.
        output: String,
    },
    /// A process could not be started.
    #[error("starting {program}")]
    Spawn {
        /// The program.
        program: String,
        /// Why not.
        source: io::Error,
    },
    /// The processes of the machine could not be listed.
    #[error("listing the processes of this machine")]
    Processes {
        /// Why not.
        source: io::Error,
    },
    /// Processes of a sandbox are still there although they were killed.
    #[error("processes {pids:?} of the sandbox do not end")]
    Stubborn {
        /// Their ids.
        pids: Vec<u32>,
    },
    /// A process of the control plane ended by itself.
    #[error("{program} ended by itself ({status})")]
    ProcessEnded {
        /// The program.
        program: String,
        /// How it ended.
        status: String,
        /// The end of its log.
        log: String,
        /// Its log file.
        path: PathBuf,
    },
    /// The supervisor said why it failed, or ended without a word.
    #[error("the sandbox did not come up: {reason}")]
    Supervisor {
        /// Its last words.
        reason: String,
        /// Its log file.
        path: PathBuf,
    },
    /// The control plane did not become ready in time.
    #[error("waiting for {what} took more than {} s", after.as_secs())]
    Timeout {
        /// What was waited for.
        what: String,
        /// The limit.
        after: Duration,
    },
    /// There are no free ports on loopback.
    #[error("no free port on 127.0.0.1")]
    NoPort,
    /// Random numbers or certificates could not be made.
    #[error("making certificates")]
    Certificates(#[from] rcgen::Error),
    /// The TLS library refused a certificate or key.
    #[error("setting up TLS")]
    Tls(#[from] rustls::Error),
    /// The kubeconfig could not be used.
    #[error("reading the kubeconfig of the sandbox")]
    Kubeconfig(#[from] kube::config::KubeconfigError),
    /// The API server refused a request.
    #[error("talking to the sandbox's API server: {task}")]
    Api {
        /// What was being done.
        task: String,
        /// Why not.
        source: Box<kube::Error>,
    },
    /// There is no sandbox of this name.
    #[error("there is no sandbox named {name}")]
    NotFound {
        /// The name.
        name: String,
    },
    /// The answer could not be written.
    #[error("writing the answer")]
    Output(#[source] io::Error),
}

impl Error {
    /// Makes the error of a file that could not be used; for `map_err`.
    pub(super) fn file(task: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Error::File { task, path, source }
    }

    /// Makes the error of a refused request; for `map_err`.
    pub(super) fn api(task: impl Into<String>) -> impl FnOnce(kube::Error) -> Self {
        let task = task.into();
        move |source| Error::Api { task, source: Box::new(source) }
    }

    /// Says what is wrong, why, and how to mend it.
    pub fn diagnostic(&self) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(self.to_string());
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            diagnostic = diagnostic.note(error.to_string());
            cause = error.source();
        }
        match self {
            Error::InvalidName { .. } => {
                diagnostic.help("use lower-case letters, digits and '-', at most 40 characters, beginning with a letter")
            }
            Error::InvalidNodeList { .. } => {
                diagnostic.help("a number, or classes (letters, digits and -) with their numbers: control=3,compute=190,network=4")
            }
            Error::NoHome => diagnostic.help("set HOME, or XDG_STATE_HOME and XDG_CACHE_HOME"),
            Error::GoMissing { .. } => diagnostic
                .help("install Go 1.26 or later (https://go.dev/dl) and run the command again; the binaries are built once")
                .help("or set KUBEBUILDER_ASSETS to a folder that holds them all, kwok included"),
            Error::Build { output, .. } if !output.is_empty() => diagnostic.note(output.clone()),
            Error::ProcessEnded { log, path, .. } => diagnostic.note(log.clone()).help(format!("read {}", path.display())),
            Error::Supervisor { path, .. } => diagnostic.help(format!("read {} and the logs beside it", path.display())),
            Error::NotFound { name } => diagnostic.help(format!("make it with `stackwright sandbox up --name {name}`")),
            _ => diagnostic,
        }
    }
}
