//! Signs an archive.

use super::keyring::{Keyring, identities};
use crate::chart::Metadata;
use crate::source::{Digest, Error};
use pgp::composed::{ArmorOptions, CleartextSignedMessage};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{SignatureConfig, SignatureType, Subpacket, SubpacketData};
use pgp::types::{KeyDetails, Password, Timestamp};

/// Returns the text of a `.prov` file: the chart's metadata and the digest of its archive, signed by the primary key of an
/// identity. `passphrase` is asked for when the key has one, with the key's name; `now` is in seconds since 1970.
///
/// # Errors
/// `Error::Provenance`: there is no such secret key, or it cannot be unlocked or used; what `passphrase` says.
pub fn sign(
    keyring: &Keyring,
    id: &str,
    passphrase: &dyn Fn(&str) -> Result<String, Error>,
    archive: (&str, &[u8]),
    metadata: &Metadata,
    now: u32,
) -> Result<String, Error> {
    let key = keyring.secret(id)?;
    let password = if key.primary_key.secret_params().is_encrypted() {
        let name = identities(&key.details).into_iter().next().unwrap_or_else(|| "Unknown".into());
        Password::from(passphrase(&name)?)
    } else {
        Password::empty()
    };
    let signer = &key.primary_key;
    let signed = || -> pgp::errors::Result<String> {
        let mut config = SignatureConfig::v4(SignatureType::Text, signer.algorithm(), HashAlgorithm::Sha512);
        config.hashed_subpackets = vec![
            Subpacket::regular(SubpacketData::SignatureCreationTime(Timestamp::from_secs(now)))?,
            Subpacket::regular(SubpacketData::IssuerFingerprint(signer.fingerprint()))?,
        ];
        config.unhashed_subpackets = vec![Subpacket::regular(SubpacketData::IssuerKeyId(signer.legacy_key_id()))?];
        let message = CleartextSignedMessage::new(&message(archive, metadata), config, signer, &password)?;
        message.to_armored_string(ArmorOptions::default())
    };
    signed().map_err(|error| Error::Provenance {
        message: format!("the archive cannot be signed: {error}"),
        help: password_help(signer.secret_params().is_encrypted()),
    })
}

fn password_help(encrypted: bool) -> Option<&'static str> {
    encrypted.then_some("check the passphrase: its file's first line is taken")
}

/// Returns what is signed. Blanks at the ends of lines do not count for signatures, so there are none.
fn message((name, bytes): (&str, &[u8]), metadata: &Metadata) -> String {
    let sums = format!("files:\n  {name}: sha256:{}", Digest::of(bytes));
    let text = format!("{}\n...\n{sums}", metadata.to_yaml());
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
