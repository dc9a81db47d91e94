//! Seeds of generated values: making one, reading one.

use super::effects::MachineEffects;
use crate::diag::{Diagnostic, Diagnostics};
use crate::template::function::Effects as _;
use crate::template::seed::Seed;
use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::path::Path;
use zeroize::Zeroizing;

/// No seed's text is as long as this.
const LONGEST: u64 = 4096;

/// Makes a seed of this machine's randomness and clock.
pub fn new_seed() -> Seed {
    let mut secret = Zeroizing::new([0; 32]);
    let machine = MachineEffects::default();
    machine.random(&mut *secret);
    Seed::new(*secret, machine.now())
}

/// Writes a new seed into a file that only its owner can read.
///
/// # Errors
/// The file is there already, or cannot be written: a seed that is overwritten is lost with all that was made of it.
pub fn make_seed_file(path: &Path) -> Result<(), Diagnostics> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(new_seed().reveal().as_bytes()));
    written.map_err(|error| {
        let diagnostic = Diagnostic::error(format!("cannot write the seed {}: {error}", path.display()));
        match error.kind() {
            io::ErrorKind::AlreadyExists => diagnostic.help("take another name: what was made of a seed cannot be made again without it"),
            _ => diagnostic,
        }
        .into()
    })
}

/// Reads a seed from a file, or from standard input for `-`.
///
/// # Errors
/// The file cannot be read, or holds no seed.
pub fn read_seed(path: &str) -> Result<Seed, Diagnostics> {
    let text = read(path).map_err(|error| Diagnostics::from(Diagnostic::error(format!("cannot read the seed {path}: {error}"))))?;
    Seed::parse(&text).map_err(|error| error.diagnostic().note(format!("in {path}")).into())
}

fn read(path: &str) -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    match path {
        "-" => io::stdin().lock().take(LONGEST).read_to_string(&mut text)?,
        path => std::fs::File::open(path)?.take(LONGEST).read_to_string(&mut text)?,
    };
    Ok(text)
}
