//! The clock, the entropy and the commands of this machine.

use crate::stack::{Command, Exec};
use crate::template::function::Effects;
use std::collections::BTreeMap;
use std::io::Write;
use std::process::{self, Stdio};

/// The machine's own clock and randomness.
#[derive(Clone, Debug, Default)]
pub struct MachineEffects {
    /// The local time zone, as the TZ variable names it.
    pub zone: Option<String>,
}

impl MachineEffects {
    /// Makes those of a process with this environment.
    pub fn of(variables: &BTreeMap<String, String>) -> MachineEffects {
        MachineEffects { zone: variables.get("TZ").cloned().filter(|zone| !zone.is_empty()) }
    }
}

impl Effects for MachineEffects {
    fn random(&self, bytes: &mut [u8]) {
        // The system's generator fails only before the kernel has seeded it, which is long before a program like this runs.
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }

    fn now(&self) -> i128 {
        jiff::Timestamp::now().as_nanosecond()
    }

    fn zone(&self) -> Option<String> {
        self.zone.clone().or_else(|| jiff::tz::TimeZone::system().iana_name().map(str::to_owned))
    }
}

/// Runs commands on this machine, for the stack file's `exec`.
#[derive(Clone, Copy, Debug, Default)]
pub struct MachineExec;

impl Exec for MachineExec {
    fn run(&self, command: &Command<'_>) -> Result<Vec<u8>, String> {
        let cannot = |error: std::io::Error| format!("cannot run {}: {error}", command.program);
        let mut child = process::Command::new(command.program)
            .args(command.arguments)
            .envs(command.env)
            .current_dir(command.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(cannot)?;
        let input = command.input.as_bytes().to_vec();
        // Written from a thread of its own: a program that writes much before it reads would block both sides.
        let writer = child.stdin.take().map(|mut stdin| std::thread::spawn(move || stdin.write_all(&input)));
        let output = child.wait_with_output().map_err(cannot)?;
        if let Some(writer) = writer {
            // A program that does not read its input closes the pipe; that is its right.
            let _ = writer.join();
        }
        if output.status.success() {
            return Ok(output.stdout);
        }
        let words = String::from_utf8_lossy(&output.stderr);
        Err(format!("{} ended with {}: {}", command.program, output.status, words.trim()))
    }
}
