//! What the supervisor is told, and what it says about itself: two small files that outlive processes.

use super::error::Error;
use super::layout::Layout;
use super::nodes::Nodes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What a supervisor is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Orders {
    /// The sandbox's name.
    pub name: String,
    /// The binaries by program.
    pub binaries: BTreeMap<String, PathBuf>,
    /// The nodes to make.
    pub nodes: Nodes,
    /// Whether pods are killed and nodes go away, and the seed of what is drawn for that.
    pub chaos: Option<u64>,
    /// Whether to end, and remove the folder, as soon as standard input closes.
    pub ends_with_parent: bool,
}

/// What a supervisor says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// How far it is.
    pub phase: Phase,
    /// The supervisor's process id.
    pub supervisor: u32,
    /// The API server's address.
    pub server: String,
    /// The kubeconfig for users.
    pub kubeconfig: PathBuf,
    /// How many nodes there are.
    pub nodes: usize,
    /// The processes of the control plane.
    pub processes: Vec<Member>,
}

/// How far a sandbox is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// On its way.
    Starting,
    /// Up.
    Ready,
}

/// One process of the control plane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The program.
    pub name: String,
    /// Its process id.
    pub pid: u32,
}

impl Orders {
    /// Reads the orders of a sandbox.
    ///
    /// # Errors
    /// `File` and `Unreadable`.
    pub fn read(layout: &Layout) -> Result<Self, Error> {
        read(&layout.orders())
    }

    /// Writes the orders of a sandbox.
    ///
    /// # Errors
    /// `File`.
    pub fn write(&self, layout: &Layout) -> Result<(), Error> {
        write(&layout.orders(), self)
    }
}

impl State {
    /// Reads the state of a sandbox; nothing when there is none yet.
    ///
    /// # Errors
    /// `File` and `Unreadable`.
    pub fn read(layout: &Layout) -> Result<Option<Self>, Error> {
        match read(&layout.state()) {
            Ok(state) => Ok(Some(state)),
            Err(Error::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes the state of a sandbox; a reader sees the old one or the new one.
    ///
    /// # Errors
    /// `File`.
    pub fn write(&self, layout: &Layout) -> Result<(), Error> {
        write(&layout.state(), self)
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let content = fs::read(path).map_err(Error::file("reading", path))?;
    serde_json::from_slice(&content).map_err(|source| Error::Unreadable { path: path.to_owned(), source })
}

fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), Error> {
    let content = serde_json::to_vec_pretty(value).map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
    let folder = path.parent().unwrap_or(path);
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(Error::file("writing", path))?;
    file.write_all(&content).map_err(Error::file("writing", path))?;
    file.persist(path).map_err(|error| Error::file("writing", path)(error.error))?;
    Ok(())
}
