//! The commands on charts, and what is called for each.

use super::super::exit::ExitCode;
use super::super::run::{Context, Stop};
use super::{create, dependency, explain, lint, package, pull, push, registry, repo, search, seed, show, template, verify};
use clap::Subcommand;

/// The commands on charts.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Render a chart and print its manifests, as `helm template`
    Template(Box<template::Arguments>),
    /// Make a seed for `template --seed`: with it, passwords, keys, certificates and times are the same in every render
    Seed(seed::Arguments),
    /// Make a new chart, as `helm create`
    Create(create::Arguments),
    /// Say what is wrong with charts, as `helm lint`
    Lint(lint::Arguments),
    /// Say which template lines and values made a field, or which fields a value reaches
    Explain(Box<explain::Arguments>),
    /// Make archives of charts, as `helm package`
    Package(package::Arguments),
    /// Say who signed an archive, as `helm verify`
    Verify(verify::Arguments),
    /// Fetch archives of charts, as `helm pull`
    #[command(visible_alias = "fetch")]
    Pull(Box<pull::Arguments>),
    /// Put an archive of a chart into a registry, as `helm push`
    Push(Box<push::Arguments>),
    /// Look for charts, as `helm search`
    #[command(subcommand)]
    Search(search::Command),
    /// Work with Helm's list of repositories, as `helm repo`
    #[command(subcommand)]
    Repo(repo::Command),
    /// Log in at registries and out, as `helm registry`
    #[command(subcommand)]
    Registry(registry::Command),
    /// Show what is in a chart, as `helm show`
    #[command(subcommand, visible_alias = "inspect")]
    Show(show::Command),
    /// Work with the dependencies of a chart, as `helm dependency`
    #[command(subcommand, visible_aliases = ["dep", "dependencies"])]
    Dependency(dependency::Command),
}

/// Runs a command on charts.
pub(in crate::cli) async fn run(context: &mut Context, command: Command) -> Result<ExitCode, Stop> {
    match command {
        Command::Template(arguments) => template::run(context, *arguments).await,
        Command::Seed(arguments) => seed::run(context, &arguments),
        Command::Create(arguments) => create::run(context, arguments),
        Command::Lint(arguments) => lint::run(context, arguments),
        Command::Explain(arguments) => explain::run(context, *arguments).await,
        Command::Package(arguments) => package::run(context, arguments).await,
        Command::Verify(arguments) => verify::run(context, arguments),
        Command::Pull(arguments) => pull::run(context, *arguments).await,
        Command::Push(arguments) => push::run(context, *arguments).await,
        Command::Search(command) => search::run(context, command).await,
        Command::Repo(command) => repo::run(context, command).await,
        Command::Registry(command) => registry::run(context, command).await,
        Command::Show(command) => show::run(context, command).await,
        Command::Dependency(command) => dependency::run(context, command).await,
    }
}
