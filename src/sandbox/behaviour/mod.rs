//! What the kubelets of a sandbox would do: pods run, wait, fail and end as their specs, their annotations and the cluster say.
//!
//! In: a client, and the loopback server that stands for every node's kubelet. Out: statuses, volumes, addresses and logs in the cluster.
//! May not know: how the control plane was started.
//! Rule: the kubelet's documented pod lifecycle (kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle). An init container that carries
//! the variables of kubernetes-entrypoint waits as that program does (airshipit/kubernetes-entrypoint, README). No container runs.
//!
//! Each pod is a `PodLife`, a machine that is handed the pod, a `World` of what else is in the cluster, and the time; it answers with a
//! status and with what would make it go on: a moment, or `Topic`s of the world. One loop in `controller` owns the world and all lives.
//! It sleeps unless a watch or a timer says otherwise, and writes what has changed, many pods at once, a pod never twice at once.

mod annotations;
mod container;
mod controller;
mod dependencies;
mod kubelet;
mod load_balancers;
mod logs;
mod pod;
mod references;
mod status;
mod step;
mod volumes;
mod watch;
mod world;
mod write;

#[cfg(test)]
mod tests;

pub use annotations::ANNOTATION_PREFIX;
pub use controller::run;
pub use kubelet::Kubelet;
