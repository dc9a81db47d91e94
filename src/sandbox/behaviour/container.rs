//! The life of one container.

use super::annotations::{Role, Script};
use super::dependencies;
use super::references;
use super::step::{LogChange, LogEntry, Notice, Step, after};
use super::world::World;
use k8s_openapi::api::core::v1::{Container, Pod};
use k8s_openapi::jiff::Timestamp;
use std::time::Duration;

/// How long an init container runs when nothing says otherwise.
const INIT_TAKES: Duration = Duration::from_millis(100);
/// How long a task runs when nothing says otherwise.
const TASK_TAKES: Duration = Duration::from_millis(300);
/// How long a container with a probe takes until the probe succeeds, when nothing says otherwise.
const PROBE_TAKES: Duration = Duration::from_millis(200);
/// How long a container that crashes runs before it does.
const CRASH_TAKES: Duration = Duration::from_millis(300);
/// How long an end is shown before the restart is thought of.
const END_SHOWS: Duration = Duration::from_millis(100);
/// The pauses before restarts and new tries to pull double from the first to the longest. A kubelet's go from 10 seconds to 5 minutes,
/// which is more than anyone wants to wait for in a sandbox.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How long a failed pull is shown as such.
const PULL_ERROR_SHOWS: Duration = Duration::from_millis(500);

/// What happens with a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It does not run.
    Waiting(Waiting),
    /// It runs.
    Running {
        /// Since when.
        since: Timestamp,
    },
    /// It ran, and will not again unless it is restarted.
    Ended(Ended),
}

/// Why a container does not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The kubelet's word for it.
    pub reason: &'static str,
    /// More words.
    pub message: Option<String>,
    until: Option<Timestamp>,
}

/// How a container ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its exit code.
    pub exit_code: i32,
    /// When it had started.
    pub since: Timestamp,
    /// When it ended.
    pub at: Timestamp,
}

/// How far a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It has something to do yet.
    Busy,
    /// It runs, and that is all that is asked of it.
    Runs,
    /// It has succeeded.
    Succeeded,
    /// It has failed and is not restarted.
    Failed,
}

/// What the life of a container looks at.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The pod.
    pub pod: &'a Pod,
    /// What its annotations say.
    pub script: &'a Script<'a>,
    /// What else there is.
    pub world: &'a World,
    /// The time.
    pub now: Timestamp,
    /// The containers of the same pod that are ready.
    pub ready: &'a [String],
}

/// The life of one container.
#[derive(Clone, Debug)]
pub struct ContainerLife {
    /// Its name.
    pub name: String,
    /// Which part of the pod it is.
    pub role: Role,
    /// What happens with it.
    pub state: State,
    /// How it ended the last time, if it was restarted.
    pub last: Option<Ended>,
    /// How often it was restarted.
    pub restarts: i32,
    /// Whether it is ready.
    pub ready: bool,
    /// Whether its startup probe has succeeded, if it has one.
    pub started: bool,
    failed_pulls: u32,
    said: Option<String>,
}

impl ContainerLife {
    /// Begins a life: the container waits.
    pub fn new(spec: &Container, role: Role, reason: &'static str) -> Self {
        ContainerLife {
            name: spec.name.clone(),
            role,
            state: State::Waiting(Waiting { reason, message: None, until: None }),
            last: None,
            restarts: 0,
            ready: false,
            started: false,
            failed_pulls: 0,
            said: None,
        }
    }

    /// Goes as far as possible at this time.
    pub fn advance(&mut self, spec: &Container, context: &Context<'_>, step: &mut Step) -> Progress {
        loop {
            let next = match &self.state {
                State::Waiting(_) => self.try_to_start(spec, context, step),
                State::Running { since } => self.run(*since, spec, context, step),
                State::Ended(ended) => {
                    let ended = ended.clone();
                    match self.progress_after(&ended, context.pod) {
                        Progress::Busy => self.restart(&ended, context, step),
                        progress => return progress,
                    }
                }
            };
            match next {
                Some(state) => self.state = state,
                None => break,
            }
        }
        self.look_at_readiness(spec, context, step);
        match (&self.state, self.role) {
            (State::Running { .. }, Role::Service) => Progress::Runs,
            (State::Running { .. }, Role::Sidecar) if self.started => Progress::Runs,
            _ => Progress::Busy,
        }
    }

    /// Ends the container with a code, if it runs.
    pub fn stop(&mut self, exit_code: i32, now: Timestamp, step: &mut Step) {
        if let State::Running { since } = self.state {
            self.state = self.end(exit_code, since, now, step);
        }
    }

    fn try_to_start(&mut self, spec: &Container, context: &Context<'_>, step: &mut Step) -> Option<State> {
        let State::Waiting(waiting) = &self.state else { return None };
        let image = spec.image.as_deref().unwrap_or_default();
        let pulling = matches!(waiting.reason, "ErrImagePull" | "ImagePullBackOff");
        let fails = context.script.image_pull_fails(self.role, &self.name);
        // A pause ends early only when what it was made for is mended.
        if let Some(until) = waiting.until.filter(|until| context.now < *until && (fails || !pulling)) {
            step.wake_at(until);
            return None;
        }
        if fails {
            return Some(self.fail_to_pull(image, context.now, step));
        }
        if let Some(missing) = references::missing_for_environment(spec, context.pod, context.world) {
            step.waits.push(missing.topic);
            step.notices.push(Notice { reason: "Failed", message: format!("Error: {}", missing.message) });
            let waiting = Waiting { reason: "CreateContainerConfigError", message: Some(missing.message), until: None };
            let next = State::Waiting(waiting);
            return (next != self.state).then_some(next);
        }
        self.failed_pulls = 0;
        self.restarts += i32::from(self.last.is_some());
        let lines = match context.script.log(self.role, &self.name) {
            Some(text) => text.lines().map(str::to_owned).collect(),
            None => vec![format!("simulated: nothing of {image} runs here")],
        };
        self.log(LogChange::Begins(lines), step);
        self.said = None;
        Some(State::Running { since: context.now })
    }

    fn fail_to_pull(&mut self, image: &str, now: Timestamp, step: &mut Step) -> State {
        let shown_as_error = matches!(&self.state, State::Waiting(Waiting { reason: "ErrImagePull", .. }));
        let (reason, message, pause) = if shown_as_error {
            let message = format!("Back-off pulling image {image:?}");
            step.notices.push(Notice { reason: "BackOff", message: message.clone() });
            ("ImagePullBackOff", message, pause(self.failed_pulls))
        } else {
            self.failed_pulls += 1;
            let message = format!("failed to pull image {image:?}: the sandbox was told to fail");
            step.notices
                .push(Notice { reason: "Failed", message: format!("Failed to pull image {image:?}: the sandbox was told to fail") });
            ("ErrImagePull", message, PULL_ERROR_SHOWS)
        };
        let until = after(now, pause);
        step.wake_at(until);
        State::Waiting(Waiting { reason, message: Some(message), until: Some(until) })
    }

    fn run(&mut self, since: Timestamp, spec: &Container, context: &Context<'_>, step: &mut Step) -> Option<State> {
        let script = context.script;
        if self.role == Role::Init && self.waits(spec, context, step) {
            return None;
        }
        let crashes = script.crash_loops(self.role, &self.name);
        let exit_code = script.exit_code(self.role, &self.name);
        let duration = script.duration(self.role, &self.name);
        let (takes, exit_code) = match self.role {
            _ if crashes => (CRASH_TAKES, exit_code.unwrap_or(1)),
            _ if script.hangs(self.role, &self.name) => return None,
            Role::Init => (duration.unwrap_or(INIT_TAKES), exit_code.unwrap_or(0)),
            Role::Task => (duration.unwrap_or(TASK_TAKES), exit_code.unwrap_or(0)),
            Role::Sidecar | Role::Service => (duration.unwrap_or(CRASH_TAKES), exit_code?),
        };
        let end = after(since, takes);
        if context.now < end {
            step.wake_at(end);
            return None;
        }
        Some(self.end(exit_code, since, context.now, step))
    }

    /// Says whether a container of kubernetes-entrypoint has to wait, and logs for what.
    fn waits(&mut self, spec: &Container, context: &Context<'_>, step: &mut Step) -> bool {
        let is_ready = |name: &str| context.ready.iter().any(|ready| ready == name);
        let mut missing = Vec::new();
        for dependency in dependencies::read(spec, context.pod) {
            if let Some(what) = dependency.missing(context.pod, context.world, is_ready) {
                step.waits.extend(dependency.topics());
                missing.push(what);
            }
        }
        let saying = if missing.is_empty() { None } else { Some(format!("waiting: {}", missing.join("; "))) };
        if saying != self.said {
            let line = saying.clone().unwrap_or_else(|| "everything is there".to_owned());
            self.log(LogChange::Line(line), step);
            self.said = saying;
        }
        !missing.is_empty()
    }

    fn end(&mut self, exit_code: i32, since: Timestamp, at: Timestamp, step: &mut Step) -> State {
        self.log(LogChange::Ends, step);
        self.ready = self.role == Role::Init && exit_code == 0;
        self.started = false;
        State::Ended(Ended { exit_code, since, at })
    }

    fn progress_after(&self, ended: &Ended, pod: &Pod) -> Progress {
        let policy = pod.spec.as_ref().and_then(|spec| spec.restart_policy.as_deref()).unwrap_or("Always");
        match self.role {
            Role::Init | Role::Task if ended.exit_code == 0 => Progress::Succeeded,
            Role::Init | Role::Task if policy == "Never" => Progress::Failed,
            _ => Progress::Busy,
        }
    }

    fn restart(&mut self, ended: &Ended, context: &Context<'_>, step: &mut Step) -> Option<State> {
        let shown = after(ended.at, END_SHOWS);
        if context.now < shown {
            step.wake_at(shown);
            return None;
        }
        self.last = Some(ended.clone());
        if self.restarts == 0 {
            return Some(State::Waiting(Waiting { reason: "ContainerCreating", message: None, until: None }));
        }
        let pause = pause(self.restarts.unsigned_abs());
        let pod = context.pod;
        let name = pod.metadata.name.as_deref().unwrap_or_default();
        let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
        let uid = pod.metadata.uid.as_deref().unwrap_or_default();
        let message = format!("back-off {}s restarting failed container={} pod={name}_{namespace}({uid})", pause.as_secs(), self.name);
        let notice = format!("Back-off restarting failed container {} in pod {name}_{namespace}({uid})", self.name);
        step.notices.push(Notice { reason: "BackOff", message: notice });
        Some(State::Waiting(Waiting { reason: "CrashLoopBackOff", message: Some(message), until: Some(after(context.now, pause)) }))
    }

    fn look_at_readiness(&mut self, spec: &Container, context: &Context<'_>, step: &mut Step) {
        let State::Running { since } = self.state else {
            self.ready = matches!(&self.state, State::Ended(ended) if self.role == Role::Init && ended.exit_code == 0);
            self.started = false;
            return;
        };
        let script = context.script;
        let probed = spec.readiness_probe.is_some() || spec.startup_probe.is_some();
        let takes = match self.role {
            Role::Init | Role::Task => Duration::ZERO,
            Role::Sidecar | Role::Service => {
                script.duration(self.role, &self.name).unwrap_or(if probed { PROBE_TAKES } else { Duration::ZERO })
            }
        };
        let moment = after(since, takes);
        let hangs = script.hangs(self.role, &self.name) && self.role != Role::Task;
        let held = hangs || script.never_ready(self.role, &self.name);
        let reached = context.now >= moment;
        if !reached {
            step.wake_at(moment);
        } else if held && spec.readiness_probe.is_some() {
            step.notices.push(Notice { reason: "Unhealthy", message: "Readiness probe failed: the sandbox was told to fail".to_owned() });
        }
        self.started = spec.startup_probe.is_none() || (reached && !hangs);
        self.ready = self.role != Role::Init && reached && !held;
    }

    fn log(&self, what: LogChange, step: &mut Step) {
        step.log.push(LogEntry { container: self.name.clone(), what });
    }
}

fn pause(times: u32) -> Duration {
    let factor = 2_u32.saturating_pow(times.saturating_sub(1));
    FIRST_PAUSE.saturating_mul(factor).min(LONGEST_PAUSE)
}
