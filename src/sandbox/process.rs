//! Processes of this machine, known by their command lines.

use super::error::Error;
use rustix::process::{Pid, Signal, kill_process};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Programs of a sandbox beside the supervisor itself.
const PROGRAMS: [&str; 5] = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"];
/// How often a process that was told to end is looked at.
const LOOK: Duration = Duration::from_millis(10);
/// How long a killed process may take to be gone; the kernel needs some time to free the memory of an API server.
const KILL_TAKES: Duration = Duration::from_secs(20);

/// A process and what it was started with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    arguments: Vec<String>,
}

impl Process {
    /// Says whether the process belongs to the sandbox in `folder`: one of its programs, with a path under the folder among its arguments.
    ///
    /// Both are asked for, so that an editor or a `kubectl` that was given a file of the sandbox is left alone.
    pub fn belongs_to(&self, folder: &Path) -> bool {
        let Some((program, arguments)) = self.arguments.split_first() else { return false };
        let name = Path::new(program).file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let ours = PROGRAMS.contains(&name) || self.is_supervisor();
        ours && arguments.iter().any(|argument| {
            let path = argument.split_once('=').map_or(argument.as_str(), |(_, value)| value);
            Path::new(path).starts_with(folder)
        })
    }

    /// Says whether the process is a supervisor.
    pub fn is_supervisor(&self) -> bool {
        self.arguments.windows(2).any(|pair| pair == ["sandbox", "supervise"])
    }
}

/// Lists the processes that belong to the sandbox in `folder`, this process not among them.
///
/// # Errors
/// `Processes` when the processes of the machine cannot be listed.
pub fn of_sandbox(folder: &Path) -> Result<Vec<Process>, Error> {
    let mut processes = all().map_err(|source| Error::Processes { source })?;
    processes.retain(|process| process.pid != std::process::id() && process.belongs_to(folder));
    Ok(processes)
}

/// Asks processes to end, and kills those that have not after `grace`; returns when all are gone.
///
/// # Errors
/// `Stubborn` when some are there even then.
pub async fn end(folder: &Path, processes: &[Process], grace: Duration) -> Result<(), Error> {
    if grace > Duration::ZERO {
        signal(processes, Signal::TERM);
        if gone(folder, processes, grace).await?.is_empty() {
            return Ok(());
        }
    }
    signal(&gone(folder, processes, Duration::ZERO).await?, Signal::KILL);
    let left = gone(folder, processes, KILL_TAKES).await?;
    if left.is_empty() { Ok(()) } else { Err(Error::Stubborn { pids: left.iter().map(|process| process.pid).collect() }) }
}

fn signal(processes: &[Process], signal: Signal) {
    for process in processes {
        // Whoever is gone by now needs no signal.
        if let Some(pid) = i32::try_from(process.pid).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, signal);
        }
    }
}

/// Waits until the processes are gone, at most for `limit`; returns those that are left.
async fn gone(folder: &Path, processes: &[Process], limit: Duration) -> Result<Vec<Process>, Error> {
    let deadline = Instant::now() + limit;
    let pids: BTreeSet<u32> = processes.iter().map(|process| process.pid).collect();
    loop {
        let mut left = of_sandbox(folder)?;
        left.retain(|process| pids.contains(&process.pid));
        if left.is_empty() || Instant::now() >= deadline {
            return Ok(left);
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn all() -> io::Result<Vec<Process>> {
    if Path::new("/proc/self/cmdline").exists() { from_proc() } else { from_ps() }
}

/// Reads Linux's `/proc`. A process that has ended but was not waited for has an empty command line, so it does not count.
fn from_proc() -> io::Result<Vec<Process>> {
    let mut processes = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let Ok(entry) = entry else { continue };
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let Ok(line) = fs::read(entry.path().join("cmdline")) else { continue };
        let arguments: Vec<String> = line.split(|byte| *byte == 0).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
        if !line.is_empty() {
            processes.push(Process { pid, arguments });
        }
    }
    Ok(processes)
}

/// Asks `ps`, where there is no `/proc`.
fn from_ps() -> io::Result<Vec<Process>> {
    let output = Command::new("ps").args(["-A", "-ww", "-o", "pid=,command="]).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text
        .lines()
        .filter_map(|line| {
            let (pid, command) = line.trim_start().split_once(' ')?;
            Some(Process { pid: pid.parse().ok()?, arguments: command.split_whitespace().map(str::to_owned).collect() })
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(arguments: &[&str], expected: bool) {
        let process = Process { pid: 1, arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect() };
        assert_eq!(process.belongs_to(Path::new("/state/default")), expected, "{arguments:?}");
    }

    #[test]
    fn a_process_is_known_by_program_and_folder() {
        check(&["/bin/etcd", "--data-dir=/state/default/etcd"], true);
        check(&["/bin/stackwright", "sandbox", "supervise", "/state/default"], true);
        check(&["/bin/etcd", "--data-dir=/state/default2/etcd"], false);
        check(&["/usr/bin/kubectl", "--kubeconfig=/state/default/kubeconfig"], false);
        check(&["vim", "/state/default/logs/etcd.log"], false);
        check(&["/bin/stackwright", "sandbox", "down"], false);
        check(&[], false);
    }
}
