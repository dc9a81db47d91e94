//! `stackwright chart registry`: logins at registries.

use super::super::exit::ExitCode;
use super::super::run::{Context, Stop};
use super::passphrase::{read_line, read_secret};
use crate::chart::Notice;
use crate::diag::Diagnostic;
use crate::ops;
use crate::source::{Credentials, Password, Repository};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What to do with logins.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Log in at a registry
    Login(Box<LoginArguments>),
    /// Forget the login at a registry
    Logout {
        /// The registry's host
        host: String,
    },
}

/// Arguments of `chart registry login`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct LoginArguments {
    /// The registry's host
    host: String,
    /// The name
    #[arg(short, long, value_name = "NAME", default_value = "", hide_default_value = true)]
    username: String,
    /// The password or token; asked for on a terminal unless given
    #[arg(short, long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    password: String,
    /// Read the password or token from standard input
    #[arg(long)]
    password_stdin: bool,
    /// Take any certificate of the server
    #[arg(long)]
    insecure: bool,
    /// Certificate authorities to trust beside the system's (PEM)
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Client certificate (PEM)
    #[arg(long, value_name = "FILE")]
    cert_file: Option<PathBuf>,
    /// Key of the client certificate (PEM)
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Ask without TLS
    #[arg(long)]
    plain_http: bool,
}

/// Runs a command on logins.
pub(super) async fn run(context: &mut Context, command: Command) -> Result<ExitCode, Stop> {
    match command {
        Command::Login(arguments) => login(context, *arguments).await?,
        Command::Logout { host } => {
            ops::registry_logout(&host, &context.environment.variables)?;
            writeln!(context.shell.out(), "Removing login credentials for {host}")?;
        }
    }
    Ok(ExitCode::Success)
}

async fn login(context: &mut Context, arguments: LoginArguments) -> Result<(), Stop> {
    let credentials = credentials(context, arguments.username, arguments.password, arguments.password_stdin)?;
    let access = Repository {
        credentials: Some(credentials),
        ca_file: arguments.ca_file,
        cert_file: arguments.cert_file,
        key_file: arguments.key_file,
        skip_tls_verify: arguments.insecure,
        plain_http: arguments.plain_http,
        ..Repository::default()
    };
    ops::registry_login(&arguments.host, &access, &context.environment.variables).await?;
    writeln!(context.shell.out(), "Login Succeeded")?;
    Ok(())
}

fn credentials(context: &mut Context, username: String, password: String, from_stdin: bool) -> Result<Credentials, Stop> {
    let credentials = |username, password: String| Credentials { username, password: Password::new(password) };
    if from_stdin {
        return Ok(credentials(username, read_secret("", true)?));
    }
    if !password.is_empty() {
        context.shell.note(&Notice::warn("using --password via the CLI is insecure. Use --password-stdin").to_string())?;
        return Ok(credentials(username, password));
    }
    let username = if username.is_empty() { read_line("Username: ")?.trim().to_owned() } else { username };
    let what = if username.is_empty() { "Token" } else { "Password" };
    let password = read_secret(&format!("{what}: "), false)?;
    if password.is_empty() {
        let words = format!("{} required", what.to_lowercase());
        return Err(Diagnostic::error(words.clone()).verbatim(words).into());
    }
    Ok(credentials(username, password))
}
