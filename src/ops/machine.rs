//! Who runs this, where, and which process it is.

use super::session::Session;
use crate::cluster::{ApplyOptions, Cluster};
use crate::revision::{Author, Holder};
use rustix::process::{Pid, getpid, test_kill_process};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;

/// Returns who runs this: as the cluster knows them, and as this machine does.
pub(super) async fn author(session: &Session, cluster: &Cluster) -> Author {
    Author { cluster_user: cluster_user(cluster).await.unwrap_or_default(), user: user(&session.variables), host: host(&session.variables) }
}

/// Returns this process as one that wants a lock.
pub(super) fn holder(variables: &BTreeMap<String, String>) -> Holder {
    let name = format!("{}@{} (process {})", user(variables), host(variables), getpid().as_raw_nonzero());
    Holder { name, process: process(), is_alive }
}

/// Asks the API server who we are. One that is too old to say, or does not, is no reason to stop.
async fn cluster_user(cluster: &Cluster) -> Option<String> {
    let question =
        json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview", "metadata": {"generateName": "stackwright-"}});
    let answer = cluster.create(&question, &ApplyOptions::default()).await.ok()?;
    answer.object.pointer("/status/userInfo/username")?.as_str().map(str::to_owned)
}

fn user(variables: &BTreeMap<String, String>) -> String {
    let variable = |name: &str| variables.get(name).filter(|value| !value.is_empty()).cloned();
    variable("USER").or_else(|| variable("LOGNAME")).unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()))
}

fn host(variables: &BTreeMap<String, String>) -> String {
    let of_kernel = fs::read_to_string("/proc/sys/kernel/hostname").ok().map(|name| name.trim().to_owned());
    of_kernel.or_else(|| variables.get("HOSTNAME").cloned()).filter(|name| !name.is_empty()).unwrap_or_else(|| "unknown".into())
}

/// Returns what tells this process from every other one, also after a restart of the machine and from inside of containers.
fn process() -> Option<String> {
    let pid = getpid().as_raw_nonzero().get();
    Some(format!("{}:{pid}:{}", machine()?, started(pid)?))
}

/// Says whether the process that another holder names is alive, where it ran among the same processes as this one.
fn is_alive(process: &str) -> Option<bool> {
    let (rest, start) = process.rsplit_once(':')?;
    let (machine_of_it, pid) = rest.rsplit_once(':')?;
    if machine_of_it != machine()? {
        return None;
    }
    let pid: i32 = pid.parse().ok()?;
    match test_kill_process(Pid::from_raw(pid)?) {
        Err(rustix::io::Errno::SRCH) => Some(false),
        _ => started(pid).map(|now| now == start),
    }
}

/// Returns the boot of the machine, and the set of processes that see each other.
fn machine() -> Option<String> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{}/{}", boot.trim(), namespace.display()))
}

/// Returns when a process was started, in ticks since the boot. One that has ended and was not waited for has none.
fn started(pid: i32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name of the program stands in parentheses and may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return Some("ended".into());
    }
    fields.nth(18).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{is_alive, process};

    #[test]
    fn this_process_is_alive_and_one_that_was_started_at_another_time_is_not() {
        let Some(own) = process() else { return };
        assert_eq!(is_alive(&own), Some(true));
        let (rest, _) = own.rsplit_once(':').expect("has parts");
        assert_eq!(is_alive(&format!("{rest}:1")), Some(false));
        assert_eq!(is_alive("elsewhere:1:1"), None);
    }
}
