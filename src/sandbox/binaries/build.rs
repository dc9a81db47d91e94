//! Builds programs with Go, each in its own module with pinned dependencies.

use super::program::{Module, Program};
use crate::sandbox::error::Error;
use crate::sandbox::event::Event;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;
use tempfile::TempDir;
use tokio::process::Command;

/// Folders of builds begin with this; whoever holds the build lock may remove those that a killed build left.
const PREFIX: &str = "build-";
/// How much of Go's output an error carries.
const LAST_LINES: usize = 20;

/// Builds `programs` in a folder of its own under `folder` and moves each into `binaries` when it is whole.
///
/// # Errors
/// `GoMissing`, `Build` with the end of Go's output, and `File`.
pub async fn build(programs: &[Program], folder: &Path, binaries: &Path, events: &(dyn Fn(Event) + Sync)) -> Result<(), Error> {
    if let Err(error) = Command::new("go").arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status().await {
        return Err(match error.kind() {
            io::ErrorKind::NotFound => Error::GoMissing { programs: programs.iter().map(|program| program.name()).collect() },
            _ => Error::Spawn { program: "go".to_owned(), source: error },
        });
    }
    remove_old_builds(folder)?;
    let workshop = TempDir::with_prefix_in(PREFIX, folder).map_err(Error::file("making a folder in", folder))?;
    for program in programs {
        let started = Instant::now();
        events(Event::BuildStarted { program: program.name().to_owned(), version: program.version().to_owned() });
        build_one(*program, workshop.path(), binaries).await?;
        events(Event::BuildFinished { program: program.name().to_owned(), took: started.elapsed() });
    }
    Ok(())
}

async fn build_one(program: Program, workshop: &Path, binaries: &Path) -> Result<(), Error> {
    let sources = write_sources(program.module(), workshop)?;
    let results = workshop.join("results");
    fs::create_dir_all(&results).map_err(Error::file("making", &results))?;
    let result = results.join(program.name());
    let output = Command::new("go")
        .arg("build")
        .arg(format!("-ldflags={}", program.linker_flags()))
        .arg("-o")
        .arg(&result)
        .arg(program.package())
        .current_dir(&sources)
        .env("CGO_ENABLED", "0")
        .env("GOWORK", "off")
        // The cache may lie in somebody's repository, whose state is none of Go's business.
        .env("GOFLAGS", "-buildvcs=false -mod=readonly")
        // A build that is killed must not leave its work in the system's folder for temporary files.
        .env("GOTMPDIR", workshop)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|source| Error::Spawn { program: "go".to_owned(), source })?;
    if !output.status.success() {
        return Err(Error::Build { program: program.name().to_owned(), output: last_lines(&output.stderr) });
    }
    let place = binaries.join(program.name());
    fs::rename(&result, &place).map_err(Error::file("moving a binary to", place))
}

fn write_sources(module: &Module, workshop: &Path) -> Result<std::path::PathBuf, Error> {
    let folder = workshop.join(module.name);
    fs::create_dir_all(&folder).map_err(Error::file("making", &folder))?;
    for (name, content) in [("go.mod", module.requirements), ("go.sum", module.sums)] {
        let path = folder.join(name);
        fs::write(&path, content).map_err(Error::file("writing", path))?;
    }
    Ok(folder)
}

fn remove_old_builds(folder: &Path) -> Result<(), Error> {
    for entry in fs::read_dir(folder).map_err(Error::file("reading", folder))? {
        let entry = entry.map_err(Error::file("reading", folder))?;
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            fs::remove_dir_all(entry.path()).map_err(Error::file("removing", entry.path()))?;
        }
    }
    Ok(())
}

fn last_lines(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
}
