//! Prints the record of a release, as helm's commands do after they have worked on it.

use super::encoded::{Encoding, write_encoded};
use super::helm_colors;
use crate::execute::TestLog;
use crate::release::{HookRun, Record, StoredHook, Time};
use std::io::{self, Write};

/// How a record is printed.
#[derive(Clone, Copy, Debug)]
pub struct RecordOptions {
    /// How it is written for programs; none is for people.
    pub encoding: Option<Encoding>,
    /// Whether the notes are left out.
    pub hide_notes: bool,
    /// Whether hooks and manifest are printed, which else only a dry run's are.
    pub everything: bool,
    /// Whether there are colours.
    pub color: bool,
}

/// Writes a record. Rule: helm 4.3.1 pkg/cmd/status.go (`statusPrinter`).
///
/// # Errors
/// What the stream says.
pub fn write_record(out: &mut dyn Write, record: &Record, options: &RecordOptions) -> io::Result<()> {
    if let Some(encoding) = options.encoding {
        return write_encoded(out, record, encoding);
    }
    let info = &record.info;
    writeln!(out, "NAME: {}", record.name)?;
    if let Some(time) = &info.last_deployed {
        writeln!(out, "LAST DEPLOYED: {}", calendar(Some(time)))?;
    }
    writeln!(out, "NAMESPACE: {}", helm_colors::namespace(&record.namespace, options.color))?;
    writeln!(out, "STATUS: {}", helm_colors::status(info.status, options.color))?;
    writeln!(out, "REVISION: {}", record.version)?;
    writeln!(out, "DESCRIPTION: {}", info.description)?;
    write_tests(out, &record.hooks)?;
    if options.everything || info.description.eq_ignore_ascii_case("Dry run complete") {
        writeln!(out, "HOOKS:")?;
        for hook in &record.hooks {
            writeln!(out, "---\n# Source: {}\n{}", hook.path, hook.manifest)?;
        }
        writeln!(out, "MANIFEST:\n{}", record.manifest)?;
    }
    if !options.hide_notes && !info.notes.is_empty() {
        writeln!(out, "NOTES:\n{}", info.notes.trim())?;
    }
    Ok(())
}

fn write_tests(out: &mut dyn Write, hooks: &[StoredHook]) -> io::Result<()> {
    let tests: Vec<&StoredHook> = hooks.iter().filter(|hook| hook.events.iter().any(|event| event == "test")).collect();
    if tests.is_empty() {
        return writeln!(out, "TEST SUITE: None");
    }
    for test in tests {
        let HookRun { started_at: Some(started), completed_at, phase } = &test.last_run else { continue };
        writeln!(out, "TEST SUITE:     {}", test.name)?;
        writeln!(out, "Last Started:   {}", calendar(Some(started)))?;
        writeln!(out, "Last Completed: {}", calendar(completed_at.as_ref()))?;
        writeln!(out, "Phase:          {}", phase.as_str())?;
    }
    Ok(())
}

/// Writes a time as Go's `time.ANSIC` does, in the zone that it was written in; one that is missing as Go's zero time.
fn calendar(time: Option<&Time>) -> String {
    let parts = time.and_then(|time| Some((time.timestamp()?, time.offset()?)));
    match parts {
        Some((timestamp, offset)) => offset.to_datetime(timestamp).strftime("%a %b %e %H:%M:%S %Y").to_string(),
        None => "Mon Jan  1 00:00:00 0001".to_owned(),
    }
}

/// Writes what the containers of tests wrote. Returns whether all of it could be read.
///
/// Rule: helm 4.3.1 pkg/action/release_testing.go (`GetPodLogs`).
///
/// # Errors
/// What the stream says.
pub fn write_test_logs(out: &mut dyn Write, logs: &[TestLog]) -> io::Result<()> {
    writeln!(out)?;
    for TestLog { pod, container, text } in logs {
        let Ok(text) = text else { continue };
        writeln!(out, "POD LOGS: {pod} ({container})\n{text}")?;
    }
    Ok(())
}
