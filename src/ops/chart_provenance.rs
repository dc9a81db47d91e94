//! Signs and verifies archives of charts, as `helm package --sign` and `helm verify` do.

use super::go_words::words_of;
use crate::chart::Metadata;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{Archive, Error, Keyring, Verified, clean, redacted, sign, verify};
use std::fs;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

/// How an archive is signed.
#[derive(Clone, Debug)]
pub struct Signing {
    /// The name of the key, or a part of it.
    pub key: String,
    /// The key ring, with its secret keys.
    pub keyring: PathBuf,
    /// Where the passphrase of a locked key is from.
    pub passphrase: Passphrase,
}

/// Where the passphrase of a key is from.
#[derive(Clone, Debug)]
pub enum Passphrase {
    /// It is known.
    Known(String),
    /// A person is asked, who is told the key's name.
    Asked(fn(&str) -> std::io::Result<String>),
    /// Nowhere.
    None,
}

impl Passphrase {
    /// Reads the first line of a file; `-` is standard input.
    ///
    /// # Errors
    /// The file cannot be read or is empty; standard input is a terminal.
    pub fn read(path: &Path) -> Result<Passphrase, Diagnostics> {
        let mut text = String::new();
        let stdin = std::io::stdin();
        let read = match path == Path::new("-") {
            true if stdin.is_terminal() => {
                let words = "specified reading passphrase from stdin, without input on stdin".to_owned();
                return Err(refused(words).help("without --passphrase-file the passphrase is asked for").into());
            }
            true => stdin.lock().read_to_string(&mut text).map(|_| text),
            false => fs::read_to_string(path),
        };
        let text = read.map_err(|error| refused(format!("open {}: {}", path.display(), words_of(&error))))?;
        match text.lines().next() {
            Some(line) => Ok(Passphrase::Known(line.to_owned())),
            None => {
                let diagnostic = Diagnostic::error(format!("there is no passphrase in {}", path.display()));
                Err(diagnostic.verbatim("EOF").help("the passphrase is the first line").into())
            }
        }
    }

    fn of(&self, key: &str) -> Result<String, Error> {
        let quoted = crate::value::quote(key.as_bytes());
        match self {
            Passphrase::Known(passphrase) => Ok(passphrase.clone()),
            Passphrase::Asked(ask) => ask(key).map_err(|error| Error::Provenance { message: words_of(&error), help: None }),
            Passphrase::None => Err(Error::Provenance {
                message: format!("the key {quoted} has a passphrase"),
                help: Some("write it into a file and give that with --passphrase-file, or - for standard input"),
            }),
        }
    }
}

/// Returns the provenance of an archive of this name.
pub(super) fn sign_archive(signing: &Signing, name: &str, bytes: &[u8], metadata: &Metadata) -> Result<String, Diagnostics> {
    let keyring = read_keyring(&signing.keyring)?;
    let passphrase = |key: &str| signing.passphrase.of(key);
    sign(&keyring, &signing.key, &passphrase, (name, bytes), metadata, now()).map_err(|error| error.diagnostic().into())
}

/// Verifies an archive with the `.prov` file beside it.
///
/// # Errors
/// No archive, no provenance, no key ring; or the archive is not what a key of the ring signed.
pub fn chart_verify(archive: &Path, keyring: &Path) -> Result<Verified, Diagnostics> {
    if archive.is_dir() {
        let help = "name the archive of the chart";
        return Err(refused("unpacked charts cannot be verified".to_owned()).help(help).into());
    }
    let bytes = fs::read(archive).map_err(|error| cannot("read", archive, &error))?;
    if archive.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("tgz")) {
        return Err(refused("chart must be a tgz file".to_owned()).into());
    }
    let archive = std::path::absolute(archive).map_or_else(|_| archive.to_owned(), |path| clean(&path));
    let mut path = archive.as_os_str().to_owned();
    path.push(".prov");
    let path = PathBuf::from(path);
    let provenance = fs::read(&path).map_err(|error| {
        let shown = path.display();
        refused(format!("could not load provenance file {shown}: stat {shown}: {}", words_of(&error)))
    });
    let name = archive.file_name().unwrap_or_default().to_string_lossy();
    verify_bytes(&name, &bytes, &provenance?, keyring)
}

/// Verifies an archive with the signature that was fetched with it.
///
/// # Errors
/// There is none, no key ring, or the archive is not what a key of the ring signed.
pub(super) fn verify_fetched(archive: &Archive, keyring: &Path) -> Result<Verified, Diagnostics> {
    match &archive.provenance {
        Some(Ok(provenance)) => verify_bytes(&archive.name, &archive.bytes, provenance, keyring),
        missing => {
            let words = format!("failed to fetch provenance \"{}.prov\"", redacted(&archive.url));
            let diagnostic = refused(words).help("the chart is not signed, or its .prov file is not beside it");
            Err(match missing {
                Some(Err(error)) => diagnostic.note(error.to_string()),
                _ => diagnostic,
            }
            .into())
        }
    }
}

/// Returns what Helm says of an archive that is verified.
pub fn verified_lines(verified: &Verified) -> Vec<String> {
    let signers = verified.identities.iter().map(|name| format!("Signed by: {name}"));
    let rest = [format!("Using Key With Fingerprint: {}", verified.fingerprint), format!("Chart Hash Verified: {}", verified.digest)];
    signers.chain(rest).collect()
}

fn verify_bytes(name: &str, bytes: &[u8], provenance: &[u8], keyring: &Path) -> Result<Verified, Diagnostics> {
    let keyring = read_keyring(keyring)?;
    verify(&keyring, (name, bytes), &String::from_utf8_lossy(provenance), now()).map_err(|error| error.diagnostic().into())
}

/// Makes a problem of Helm's own words.
fn refused(words: String) -> Diagnostic {
    Diagnostic::error(words.clone()).verbatim(words)
}

fn read_keyring(path: &Path) -> Result<Keyring, Diagnostics> {
    let said = |error: &std::io::Error| refused(format!("failed to load keyring: open {}: {}", path.display(), words_of(error)));
    let bytes = fs::read(path).map_err(|error| said(&error).help("--keyring names another key ring"))?;
    Keyring::parse(&bytes).map_err(|error| error.diagnostic().into())
}

fn cannot(what: &str, path: &Path, error: &std::io::Error) -> Diagnostics {
    Diagnostic::error(format!("could not {what} {}: {error}", path.display())).into()
}

/// Seconds since 1970, as OpenPGP counts them.
fn now() -> u32 {
    u32::try_from(jiff::Timestamp::now().as_second()).unwrap_or(u32::MAX)
}
