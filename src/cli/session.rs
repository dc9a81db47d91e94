//! From flags and environment to what the operations take; questions; interrupts.

use super::environment::Environment;
use super::flags::{ClusterFlags, StackFlags};
use super::run::{Context, Stop};
use super::switch::parse_bool;
use crate::cluster::ConnectOptions;
use crate::diag::Diagnostic;
use crate::execute::Interrupt;
use crate::ops::{Session, StackRequest};
use std::io::BufRead;
use std::path::PathBuf;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Makes a session for the stack that the flags name. helmfile's variables are honoured after flags.
pub(super) fn session(context: &Context, flags: StackFlags) -> Result<Session, Stop> {
    session_of(context, flags.over(&context.before))
}

/// As [`session`], with secrets of the stack that are made anew.
pub(super) fn rotating_session(context: &Context, flags: StackFlags, rotate: &[String]) -> Result<Session, Stop> {
    Ok(session(context, flags)?.rotating(rotate))
}

/// As [`session`], of flags that those before the command are part of already.
pub(super) fn session_of(context: &Context, flags: StackFlags) -> Result<Session, Stop> {
    let environment = &context.environment;
    let file = flags.file.or_else(|| environment.variable("HELMFILE_FILE_PATH").map(PathBuf::from));
    let request = StackRequest {
        file,
        environment: environment.or_variable(flags.environment, &["HELMFILE_ENVIRONMENT"]),
        selectors: flags.selector,
        state_values_files: flags.state_values_file,
        state_values: flags.state_values_set,
        state_values_strings: flags.state_values_set_string,
        namespace: environment.or_variable(flags.cluster.namespace.clone(), &["HELMFILE_NAMESPACE"]),
        kube_context: flags.cluster.kube_context.clone(),
        rotate: Vec::new(),
    };
    let session = Session::new(request, connect_options(environment, &flags.cluster), environment.variables.clone())?;
    Ok(session.hiding(context.shell.masks()))
}

/// Returns how to reach the cluster: flags first, then KUBECONFIG and Helm's variables, then what a pod finds.
pub(super) fn connect_options(environment: &Environment, flags: &ClusterFlags) -> ConnectOptions {
    let home = environment.variable("HOME").map(PathBuf::from);
    let list = match environment.variable("KUBECONFIG") {
        Some(list) => std::env::split_paths(list).filter(|path| !path.as_os_str().is_empty()).collect(),
        None => home.into_iter().map(|home| home.join(".kube").join("config")).collect(),
    };
    let in_cluster = environment.variable("KUBERNETES_SERVICE_HOST").map(|host| {
        let port = environment.variable("KUBERNETES_SERVICE_PORT").unwrap_or("443");
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    });
    let path = |flag: &Option<PathBuf>, name| flag.clone().or_else(|| environment.variable(name).map(PathBuf::from));
    let text = |flag: &Option<String>, name| environment.or_variable(flag.clone(), &[name]);
    let groups = match flags.kube_as_group.as_slice() {
        [] => environment.variable("HELM_KUBEASGROUPS").map(groups).unwrap_or_default(),
        given => given.to_vec(),
    };
    let skip_verify = environment.variable("HELM_KUBEINSECURE_SKIP_TLS_VERIFY").is_some_and(|text| parse_bool(text) == Ok(true));
    ConnectOptions {
        kubeconfig: flags.kubeconfig.clone(),
        kubeconfig_list: list,
        in_cluster,
        context: text(&flags.kube_context, "HELM_KUBECONTEXT"),
        namespace: text(&flags.namespace, "HELM_NAMESPACE"),
        server: text(&flags.kube_apiserver, "HELM_KUBEAPISERVER"),
        token: text(&flags.kube_token, "HELM_KUBETOKEN"),
        ca_file: path(&flags.kube_ca_file, "HELM_KUBECAFILE"),
        tls_server_name: text(&flags.kube_tls_server_name, "HELM_KUBETLS_SERVER_NAME"),
        insecure_skip_tls_verify: flags.kube_insecure_skip_tls_verify || skip_verify,
        impersonate: text(&flags.kube_as_user, "HELM_KUBEASUSER"),
        impersonate_groups: groups,
        ..ConnectOptions::default()
    }
}

/// Rule: helm pkg/cli/environment.go (`envCSV`).
fn groups(list: &str) -> Vec<String> {
    let list = list.trim_matches([',', ' ']);
    if list.is_empty() { Vec::new() } else { list.split(',').map(str::to_owned).collect() }
}

/// Asks a question on the terminal; only `y` and `yes` are a yes.
///
/// # Errors
/// Nobody can be asked, because standard input is no terminal.
pub(super) fn ask(context: &mut Context, question: &str) -> Result<bool, Stop> {
    if !context.environment.stdin_is_terminal {
        return Err(Diagnostic::error("this needs a yes, and standard input is no terminal")
            .help("give --yes to go on without a question")
            .into());
    }
    let err = context.shell.err();
    write!(err, "{question} [y/N] ")?;
    err.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// Raises the interrupt at the first Ctrl-C (or SIGTERM); the run then ends in order. A second one ends the process at once,
/// by the default action that the signal had.
pub(super) fn watch_interrupt(interrupt: Interrupt) -> JoinHandle<()> {
    tokio::spawn(async move {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut terminate), Ok(mut interrupted)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
            return;
        };
        for press in 1.. {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupted.recv() => {}
            }
            interrupt.raise();
            if press == 2 {
                leave();
            }
        }
    })
}

/// Ends the process at once: the user asked twice.
#[expect(clippy::exit, reason = "the second Ctrl-C asks for exactly this")]
fn leave() {
    std::process::exit(super::exit::ExitCode::Interrupted as i32);
}

/// Reads a duration: a number of seconds, or Go's form (`5m30s`).
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    let duration = crate::template::go_time::Duration::parse(text.as_bytes())
        .map_err(|_| format!("`{text}` is no duration; write seconds, or 5m30s"))?;
    u64::try_from(duration.0).map(Duration::from_nanos).map_err(|_| "a duration cannot be negative".to_owned())
}
