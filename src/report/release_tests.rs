//! What the tests of a release wrote.

use crate::execute::TestLog;
use std::io::{self, Write};

/// Writes what the containers of tests wrote; what could not be read is left out. Rule: helm 4.3.1 pkg/action/release_testing.go
/// (`GetPodLogs`).
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
