//! Signs and verifies archives of charts, as `helm package --sign` and `helm verify` do.

use crate::chart::Metadata;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{Error, Keyring, Verified, sign, verify};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// How an archive is signed.
#[derive(Clone, Debug)]
pub struct Signing {
    /// The name of the key, or a part of it.
    pub key: String,
    /// The key ring, with its secret keys.
    pub keyring: PathBuf,
    /// The file with the passphrase in its first line; `-` is standard input.
    pub passphrase_file: Option<PathBuf>,
    /// The passphrase, where it was read before: standard input is read once for many charts.
    pub passphrase: Option<String>,
}

impl Signing {
    /// Reads the passphrase file, if there is one.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn with_passphrase(mut self) -> Result<Signing, Diagnostics> {
        let Some(path) = &self.passphrase_file else { return Ok(self) };
        let mut text = String::new();
        let read =
            if path == Path::new("-") { std::io::stdin().lock().read_to_string(&mut text).map(|_| text) } else { fs::read_to_string(path) };
        let text = read.map_err(|error| cannot("read the passphrase in", path, &error))?;
        self.passphrase = Some(text.lines().next().unwrap_or_default().to_owned());
        Ok(self)
    }
}

/// Returns the provenance of an archive of this name.
pub(super) fn sign_archive(signing: &Signing, name: &str, bytes: &[u8], metadata: &Metadata) -> Result<String, Diagnostics> {
    let keyring = read_keyring(&signing.keyring)?;
    let passphrase = |key: &str| {
        signing.passphrase.clone().ok_or_else(|| Error::Provenance {
            message: format!("the key {} has a passphrase", crate::value::quote(key.as_bytes())),
            help: Some("write it into a file and give that with --passphrase-file, or - for standard input"),
        })
    };
    sign(&keyring, &signing.key, &passphrase, (name, bytes), metadata, now()).map_err(|error| error.diagnostic().into())
}

/// Verifies an archive with the `.prov` file beside it.
///
/// # Errors
/// No archive, no provenance, no key ring; or the archive is not what a key of the ring signed.
pub fn chart_verify(archive: &Path, keyring: &Path) -> Result<Verified, Diagnostics> {
    if archive.is_dir() {
        return Err(Diagnostic::error("unpacked charts cannot be verified").help("name the archive of the chart").into());
    }
    let bytes = fs::read(archive).map_err(|error| cannot("read", archive, &error))?;
    if archive.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("tgz")) {
        return Err(Diagnostic::error("chart must be a tgz file").into());
    }
    let mut path = archive.as_os_str().to_owned();
    path.push(".prov");
    let path = PathBuf::from(path);
    let provenance = fs::read(&path).map_err(|error| cannot("load provenance file", &path, &error))?;
    let keyring = read_keyring(keyring)?;
    let name = archive.file_name().unwrap_or_default().to_string_lossy();
    verify(&keyring, (&name, &bytes), &String::from_utf8_lossy(&provenance), now()).map_err(|error| error.diagnostic().into())
}

fn read_keyring(path: &Path) -> Result<Keyring, Diagnostics> {
    let bytes = fs::read(path).map_err(|error| cannot("load keyring", path, &error))?;
    Keyring::parse(&bytes).map_err(|error| error.diagnostic().into())
}

fn cannot(what: &str, path: &Path, error: &std::io::Error) -> Diagnostics {
    Diagnostic::error(format!("could not {what} {}: {error}", path.display())).into()
}

/// Seconds since 1970, as OpenPGP counts them.
fn now() -> u32 {
    u32::try_from(jiff::Timestamp::now().as_second()).unwrap_or(u32::MAX)
}
