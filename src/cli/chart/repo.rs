//! `stackwright chart repo`: Helm's list of chart repositories.

use super::super::exit::ExitCode;
use super::super::flags::TableFormat;
use super::super::run::{Context, Stop};
use super::passphrase::read_secret;
use crate::ops::{self, Added};
use crate::report::{write_repositories, write_repositories_encoded};
use crate::source::{Credentials, Password, Repository};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What to do with repositories.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Add a repository
    Add(Box<AddArguments>),
    /// List the repositories
    #[command(visible_alias = "ls")]
    List(ListArguments),
    /// Fetch what the repositories have now
    #[command(visible_alias = "up")]
    Update {
        /// Repositories; all of them unless given
        names: Vec<String>,
    },
    /// Write the index of a folder of archives, for a server to hand out
    Index(IndexArguments),
    /// Remove repositories
    #[command(visible_alias = "rm")]
    Remove {
        /// Repositories
        #[arg(required = true)]
        names: Vec<String>,
    },
}

/// Arguments of `chart repo add`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct AddArguments {
    /// Name for the repository
    name: String,
    /// Its address
    url: String,
    /// Who asks the repository
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    username: String,
    /// The password; asked for on a terminal unless given
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    password: String,
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
    /// Replace a repository of this name
    #[arg(long)]
    force_update: bool,
    /// Take repositories that are gone for good
    #[arg(long)]
    allow_deprecated_repos: bool,
    /// Send the name and password to other hosts than the repository's too
    #[arg(long)]
    pass_credentials: bool,
    /// Certificate authorities to trust beside the system's (PEM)
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Client certificate (PEM)
    #[arg(long, value_name = "FILE")]
    cert_file: Option<PathBuf>,
    /// Key of the client certificate (PEM)
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Take any certificate of the server
    #[arg(long)]
    insecure_skip_tls_verify: bool,
}

/// Arguments of `chart repo list`.
#[derive(Args, Debug)]
pub(in crate::cli) struct ListArguments {
    /// Leave the line with the columns' names out
    #[arg(long)]
    no_headers: bool,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: TableFormat,
}

/// Arguments of `chart repo index`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct IndexArguments {
    /// Folder of the archives
    folder: PathBuf,
    /// Address that the folder will have
    #[arg(long, value_name = "URL", default_value = "", hide_default_value = true)]
    url: String,
    /// Index whose other charts are taken over
    #[arg(long, value_name = "FILE")]
    merge: Option<PathBuf>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// Runs a command on repositories.
pub(super) async fn run(context: &mut Context, command: Command) -> Result<ExitCode, Stop> {
    let variables = context.environment.variables.clone();
    match command {
        Command::Add(arguments) => return add(context, *arguments).await,
        Command::List(arguments) => list(context, &arguments)?,
        Command::Update { names } => {
            let mut written = Ok(());
            let out = context.shell.out();
            let mut say = |line: &str| written = std::mem::replace(&mut written, Ok(())).and_then(|()| writeln!(out, "{line}"));
            let updated = ops::update_repositories(&names, &variables, &mut say).await;
            written?;
            updated?;
        }
        Command::Index(arguments) => {
            let merge = arguments.merge.filter(|path| !path.as_os_str().is_empty());
            let request =
                ops::RepositoryIndexRequest { folder: arguments.folder, url: arguments.url, merge, json: arguments.json, variables };
            for notice in ops::index_repository(&request)? {
                context.shell.note(&notice.to_string())?;
            }
        }
        Command::Remove { names } => {
            let mut written = Ok(());
            let out = context.shell.out();
            let mut say = |line: &str| written = std::mem::replace(&mut written, Ok(())).and_then(|()| writeln!(out, "{line}"));
            let removed = ops::remove_repositories(&names, &variables, &mut say);
            written?;
            removed?;
        }
    }
    Ok(ExitCode::Success)
}

async fn add(context: &mut Context, arguments: AddArguments) -> Result<ExitCode, Stop> {
    let mut password = arguments.password;
    if !arguments.username.is_empty() && password.is_empty() {
        password = read_secret("Password: ", arguments.password_stdin)?;
    }
    let is_known = !arguments.username.is_empty() || !password.is_empty();
    let repository = Repository {
        name: arguments.name.clone(),
        credentials: is_known.then(|| Credentials { username: arguments.username, password: Password::new(password) }),
        pass_credentials: arguments.pass_credentials,
        ca_file: arguments.ca_file,
        cert_file: arguments.cert_file,
        key_file: arguments.key_file,
        skip_tls_verify: arguments.insecure_skip_tls_verify,
        ..Repository::at(arguments.url)
    };
    let addition = ops::RepositoryAddition { repository, replace: arguments.force_update, gone_is_fine: arguments.allow_deprecated_repos };
    let name = crate::value::quote(arguments.name.as_bytes());
    match ops::add_repository(&addition, &context.environment.variables).await? {
        Added::Added => writeln!(context.shell.out(), "{name} has been added to your repositories")?,
        Added::Known => writeln!(context.shell.out(), "{name} already exists with the same configuration, skipping")?,
    }
    Ok(ExitCode::Success)
}

fn list(context: &mut Context, arguments: &ListArguments) -> Result<(), Stop> {
    let repositories = ops::repositories(&context.environment.variables);
    match arguments.output.encoding() {
        None if repositories.is_empty() => context.shell.note("no repositories to show")?,
        None => write_repositories(context.shell.out(), &repositories, !arguments.no_headers)?,
        Some(encoding) => write_repositories_encoded(context.shell.out(), &repositories, encoding)?,
    }
    Ok(())
}
