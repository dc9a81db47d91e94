//! Brings sandboxes up and down, and says how they are.

use super::binaries;
use super::error::Error;
use super::event::Event;
use super::kubeconfig;
use super::layout::Layout;
use super::options::{Folders, Lifetime, Options, SandboxName};
use super::process;
use super::state::{Orders, Phase, State};
use serde::Serialize;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};

/// How long a supervisor may take to end everything before it is killed.
const END_TAKES: Duration = Duration::from_secs(20);

/// A sandbox that is up.
#[derive(Debug)]
pub struct Sandbox {
    state: State,
    /// With `Lifetime::Parent`: the sandbox ends when this closes.
    _lifeline: Option<ChildStdin>,
}

impl Sandbox {
    /// Returns the path of the kubeconfig; its context is `stackwright-NAME`.
    pub fn kubeconfig(&self) -> &Path {
        &self.state.kubeconfig
    }

    /// Returns the path of the API server's audit log: an `audit.k8s.io/v1` Event a line for each write of a user.
    pub fn audit_log(&self) -> PathBuf {
        let folder = self.state.kubeconfig.parent().map(Path::to_owned).unwrap_or_default();
        Layout::at(folder).audit_log()
    }

    /// Returns the API server's address.
    pub fn server(&self) -> &str {
        &self.state.server
    }

    /// Makes a client of a cluster administrator.
    ///
    /// # Errors
    /// `Kubeconfig` and `Api` when the sandbox has gone in the meantime.
    pub async fn client(&self) -> Result<kube::Client, Error> {
        kubeconfig::client(self.kubeconfig()).await
    }
}

/// How a sandbox is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "status")]
pub enum Status {
    /// It is up, or on its way.
    Running(State),
    /// Its supervisor has gone without ending it.
    Broken {
        /// How many of its processes are still there.
        processes: usize,
    },
    /// There is none.
    Down,
}

/// Brings a sandbox up and returns when it is ready; one that is up already is left as it is.
///
/// What an earlier supervisor left behind when it was killed is ended first.
///
/// # Errors
/// Of the binaries (`GoMissing`, `Build`), of the start (`Supervisor`), and `File`.
pub async fn up(options: &Options, events: impl Fn(Event) + Sync) -> Result<Sandbox, Error> {
    options.check()?;
    let layout = Layout::of(&options.folders, &options.name);
    fs::create_dir_all(&options.folders.state).map_err(Error::file("making", &options.folders.state))?;
    let _lock = lock(&layout).await?;
    if let Status::Running(state) = look(&layout)?
        && state.phase == Phase::Ready
    {
        events(Event::AlreadyUp);
        return Ok(Sandbox { state, _lifeline: None });
    }
    clear(&layout, &events).await?;
    let found = binaries::find(options.assets.as_deref(), &options.folders.cache, &events).await?;
    fs::create_dir_all(layout.logs()).map_err(Error::file("making", layout.logs()))?;
    let orders = Orders {
        name: options.name.to_string(),
        binaries: found.into_iter().map(|(program, path)| (program.name().to_owned(), path)).collect(),
        nodes: options.nodes.clone(),
        chaos: options.chaos,
        ends_with_parent: options.lifetime == Lifetime::Parent,
    };
    orders.write(&layout)?;
    let supervisor = start_supervisor(options, &layout)?;
    wait_until_ready(supervisor, &layout, options.lifetime, &events).await
}

/// Ends a sandbox, whatever is left of it, and removes its folder; returns when all its processes are gone. One that is down stays down.
///
/// # Errors
/// `Stubborn` when a process does not end, and `File`.
pub async fn down(folders: &Folders, name: &SandboxName, events: impl Fn(Event) + Sync) -> Result<(), Error> {
    let layout = Layout::of(folders, name);
    if !folders.state.exists() {
        return Ok(());
    }
    let _lock = lock(&layout).await?;
    clear(&layout, &events).await?;
    remove_if_there(fs::remove_file(layout.lock()), &layout.lock())?;
    events(Event::Down);
    Ok(())
}

/// Says how a sandbox is.
///
/// # Errors
/// `Processes` and `File`.
pub fn status(folders: &Folders, name: &SandboxName) -> Result<Status, Error> {
    look(&Layout::of(folders, name))
}

/// Ends what is left of every sandbox under `folders.state` whose supervisor has gone; for test runs, which may be killed.
///
/// # Errors
/// As `down`.
pub async fn sweep(folders: &Folders) -> Result<(), Error> {
    let Ok(entries) = fs::read_dir(&folders.state) else { return Ok(()) };
    for entry in entries.filter_map(Result::ok) {
        let Some(name) = entry.file_name().to_str().and_then(|name| name.parse::<SandboxName>().ok()) else { continue };
        if let Status::Broken { .. } = status(folders, &name)? {
            down(folders, &name, |_| {}).await?;
        }
    }
    Ok(())
}

fn look(layout: &Layout) -> Result<Status, Error> {
    let processes = process::of_sandbox(layout.folder())?;
    if processes.iter().any(process::Process::is_supervisor)
        && let Some(state) = State::read(layout)?
    {
        return Ok(Status::Running(state));
    }
    if processes.is_empty() && !layout.folder().exists() { Ok(Status::Down) } else { Ok(Status::Broken { processes: processes.len() }) }
}

/// Ends what there is, supervisor first, and removes the folder.
async fn clear(layout: &Layout, events: &(dyn Fn(Event) + Sync)) -> Result<(), Error> {
    let processes = process::of_sandbox(layout.folder())?;
    let (supervisors, _): (Vec<_>, Vec<_>) = processes.into_iter().partition(process::Process::is_supervisor);
    process::end(layout.folder(), &supervisors, END_TAKES).await?;
    let leftovers = process::of_sandbox(layout.folder())?;
    if !leftovers.is_empty() {
        process::end(layout.folder(), &leftovers, Duration::ZERO).await?;
        events(Event::LeftoversEnded { processes: leftovers.len() });
    }
    remove_if_there(fs::remove_dir_all(layout.folder()), layout.folder())
}

fn remove_if_there(result: io::Result<()>, path: &Path) -> Result<(), Error> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::file("removing", path)(error)),
        _ => Ok(()),
    }
}

/// Takes the lock of a sandbox. `down` removes the file while it holds the lock, so a lock that was waited for may be one on a file that
/// nobody else will find; then it is taken anew.
async fn lock(layout: &Layout) -> Result<File, Error> {
    let path = layout.lock();
    let locking = path.clone();
    let locked = tokio::task::spawn_blocking(move || {
        loop {
            let file = File::create(&locking)?;
            file.lock()?;
            let current = fs::metadata(&locking).map(|metadata| metadata.ino()).ok();
            if current == Some(file.metadata()?.ino()) {
                return Ok(file);
            }
        }
    });
    locked.await.map_err(io::Error::other).and_then(|result| result).map_err(Error::file("locking", path))
}

fn start_supervisor(options: &Options, layout: &Layout) -> Result<Child, Error> {
    let log = layout.log("supervisor");
    let errors = File::create(&log).map_err(Error::file("making", log))?;
    let input = if options.lifetime == Lifetime::Parent { Stdio::piped() } else { Stdio::null() };
    Command::new(&options.program)
        .args(["sandbox", "supervise"])
        .arg(layout.folder())
        // Nothing of the caller's settings may reach a process that outlives it.
        .env_remove("KUBECONFIG")
        .current_dir(layout.folder())
        .stdin(input)
        .stdout(Stdio::piped())
        .stderr(errors)
        .spawn()
        .map_err(|source| Error::Spawn { program: options.program.display().to_string(), source })
}

/// Passes on what the supervisor tells until it is ready.
async fn wait_until_ready(
    mut supervisor: Child,
    layout: &Layout,
    lifetime: Lifetime,
    events: &(dyn Fn(Event) + Sync),
) -> Result<Sandbox, Error> {
    let output = supervisor.stdout.take().expect("the supervisor's output was asked for as a pipe");
    let mut lines = BufReader::new(output).lines();
    let mut reason = None;
    while let Ok(Some(line)) = lines.next_line().await {
        let Ok(event) = serde_json::from_str::<Event>(&line) else { continue };
        events(event.clone());
        match event {
            Event::Ready { .. } => {
                let state = State::read(layout)?.ok_or_else(|| failed(layout, None))?;
                let lifeline = if lifetime == Lifetime::Parent { supervisor.stdin.take() } else { None };
                return Ok(Sandbox { state, _lifeline: lifeline });
            }
            Event::Failed { reason: why } => reason = Some(why),
            _ => {}
        }
    }
    // Whatever it says, it is not there any more.
    let _ = supervisor.wait().await;
    Err(failed(layout, reason))
}

fn failed(layout: &Layout, reason: Option<String>) -> Error {
    let path: PathBuf = layout.log("supervisor");
    let last_words = || fs::read_to_string(&path).ok().filter(|log| !log.is_empty());
    let reason = reason.or_else(last_words).unwrap_or_else(|| "the supervisor ended without a word".to_owned());
    Error::Supervisor { reason, path }
}
