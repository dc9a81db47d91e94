//! Checks an archive against its provenance.

use super::keyring::{Keyring, identities};
use crate::source::{Digest, Error};
use crate::value::quote;
use crate::yaml;
use pgp::composed::{CleartextSignedMessage, SignedKeyDetails, SignedPublicKey};
use pgp::types::KeyDetails;

/// Who signed an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The names of the key.
    pub identities: Vec<String>,
    /// The fingerprint of the primary key, in upper-case hexadecimal digits.
    pub fingerprint: String,
    /// The digest of the archive, `sha256:...`.
    pub digest: String,
}

/// Checks that a key of the key ring signed the provenance, that the key is good at this time (seconds since 1970), and that the
/// archive of this name is the one that was signed.
///
/// # Errors
/// `Error::Provenance`, in Helm's words where Helm has its own.
pub fn verify(keyring: &Keyring, archive: (&str, &[u8]), provenance: &str, now: u32) -> Result<Verified, Error> {
    let refused = |message: String, help| Error::Provenance { message, help };
    let (message, _) = CleartextSignedMessage::from_string(provenance).map_err(|_| refused("signature block not found".into(), None))?;
    let signer = keyring.public().find(|key| signed_by(&message, key));
    let Some(signer) = signer else {
        let help = "none of the keys in the key ring signed this, or its text was changed; --keyring names another key ring";
        return Err(refused("openpgp: signature made by unknown entity".into(), Some(help)));
    };
    check_validity(&signer, now).map_err(|words| refused(words.into(), Some("ask the signer for a new signature")))?;
    let text = message.signed_text().replace("\r\n", "\n");
    let (name, bytes) = archive;
    let found = format!("sha256:{}", Digest::of(bytes));
    let signed = signed_digest(&text, name).map_err(|words| refused(words, None))?;
    if signed != found {
        let (signed, found) = (quote(signed.as_bytes()), quote(found.as_bytes()));
        let help = Some("the archive is not the one that was signed: fetch it again");
        return Err(refused(format!("sha256 sum does not match for {name}: {signed} != {found}"), help));
    }
    let fingerprint = signer.primary_key.fingerprint().to_string().to_uppercase();
    Ok(Verified { identities: identities(&signer.details), fingerprint, digest: found })
}

/// Says whether the primary key, or a subkey that may sign, made a signature of the message.
fn signed_by(message: &CleartextSignedMessage, key: &SignedPublicKey) -> bool {
    if message.verify(&key.primary_key).is_ok() {
        return true;
    }
    key.public_subkeys.iter().any(|subkey| {
        let may_sign = subkey.signatures.iter().any(|signature| signature.key_flags().sign());
        may_sign && subkey.verify_bindings(&key.primary_key).is_ok() && message.verify(&subkey.key).is_ok()
    })
}

fn check_validity(key: &SignedPublicKey, now: u32) -> Result<(), &'static str> {
    let SignedKeyDetails { revocation_signatures, users, .. } = &key.details;
    if revocation_signatures.iter().any(|signature| signature.verify_key(&key.primary_key).is_ok()) {
        return Err("openpgp: signature made by revoked key");
    }
    let mut self_signatures: Vec<_> = users.iter().flat_map(|user| &user.signatures).collect();
    self_signatures.sort_by_key(|signature| signature.created().map_or(0, pgp::types::Timestamp::as_secs));
    let lifetime = self_signatures.last().and_then(|signature| signature.key_expiration_time()).map_or(0, |time| time.as_secs());
    let created = key.primary_key.created_at().as_secs();
    if lifetime != 0 && created.saturating_add(lifetime) < now {
        return Err("openpgp: signature made by expired key");
    }
    Ok(())
}

/// Returns the digest that the signed text has for a file.
fn signed_digest(text: &str, name: &str) -> Result<String, String> {
    let mut parts = text.split("\n...\n");
    let (Some(_), Some(sums)) = (parts.next(), parts.next()) else {
        return Err("message block must have at least two parts".into());
    };
    let sums = yaml::parse_str(sums).map_err(|error| error.to_string())?;
    let files = sums.as_map().and_then(|sums| sums.get("files"));
    let digest = files.as_ref().and_then(|files| files.as_map()?.get(name));
    let digest = digest.as_ref().and_then(|digest| digest.as_str().map(str::to_owned));
    digest.ok_or_else(|| format!("provenance does not contain a SHA for a file named {}", quote(name.as_bytes())))
}
