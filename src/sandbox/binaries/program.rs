//! Which programs there are, in which versions, and from which Go modules they are built.

/// The versions of what the sandbox runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// Kubernetes.
    pub kubernetes: &'static str,
    /// etcd.
    pub etcd: &'static str,
    /// kwok.
    pub kwok: &'static str,
}

impl Versions {
    /// The versions that `modules` pins.
    pub const PINNED: Versions = Versions { kubernetes: "1.36.3", etcd: "3.7.3", kwok: "0.8.0" };

    /// Returns the name of the cache folder for these versions.
    pub fn key(&self) -> String {
        format!("kubernetes-{}-etcd-{}-kwok-{}", self.kubernetes, self.etcd, self.kwok)
    }
}

/// A program of the control plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Program {
    /// The store.
    Etcd,
    /// The API server.
    ApiServer,
    /// The controllers.
    ControllerManager,
    /// The scheduler.
    Scheduler,
    /// The simulator of nodes.
    Kwok,
}

impl Program {
    /// All of them, quickest build first.
    pub const ALL: [Program; 5] = [Program::Etcd, Program::Kwok, Program::ApiServer, Program::ControllerManager, Program::Scheduler];

    /// Returns the file name of the program.
    pub fn name(self) -> &'static str {
        match self {
            Program::Etcd => "etcd",
            Program::ApiServer => "kube-apiserver",
            Program::ControllerManager => "kube-controller-manager",
            Program::Scheduler => "kube-scheduler",
            Program::Kwok => "kwok",
        }
    }

    /// Returns the version that is built.
    pub fn version(self) -> &'static str {
        match self {
            Program::Etcd => Versions::PINNED.etcd,
            Program::Kwok => Versions::PINNED.kwok,
            Program::ApiServer | Program::ControllerManager | Program::Scheduler => Versions::PINNED.kubernetes,
        }
    }

    /// Returns the Go package that is the program.
    pub(super) fn package(self) -> &'static str {
        match self {
            Program::Etcd => "go.etcd.io/etcd/server/v3",
            Program::Kwok => "sigs.k8s.io/kwok/cmd/kwok",
            Program::ApiServer => "k8s.io/kubernetes/cmd/kube-apiserver",
            Program::ControllerManager => "k8s.io/kubernetes/cmd/kube-controller-manager",
            Program::Scheduler => "k8s.io/kubernetes/cmd/kube-scheduler",
        }
    }

    /// Returns the module in which the package is built.
    pub(super) fn module(self) -> &'static Module {
        match self {
            Program::Etcd => &ETCD,
            Program::Kwok => &KWOK,
            Program::ApiServer | Program::ControllerManager | Program::Scheduler => &KUBERNETES,
        }
    }

    /// Returns the linker flags: small binaries, and the version that the API server gives to clients (charts compare it).
    pub(super) fn linker_flags(self) -> String {
        let version = self.version();
        match self {
            Program::Etcd | Program::Kwok => "-s -w".to_owned(),
            Program::ApiServer | Program::ControllerManager | Program::Scheduler => {
                let mut parts = version.split('.');
                let (major, minor) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
                let package = "k8s.io/component-base/version";
                format!("-s -w -X {package}.gitVersion=v{version} -X {package}.gitMajor={major} -X {package}.gitMinor={minor}")
            }
        }
    }
}

/// A Go module of ours that requires the programs' modules and pins all their dependencies.
#[derive(Debug)]
pub(super) struct Module {
    /// Its folder among the sources of a build.
    pub name: &'static str,
    /// `go.mod`.
    pub requirements: &'static str,
    /// `go.sum`.
    pub sums: &'static str,
}

static ETCD: Module = Module { name: "etcd", requirements: include_str!("modules/etcd/go.mod"), sums: include_str!("modules/etcd/go.sum") };
static KWOK: Module = Module { name: "kwok", requirements: include_str!("modules/kwok/go.mod"), sums: include_str!("modules/kwok/go.sum") };
static KUBERNETES: Module =
    Module { name: "kubernetes", requirements: include_str!("modules/kubernetes/go.mod"), sums: include_str!("modules/kubernetes/go.sum") };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_pin_the_versions_that_are_named() {
        for program in Program::ALL {
            let package = program.package();
            let module = package.split("/cmd/").next().unwrap_or(package);
            let wanted = format!("{module} v{}", program.version());
            let mut lines = program.module().requirements.lines().map(|line| line.trim().trim_start_matches("require "));
            let found = lines.any(|line| line.trim_end_matches(" // indirect") == wanted);
            assert!(found, "{} does not require {wanted}", program.module().name);
        }
    }
}
