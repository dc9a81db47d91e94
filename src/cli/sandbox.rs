//! `stackwright sandbox`: a Kubernetes control plane on this machine to try stacks on.

use crate::sandbox::{self, Error, Event, Folders, Nodes, Options, SandboxName, Status};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use std::io::{self, Write};
use std::path::PathBuf;

/// What to do with a sandbox.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Bring a sandbox up; the first time builds its binaries with Go
    Up {
        /// Which sandbox
        #[command(flatten)]
        chosen: Chosen,
        /// How many nodes it has; or how many of which class, of which control, compute, network and storage carry the labels that charts
        /// of openstack-helm select
        #[arg(long, default_value = "3", value_name = "NUMBER|CLASS=NUMBER,...")]
        nodes: Nodes,
        /// Kill a pod every 2 seconds, and take a node away for 10 seconds every 20; the seed decides which
        #[arg(long, value_name = "SEED", num_args = 0..=1, require_equals = true, default_missing_value = "1")]
        chaos: Option<u64>,
        /// Folder of ready binaries, as envtest has it; what is missing there is built
        #[arg(long, env = "KUBEBUILDER_ASSETS", value_name = "FOLDER")]
        assets: Option<PathBuf>,
        /// How to write the answer
        #[arg(long, short, value_enum, default_value_t, value_name = "FORMAT")]
        output: Output,
    },
    /// Say whether a sandbox is up
    Status {
        /// Which sandbox
        #[command(flatten)]
        chosen: Chosen,
        /// How to write the answer
        #[arg(long, short, value_enum, default_value_t, value_name = "FORMAT")]
        output: Output,
    },
    /// End a sandbox and remove all that is in it
    Down {
        /// Which sandbox
        #[command(flatten)]
        chosen: Chosen,
    },
    /// Write the path of a sandbox's kubeconfig: `export KUBECONFIG=$(stackwright sandbox kubeconfig)`
    Kubeconfig {
        /// Which sandbox
        #[command(flatten)]
        chosen: Chosen,
    },
    /// Own the processes of a sandbox; `up` runs this
    #[command(hide = true)]
    Supervise {
        /// The sandbox's folder
        folder: PathBuf,
    },
}

/// Which sandbox.
#[derive(Debug, Args)]
pub struct Chosen {
    /// Name of the sandbox; several run side by side
    #[arg(long, default_value = "default", value_name = "NAME")]
    name: SandboxName,
}

/// How to write an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// Words
    #[default]
    Text,
    /// One JSON object
    Json,
}

/// Runs the command. Answers go to standard output, what happens on the way to standard error.
///
/// # Errors
/// Those of the sandbox, and `Output` when an answer cannot be written.
pub async fn run(command: Command) -> Result<(), Error> {
    match command {
        Command::Up { chosen, nodes, chaos, assets, output } => {
            let program = std::env::current_exe().map_err(|source| Error::Spawn { program: "stackwright".to_owned(), source })?;
            let assets = assets.filter(|folder| !folder.as_os_str().is_empty());
            up(&Options { name: chosen.name, nodes, chaos, assets, ..Options::new(Folders::of_user()?, program) }, output).await
        }
        Command::Status { chosen, output } => status(&chosen.name, output),
        Command::Down { chosen } => sandbox::down(&Folders::of_user()?, &chosen.name, show).await,
        Command::Kubeconfig { chosen } => kubeconfig(&chosen.name),
        Command::Supervise { folder } => sandbox::supervise(folder).await,
    }
}

async fn up(options: &Options, output: Output) -> Result<(), Error> {
    let sandbox = sandbox::up(options, show).await?;
    match output {
        Output::Text => answer(&format!("export KUBECONFIG={}", sandbox.kubeconfig().display())),
        Output::Json => answer(&json!({"kubeconfig": sandbox.kubeconfig(), "server": sandbox.server()}).to_string()),
    }
}

fn status(name: &SandboxName, output: Output) -> Result<(), Error> {
    let status = sandbox::status(&Folders::of_user()?, name)?;
    match (output, &status) {
        (Output::Json, _) => answer(&json!(status).to_string()),
        (Output::Text, Status::Down) => answer("down"),
        (Output::Text, Status::Broken { processes }) => {
            answer(&format!("broken: its supervisor is gone, {processes} of its processes are left; `sandbox down` ends them"))
        }
        (Output::Text, Status::Running(state)) => {
            let phase = if state.phase == sandbox::Phase::Ready { "up" } else { "starting" };
            answer(&format!("{phase} at {}, nodes: {}, kubeconfig: {}", state.server, state.nodes, state.kubeconfig.display()))
        }
    }
}

fn kubeconfig(name: &SandboxName) -> Result<(), Error> {
    match sandbox::status(&Folders::of_user()?, name)? {
        Status::Running(state) => answer(&state.kubeconfig.display().to_string()),
        Status::Broken { .. } | Status::Down => Err(Error::NotFound { name: name.to_string() }),
    }
}

fn answer(text: &str) -> Result<(), Error> {
    writeln!(io::stdout(), "{text}").map_err(Error::Output)
}

/// Tells what happens on the way; that nobody reads it is no reason to stop.
fn show(event: Event) {
    let text = match event {
        Event::WaitingForBuild { lock } => format!("waiting for another build ({})", lock.display()),
        Event::BuildStarted { program, version } => format!("building {program} {version}"),
        Event::BuildFinished { program, took } => format!("built {program} in {} s", took.as_secs()),
        Event::LeftoversEnded { processes } => format!("ended {processes} processes that were left behind"),
        Event::AlreadyUp => "already up".to_owned(),
        Event::Ready { took } => format!("ready in {:.1} s", took.as_secs_f64()),
        Event::Down => "down".to_owned(),
        Event::Started { .. } | Event::Answers { .. } | Event::Failed { .. } => return,
    };
    let _ = writeln!(io::stderr(), "{text}");
}
