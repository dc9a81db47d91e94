//! Which file of a sandbox is where.

use super::options::{Folders, SandboxName};
use std::path::{Path, PathBuf};

/// The folder of one sandbox, and what it holds.
#[derive(Clone, Debug)]
pub struct Layout {
    folder: PathBuf,
}

impl Layout {
    /// Returns the layout of a sandbox by its name.
    pub fn of(folders: &Folders, name: &SandboxName) -> Self {
        Layout { folder: folders.state.join(name.as_str()) }
    }

    /// Returns the layout of a sandbox by its folder.
    pub fn at(folder: PathBuf) -> Self {
        Layout { folder }
    }

    /// The sandbox's folder. Every process of the sandbox carries a path under it among its arguments, which is how it is known again.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The lock that `up` and `down` take; beside the folder, for they make and remove it.
    pub fn lock(&self) -> PathBuf {
        self.folder.with_extension("lock")
    }

    /// What the supervisor is to do.
    pub fn orders(&self) -> PathBuf {
        self.folder.join("orders.json")
    }

    /// What the supervisor says about itself.
    pub fn state(&self) -> PathBuf {
        self.folder.join("state.json")
    }

    /// The kubeconfig for users: cluster administrator by client certificate.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig")
    }

    /// The kubeconfig of a part of the control plane.
    pub fn kubeconfig_of(&self, part: &str) -> PathBuf {
        self.folder.join(format!("{part}.kubeconfig"))
    }

    /// A file of the sandbox's public key infrastructure.
    pub fn pki(&self, file: &str) -> PathBuf {
        self.folder.join("pki").join(file)
    }

    /// etcd's data.
    pub fn etcd(&self) -> PathBuf {
        self.folder.join("etcd")
    }

    /// kwok's stages.
    pub fn kwok_stages(&self) -> PathBuf {
        self.folder.join("kwok-stages.yaml")
    }

    /// What the API server writes into its audit log.
    pub fn audit_policy(&self) -> PathBuf {
        self.folder.join("audit-policy.yaml")
    }

    /// The API server's audit log: a JSON object a line.
    pub fn audit_log(&self) -> PathBuf {
        self.log("audit")
    }

    /// The folder of log files.
    pub fn logs(&self) -> PathBuf {
        self.folder.join("logs")
    }

    /// The log file of a process.
    pub fn log(&self, process: &str) -> PathBuf {
        self.logs().join(format!("{process}.log"))
    }
}
