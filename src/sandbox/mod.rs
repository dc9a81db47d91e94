//! A real Kubernetes control plane on loopback whose nodes are simulated and whose pods behave.
//!
//! In: `Options` (a name, folders, which nodes). Out: a running `Sandbox` with a kubeconfig, and `Event`s on the way there.
//! May not know: any other room but `diag`. It may touch processes, files, the clock, sockets and randomness: that is its job.
//! Rule: the control plane is the real one (etcd, kube-apiserver, kube-controller-manager, kube-scheduler, with kwok for the nodes);
//! what a kubelet would do with a pod is written in `behaviour`, after the kubelet's documentation. See docs/sandbox.md.

mod behaviour;
mod binaries;
mod chaos;
mod contents;
mod control_plane;
mod credentials;
mod error;
mod event;
mod kubeconfig;
mod layout;
mod nodes;
mod options;
mod ports;
mod process;
mod running;
mod state;
mod supervisor;

pub use behaviour::ANNOTATION_PREFIX;
pub use binaries::Versions;
pub use error::Error;
pub use event::Event;
pub use nodes::{CLASS_LABEL, Nodes};
pub use options::{Folders, Lifetime, Options, SandboxName};
pub use running::{Sandbox, Status, down, status, sweep, up};
pub use state::{Member, Phase};
pub use supervisor::supervise;
