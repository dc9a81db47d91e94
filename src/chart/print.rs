//! What `helm template` prints.

use super::error::Error;
use super::load::path_match;
use super::render::Rendered;
use crate::manifest::{HookEvent, split, write_document};

/// What to print.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrintOptions {
    /// Print these templates only, by path below the chart or pattern.
    pub show_only: Vec<String>,
    /// Print the files of `crds/` too.
    pub include_crds: bool,
    /// Leave out test hooks.
    pub skip_tests: bool,
    /// Leave out all hooks.
    pub no_hooks: bool,
    /// Print no Secrets.
    pub hide_secrets: bool,
}

/// Returns the text that `helm template` prints.
///
/// # Errors
/// A pattern of `show_only` that no template matches.
pub fn print_template(rendered: &Rendered, options: &PrintOptions) -> Result<String, Error> {
    let mut objects = String::new();
    if options.include_crds {
        for crd in &rendered.crds {
            write_document(&mut objects, &crd.path, &crd.text());
        }
    }
    for document in &rendered.manifest.documents {
        if options.hide_secrets && document.head.kind == "Secret" && document.head.api_version == "v1" {
            objects.push_str(&format!("---\n# Source: {}\n# HIDDEN: The Secret output has been suppressed\n", document.source));
        } else {
            write_document(&mut objects, &document.source, &document.text);
        }
    }
    let mut text = format!("{}\n", objects.trim());
    for (source, hook) in hooks(rendered, options) {
        write_document(&mut text, source, hook);
    }
    if options.show_only.is_empty() { Ok(text) } else { show_only(&text, &options.show_only) }
}

fn hooks<'r>(rendered: &'r Rendered, options: &PrintOptions) -> impl Iterator<Item = (&'r str, &'r str)> {
    let (no_hooks, skip_tests) = (options.no_hooks, options.skip_tests);
    let shown = move |hook: &&'r crate::manifest::Hook| !(no_hooks || skip_tests && hook.events.contains(&HookEvent::Test));
    rendered.manifest.hooks.iter().filter(shown).map(|hook| (hook.document.source.as_str(), hook.document.text.as_str()))
}

/// Returns the documents of a printed text whose templates match, in the order of the patterns.
///
/// # Errors
/// A pattern that no template matches.
pub fn show_only(text: &str, patterns: &[String]) -> Result<String, Error> {
    let documents = split(text);
    let mut shown = String::new();
    for pattern in patterns {
        let matches = |document: &&&str| template_of(document).is_some_and(|path| path_match(pattern, path) == Ok(true));
        let before = shown.len();
        for document in documents.iter().filter(matches) {
            shown.push_str("---\n");
            shown.push_str(document);
            shown.push('\n');
        }
        if shown.len() == before {
            return Err(Error::NoSuchTemplate { pattern: pattern.clone() });
        }
    }
    Ok(shown)
}

/// Returns the path of a printed document's template, without the chart's name.
fn template_of(document: &str) -> Option<&str> {
    let (_, source) = document.split_once("# Source: ")?;
    let (chart, path) = source.split_once('/')?;
    let path = path.lines().next()?;
    (!chart.is_empty() && !path.is_empty()).then_some(path)
}

/// How a file of an output folder is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteMode {
    /// It is made anew.
    Create,
    /// It was written before in this run, and grows.
    Append,
    /// It grows if it is there, from whenever.
    AppendIfThere,
}

/// One write into an output folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// The path below the folder.
    pub path: String,
    /// Whether the path goes below a folder of the release's name, where the user wants one.
    pub below_release: bool,
    /// How.
    pub mode: WriteMode,
    /// What.
    pub text: String,
}

/// Returns what `helm template --output-dir` writes, in order.
pub fn output_files(rendered: &Rendered, options: &PrintOptions) -> Vec<OutputFile> {
    let mut files: Vec<OutputFile> = Vec::new();
    let crds = rendered.crds.iter().filter(|_| options.include_crds);
    for crd in crds {
        push(&mut files, &crd.path, &crd.text(), false, WriteMode::Create);
    }
    for document in &rendered.manifest.documents {
        push(&mut files, &document.source, &document.text, true, WriteMode::Create);
    }
    for (source, text) in hooks(rendered, options) {
        push(&mut files, source, text, true, WriteMode::AppendIfThere);
    }
    files
}

fn push(files: &mut Vec<OutputFile>, path: &str, text: &str, below_release: bool, first: WriteMode) {
    let is_known = files.iter().any(|file| file.path == path && file.below_release == below_release);
    let mode = if is_known { WriteMode::Append } else { first };
    let mut written = String::new();
    write_document(&mut written, path, text);
    files.push(OutputFile { path: path.to_owned(), below_release, mode, text: written });
}
