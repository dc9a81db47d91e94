//! Programs that change what a chart renders to: Helm 4's plugins, and plain programs as Helm 3 took them.

use super::expand::expand;
use crate::chart::PostRender;
use crate::value::Value;
use crate::yaml;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program that is started for a render.
#[derive(Clone, Debug)]
pub(super) struct PostRenderer {
    /// The name of the plugin; none for a plain program.
    plugin: Option<(String, PathBuf)>,
    program: String,
    arguments: Vec<String>,
    variables: BTreeMap<String, String>,
    /// Where it runs; none is where this process does.
    folder: Option<PathBuf>,
}

impl PostRenderer {
    /// Finds the program of a release of a stack: a plugin, else a program whose path starts from the stack file's folder. It runs there.
    ///
    /// Rule: helmfile runs Helm in the state file's folder, and names a script (`a/b.sh`) to it as the plugin `b`.
    ///
    /// # Errors
    /// There is neither.
    pub(super) fn of_release(
        command: &str,
        arguments: &[String],
        folder: &Path,
        variables: &BTreeMap<String, String>,
    ) -> Result<PostRenderer, String> {
        let folder = std::path::absolute(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let script = command.strip_suffix(".sh").or_else(|| command.strip_suffix(".bash"));
        let plugin = script.map_or(command, |path| path.rsplit('/').next().unwrap_or(path));
        let mut found = plugin_named(plugin, arguments, variables)?;
        if found.is_none() {
            let path = if command.contains('/') { folder.join(command).display().to_string() } else { command.to_owned() };
            found = program(&path, variables).map(|program| PostRenderer::program(&program, arguments, variables));
        }
        let not_found = || format!("the post-renderer {command:?} is neither a plugin of Helm nor a program");
        found.map(|found| PostRenderer { folder: Some(folder), ..found }).ok_or_else(not_found)
    }

    /// Finds a plugin of this name in the folders of `HELM_PLUGINS`, else a program: at a path, or on `PATH`.
    ///
    /// # Errors
    /// There is neither.
    pub(super) fn find(name: &str, arguments: &[String], variables: &BTreeMap<String, String>) -> Result<PostRenderer, String> {
        if let Some(found) = plugin_named(name, arguments, variables)? {
            return Ok(found);
        }
        let not_found =
            || format!("invalid argument {name:?} for \"--post-renderer\" flag: plugin: {{Name:{name} Type:postrenderer/v1}} not found");
        program(name, variables).map(|program| PostRenderer::program(&program, arguments, variables)).ok_or_else(not_found)
    }

    fn program(path: &Path, arguments: &[String], variables: &BTreeMap<String, String>) -> PostRenderer {
        let program = path.display().to_string();
        PostRenderer { plugin: None, program, arguments: arguments.to_vec(), variables: variables.clone(), folder: None }
    }

    fn name(&self) -> &str {
        self.plugin.as_ref().map_or(&self.program, |(name, _)| name)
    }

    fn start(&self, input: &str) -> Result<std::process::Output, String> {
        let failed = |error: std::io::Error| self.failed(&error.to_string());
        let mut command = Command::new(&self.program);
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        let mut child = command
            .args(&self.arguments)
            .env_clear()
            .envs(&self.variables)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let input = input.as_bytes().to_vec();
        // Written from a thread of its own: a program that writes much before it reads would block both sides.
        let writer = child.stdin.take().map(|mut stdin| std::thread::spawn(move || stdin.write_all(&input)));
        let output = child.wait_with_output().map_err(failed)?;
        if let Some(writer) = writer {
            // A program that does not read its input closes the pipe; that is its right.
            let _ = writer.join();
        }
        Ok(output)
    }

    fn failed(&self, reason: &str) -> String {
        match &self.plugin {
            Some((name, _)) => format!("failed to invoke post-renderer plugin {name:?}: {reason}"),
            None => format!("error while running command {}. {reason}", self.program),
        }
    }
}

impl PostRender for PostRenderer {
    fn run(&self, manifests: &str) -> Result<String, String> {
        let output = self.start(manifests)?;
        if !output.status.success() {
            return Err(match &self.plugin {
                Some((name, _)) => self.failed(&format!("plugin {name:?} exited with error")),
                None => self.failed(&format!("error output:\n{}: {}", String::from_utf8_lossy(&output.stderr), exit(output.status))),
            });
        }
        let text =
            String::from_utf8(output.stdout).map_err(|_| format!("post-renderer {:?} produced output that is not UTF-8", self.name()))?;
        if text.trim().is_empty() {
            return Err(format!("post-renderer {:?} produced empty output", self.name()));
        }
        Ok(text)
    }
}

/// Writes how a program ended as Go does.
fn exit(status: std::process::ExitStatus) -> String {
    status.code().map_or_else(|| "signal: killed".to_owned(), |code| format!("exit status {code}"))
}

/// Returns the folders of plugins (pkg/cli/environment.go, pkg/helmpath).
fn plugin_folders(variables: &BTreeMap<String, String>) -> Vec<PathBuf> {
    let given = |name: &str| variables.get(name).filter(|value| !value.is_empty());
    if let Some(list) = given("HELM_PLUGINS") {
        return std::env::split_paths(list).collect();
    }
    let data = given("HELM_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| given("XDG_DATA_HOME").map(|home| Path::new(home).join("helm")))
        .or_else(|| given("HOME").map(|home| Path::new(home).join(".local/share/helm")));
    data.into_iter().map(|data| data.join("plugins")).collect()
}

/// Looks for a plugin of this name in all folders of plugins.
fn plugin_named(name: &str, arguments: &[String], variables: &BTreeMap<String, String>) -> Result<Option<PostRenderer>, String> {
    for folder in plugin_folders(variables) {
        if let Some(found) = plugin_in(&folder, name, arguments, variables)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Looks for a post-renderer of this name among the plugins of a folder. Plugins that cannot be read are passed over.
fn plugin_in(
    folder: &Path,
    name: &str,
    arguments: &[String],
    variables: &BTreeMap<String, String>,
) -> Result<Option<PostRenderer>, String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(None) };
    let mut folders: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    folders.sort_unstable();
    for folder in folders {
        let Ok(text) = std::fs::read_to_string(folder.join("plugin.yaml")) else { continue };
        let Ok(plugin) = yaml::parse_str(&text) else {
            tracing::warn!("failed to load plugin (ignoring): {}", folder.display());
            continue;
        };
        if text_at(&plugin, "name") == name && text_at(&plugin, "type") == "postrenderer/v1" {
            return of_plugin(&plugin, name, folder, arguments, variables).map(Some);
        }
    }
    Ok(None)
}

fn of_plugin(
    plugin: &Value,
    name: &str,
    folder: PathBuf,
    arguments: &[String],
    variables: &BTreeMap<String, String>,
) -> Result<PostRenderer, String> {
    if text_at(plugin, "runtime") != "subprocess" {
        return Err(format!(
            "plugin {name:?} does not run as a program (runtime {:?}), which is all that is supported",
            text_at(plugin, "runtime")
        ));
    }
    let mut variables = variables.clone();
    variables.insert("HELM_PLUGIN_NAME".to_owned(), name.to_owned());
    variables.insert("HELM_PLUGIN_DIR".to_owned(), folder.display().to_string());
    let value = |key: &str| variables.get(key).cloned().unwrap_or_default();
    let commands = plugin.as_map().and_then(|plugin| plugin.get("runtimeConfig"));
    let commands = commands.as_ref().and_then(Value::as_map).and_then(|config| config.get("platformCommand"));
    let commands: Vec<Value> = commands.as_ref().and_then(Value::as_list).map(|list| list.iter().cloned().collect()).unwrap_or_default();
    let Some((words, own)) = for_platform(&commands) else {
        return Err(format!(
            "failed to invoke post-renderer plugin {name:?}: failed to prepare plugin command: no plugin command is applicable"
        ));
    };
    let mut words = words.iter().map(|word| expand(word, &value));
    let program = words.next().unwrap_or_default();
    let mut all: Vec<String> = words.collect();
    all.extend(own.iter().map(|argument| expand(argument, &value)));
    all.extend(arguments.iter().cloned());
    Ok(PostRenderer { plugin: Some((name.to_owned(), folder)), program, arguments: all, variables, folder: None })
}

/// Chooses the command for this machine: exact matches before those of the system, those before general ones.
///
/// Rule: Helm 4.3.1 internal/plugin/subprocess_commands.go.
fn for_platform(commands: &[Value]) -> Option<(Vec<String>, Vec<String>)> {
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let system = std::env::consts::OS;
    let rank = |command: &Value| match (text_at(command, "os"), text_at(command, "arch")) {
        (os, arch) if os.eq_ignore_ascii_case(system) && arch.eq_ignore_ascii_case(architecture) => Some(0),
        (os, arch) if os.eq_ignore_ascii_case(system) && arch.is_empty() => Some(1),
        (os, arch) if os.is_empty() && arch.is_empty() => Some(2),
        _ => None,
    };
    let ranked = commands.iter().filter_map(|command| rank(command).map(|rank| (rank, command)));
    let (_, command) = ranked.min_by_key(|(rank, _)| *rank)?;
    let words: Vec<String> = text_at(command, "command").split(' ').map(str::to_owned).collect();
    let arguments = command.as_map().and_then(|command| command.get("args"));
    let arguments = arguments.as_ref().and_then(Value::as_list).map(|list| list.iter().map(crate::value::display).collect());
    (!words[0].is_empty()).then(|| (words, arguments.unwrap_or_default()))
}

fn text_at(value: &Value, key: &str) -> String {
    match value.as_map().and_then(|map| map.get(key)) {
        Some(Value::Str(text)) => text.to_text().into_owned(),
        _ => String::new(),
    }
}

/// Finds a program: at its path where it has a slash, else on `PATH`.
fn program(name: &str, variables: &BTreeMap<String, String>) -> Option<PathBuf> {
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(|path| path.is_file());
    }
    let path = variables.get("PATH")?;
    std::env::split_paths(path).map(|folder| folder.join(name)).find(|path| path.is_file())
}
