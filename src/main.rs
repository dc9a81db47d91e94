//! Stackwright's program: an error becomes an exit code, a closed pipe is success, nothing else happens here.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

/// Rendering makes and drops many small values, and large texts between them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // One TLS provider for every connection; a second call would fail, and there is none.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match stackwright::cli::run(stackwright::cli::Environment::read(), std::env::args_os()) {
        Ok(code) => code.into(),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // Standard error may be what is broken; there is nobody left to tell then.
            let _ = writeln!(std::io::stderr(), "error: cannot write output: {error}");
            ExitCode::FAILURE
        }
    }
}
