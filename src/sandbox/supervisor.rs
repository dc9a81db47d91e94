//! The process that owns a sandbox: it starts every other process, plays the kubelet, and ends everything when it is told to.

use super::behaviour::{self, Kubelet};
use super::binaries::Program;
use super::chaos;
use super::contents;
use super::control_plane::arguments;
use super::credentials::{self, Authority};
use super::error::Error;
use super::event::Event;
use super::kubeconfig;
use super::layout::Layout;
use super::nodes::{NodePlan, Nodes};
use super::ports::Ports;
use super::state::{Member, Orders, Phase, State};
use k8s_openapi::api::core::v1::{Node, ServiceAccount};
use kube::runtime::wait::{Condition, await_condition};
use kube::{Api, Client};
use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

/// As whom the kubelets that the supervisor plays write; the audit policy leaves them out.
const KUBELETS: &str = "kubelets";
/// How long the control plane may take to be ready; it takes 5 seconds on two idle cores.
const READY_TAKES: Duration = Duration::from_secs(120);
/// How often the API server is asked whether it answers. There is nothing to watch before it does.
const ASK_EVERY: Duration = Duration::from_millis(40);
/// How much of a log an error carries.
const LAST_LINES: usize = 15;
/// How often ports are looked for anew when another process takes one of them.
const START_ATTEMPTS: usize = 3;

/// Runs the sandbox in `folder` until it is told to end by SIGTERM or SIGINT, or by the end of standard input if its orders say so.
///
/// Events go to standard output, a line of JSON each, until the sandbox is ready.
///
/// # Errors
/// Whatever keeps the sandbox from coming up, and `ProcessEnded` when a part of it ends by itself; everything has ended then.
pub async fn supervise(folder: PathBuf) -> Result<(), Error> {
    // The terminal's signals are for whoever sits there, not for a sandbox in the background. It fails only where it is so already.
    let _ = rustix::process::setsid();
    let layout = Layout::at(folder);
    let orders = Orders::read(&layout)?;
    let mut processes = Processes::default();
    let result = tokio::select! {
        result = run(&layout, &orders, &mut processes) => result,
        result = told_to_end(&orders) => result,
    };
    processes.end().await;
    match &result {
        Err(error) => {
            let diagnostic = error.diagnostic();
            tell(&Event::Failed { reason: [vec![diagnostic.title], diagnostic.notes].concat().join("\n") });
        }
        Ok(()) if orders.ends_with_parent => {
            fs::remove_dir_all(layout.folder()).map_err(Error::file("removing", layout.folder()))?;
            fs::remove_file(layout.lock()).map_err(Error::file("removing", layout.lock()))?;
        }
        Ok(()) => {}
    }
    result
}

async fn told_to_end(orders: &Orders) -> Result<(), Error> {
    let listen = |kind| signal(kind).map_err(|source| Error::Spawn { program: "signal handler".to_owned(), source });
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        () = parent_ends(), if orders.ends_with_parent => {}
    }
    Ok(())
}

/// Returns when standard input has ended. A thread reads it, for a task that blocks would keep the runtime from ending.
async fn parent_ends() {
    let (sender, ended) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = sender.send(());
    });
    let _ = ended.await;
}

async fn run(layout: &Layout, orders: &Orders, processes: &mut Processes) -> Result<(), Error> {
    let started = Instant::now();
    fs::create_dir_all(layout.logs()).map_err(Error::file("making", layout.logs()))?;
    let authority = Authority::new()?;
    credentials::write(&authority, layout)?;
    fs::write(layout.kwok_stages(), include_str!("kwok-stages.yaml")).map_err(Error::file("writing", layout.kwok_stages()))?;
    fs::write(layout.audit_policy(), include_str!("audit-policy.yaml")).map_err(Error::file("writing", layout.audit_policy()))?;

    let mut sandbox = Startup { layout, orders, ports: Ports::find()?, processes };
    let state = sandbox.start_api_server(&authority).await?;
    let client = kubeconfig::client(&layout.kubeconfig_of(KUBELETS)).await?;
    let kubelet = Kubelet::listen(&authority).await?;
    for program in [Program::ControllerManager, Program::Scheduler, Program::Kwok] {
        sandbox.start(program)?;
    }
    contents::create(&client, &orders.nodes, kubelet.port()).await?;
    let mut behaviour = tokio::spawn(behaviour::run(client.clone(), kubelet));
    let ready = async {
        tokio::select! {
            result = wait_until_ready(&client, &orders.nodes) => result,
            error = sandbox.processes.first_end(layout) => Err(error),
        }
    };
    ready.await?;
    let state = State { phase: Phase::Ready, processes: sandbox.processes.members(), ..state };
    state.write(layout)?;
    tell(&Event::Ready { took: started.elapsed() });
    tokio::select! {
        error = processes.first_end(layout) => Err(error),
        error = troubled(&client, orders.chaos, layout) => Err(error),
        result = &mut behaviour => result.unwrap_or_else(|error| {
            Err(Error::Supervisor { reason: format!("the behaviour controller ended: {error}"), path: layout.log("supervisor") })
        }),
    }
}

/// Makes trouble where that is asked for; returns when it cannot.
async fn troubled(client: &Client, seed: Option<u64>, layout: &Layout) -> Error {
    match seed {
        Some(seed) => match chaos::run(client.clone(), seed, &layout.log("chaos")).await {
            Err(error) => error,
            Ok(()) => std::future::pending().await,
        },
        None => std::future::pending().await,
    }
}

/// What the start of the control plane works on.
struct Startup<'a> {
    layout: &'a Layout,
    orders: &'a Orders,
    ports: Ports,
    processes: &'a mut Processes,
}

impl Startup<'_> {
    /// Starts etcd and the API server, and waits until the API server answers.
    async fn start_api_server(&mut self, authority: &Authority) -> Result<State, Error> {
        let mut attempt = 1;
        loop {
            let server = format!("https://127.0.0.1:{}", self.ports.api_server);
            self.write_kubeconfigs(authority, &server)?;
            self.start(Program::Etcd)?;
            self.start(Program::ApiServer)?;
            let state = State {
                phase: Phase::Starting,
                supervisor: std::process::id(),
                server,
                kubeconfig: self.layout.kubeconfig(),
                nodes: self.orders.nodes.count(),
                processes: self.processes.members(),
            };
            state.write(self.layout)?;
            let client = kubeconfig::client(&self.layout.kubeconfig()).await?;
            let result = tokio::select! {
                result = wait_for_answer(&client) => result,
                error = self.processes.first_end(self.layout) => Err(error),
            };
            match result {
                Ok(()) => return Ok(state),
                Err(Error::ProcessEnded { log, .. }) if log.contains("address already in use") && attempt < START_ATTEMPTS => {
                    attempt += 1;
                    self.ports = Ports::find()?;
                    self.processes.end().await;
                    let etcd = self.layout.etcd();
                    if etcd.exists() {
                        fs::remove_dir_all(&etcd).map_err(Error::file("removing", etcd))?;
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn write_kubeconfigs(&self, authority: &Authority, server: &str) -> Result<(), Error> {
        let users = [
            (self.layout.kubeconfig(), "kubernetes-admin"),
            (self.layout.kubeconfig_of(Program::ControllerManager.name()), "system:kube-controller-manager"),
            (self.layout.kubeconfig_of(Program::Scheduler.name()), "system:kube-scheduler"),
            (self.layout.kubeconfig_of(Program::Kwok.name()), "kwok"),
            (self.layout.kubeconfig_of(KUBELETS), KUBELETS),
        ];
        let context = format!("stackwright-{}", self.orders.name);
        for (path, user) in users {
            kubeconfig::write(&path, &context, server, authority.certificate(), &authority.administrator(user)?)?;
        }
        Ok(())
    }

    fn start(&mut self, program: Program) -> Result<(), Error> {
        let spawn = |source| Error::Spawn { program: program.name().to_owned(), source };
        let path = self.orders.binaries.get(program.name()).ok_or_else(|| spawn(std::io::ErrorKind::NotFound.into()))?;
        let log = self.layout.log(program.name());
        let output = File::create(&log).map_err(Error::file("making", log))?;
        let errors = output.try_clone().map_err(spawn)?;
        let child = Command::new(path)
            .args(arguments(program, self.layout, &self.ports))
            .current_dir(self.layout.folder())
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .kill_on_drop(true)
            .spawn()
            .map_err(spawn)?;
        self.processes.0.push((program, child));
        tell(&Event::Started { process: program.name().to_owned() });
        Ok(())
    }
}

/// The processes that were started, in order.
#[derive(Default)]
struct Processes(Vec<(Program, Child)>);

impl Processes {
    fn members(&self) -> Vec<Member> {
        let ids = self.0.iter().filter_map(|(program, child)| Some((program, child.id()?)));
        ids.map(|(program, pid)| Member { name: program.name().to_owned(), pid }).collect()
    }

    /// Waits until one of them ends, which none should.
    async fn first_end(&mut self, layout: &Layout) -> Error {
        let waits = self.0.iter_mut().map(|(program, child)| {
            let program = *program;
            Box::pin(async move { (program, child.wait().await) })
        });
        let ((program, status), _, _) = futures_util::future::select_all(waits).await;
        let path = layout.log(program.name());
        let status = status.map_or_else(|error| error.to_string(), |status: ExitStatus| status.to_string());
        Error::ProcessEnded { program: program.name().to_owned(), status, log: last_lines(&path), path }
    }

    /// Kills all and waits until they are gone. Their data is thrown away, so there is nothing that they should finish.
    async fn end(&mut self) {
        let mut ending = JoinSet::new();
        for (_, mut child) in self.0.drain(..) {
            ending.spawn(async move { child.kill().await });
        }
        while ending.join_next().await.is_some() {}
    }
}

async fn wait_for_answer(client: &Client) -> Result<(), Error> {
    let answers = async {
        while client.apiserver_version().await.is_err() {
            tokio::time::sleep(ASK_EVERY).await;
        }
    };
    in_time("kube-apiserver", answers).await
}

/// Waits until a pod could be made and scheduled, and the API server calls itself ready.
async fn wait_until_ready(client: &Client, nodes: &Nodes) -> Result<(), Error> {
    let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), "default");
    let account_is_there = |account: Option<&ServiceAccount>| account.is_some();
    in_time("kube-controller-manager", await_condition(accounts, "default", account_is_there)).await.and_then(watched)?;
    for NodePlan { name, .. } in nodes.plans() {
        let api: Api<Node> = Api::all(client.clone());
        in_time(&name, await_condition(api, &name, is_schedulable())).await.and_then(watched)?;
    }
    in_time("readiness of kube-apiserver", async {
        while !is_ready(client).await {
            tokio::time::sleep(ASK_EVERY).await;
        }
    })
    .await
}

fn is_schedulable() -> impl Condition<Node> {
    |node: Option<&Node>| {
        node.is_some_and(|node| {
            let taints = node.spec.as_ref().and_then(|spec| spec.taints.as_ref());
            taints.is_none_or(|taints| taints.iter().all(|taint| !taint.key.starts_with("node.kubernetes.io/")))
        })
    }
}

async fn is_ready(client: &Client) -> bool {
    let request = http::Request::get("/readyz").body(Vec::new()).expect("a constant path makes a request");
    client.request_text(request).await.is_ok()
}

fn watched<T>(result: Result<T, kube::runtime::wait::Error>) -> Result<(), Error> {
    match result {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::Timeout { what: error.to_string(), after: READY_TAKES }),
    }
}

async fn in_time<T>(what: &str, future: impl Future<Output = T>) -> Result<T, Error> {
    let timeout = |_| Error::Timeout { what: what.to_owned(), after: READY_TAKES };
    let result = tokio::time::timeout(READY_TAKES, future).await.map_err(timeout)?;
    tell(&Event::Answers { part: what.to_owned() });
    Ok(result)
}

/// Tells whoever started this process; nobody may be listening any more, which is no reason to end.
fn tell(event: &Event) {
    if let Ok(line) = serde_json::to_string(event) {
        let _ = writeln!(std::io::stdout(), "{line}");
    }
}

fn last_lines(path: &std::path::Path) -> String {
    let text = fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
}
