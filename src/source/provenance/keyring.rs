//! The keys of a key ring.

use crate::source::Error;
use pgp::composed::{PublicOrSecret, SignedKeyDetails, SignedPublicKey, SignedSecretKey};

/// Keys, in the order of their file.
#[derive(Debug)]
pub struct Keyring(Vec<PublicOrSecret>);

impl Keyring {
    /// Reads a key ring, binary or armored. Keys of a kind that is not known are passed over.
    ///
    /// # Errors
    /// `Error::Provenance`: the bytes are no key ring, or hold no key.
    pub fn parse(bytes: &[u8]) -> Result<Keyring, Error> {
        let refused = |words: String| Error::Provenance { message: format!("failed to load keyring: {words}"), help: Some(HELP) };
        let (keys, _) = PublicOrSecret::from_reader_many(bytes).map_err(|error| refused(error.to_string()))?;
        let keys: Vec<PublicOrSecret> = keys.filter_map(Result::ok).collect();
        if keys.is_empty() { Err(refused("it holds no key".into())) } else { Ok(Keyring(keys)) }
    }

    /// Returns all keys with their public parts alone.
    pub(super) fn public(&self) -> impl Iterator<Item = SignedPublicKey> {
        self.0.iter().map(|key| match key {
            PublicOrSecret::Public(key) => key.clone(),
            PublicOrSecret::Secret(key) => key.to_public_key(),
        })
    }

    /// Finds the secret key of an identity: the one that is called so, else the only one whose name holds the text.
    pub(super) fn secret(&self, id: &str) -> Result<&SignedSecretKey, Error> {
        let refused = |message: String, help| Err(Error::Provenance { message, help });
        let holds = |key: &&PublicOrSecret, test: &dyn Fn(&str) -> bool| identities(details(key)).iter().any(|name| test(name));
        let mut similar = self.0.iter().filter(|key| holds(key, &|name| name.contains(id)));
        let found = match self.0.iter().find(|key| holds(key, &|name| name == id)) {
            Some(exact) => Some(exact),
            None => {
                let first = similar.next();
                if similar.next().is_some() {
                    let id = crate::value::quote(id.as_bytes());
                    return refused(format!("more than one key contain the id {id}"), Some("write the whole name of the key"));
                }
                first
            }
        };
        match found {
            None => refused("private key not found".into(), Some("name a key of the key ring with --key")),
            Some(PublicOrSecret::Secret(key)) => Ok(key),
            Some(PublicOrSecret::Public(_)) => {
                refused("provided key is not a private key. Try providing a keyring with secret keys".into(), Some(HELP))
            }
        }
    }
}

/// GnuPG's own files of today are no key rings.
const HELP: &str = "`gpg --export > pubring.gpg` and `gpg --export-secret-keys > secring.gpg` write key rings";

fn details(key: &PublicOrSecret) -> &SignedKeyDetails {
    match key {
        PublicOrSecret::Public(key) => &key.details,
        PublicOrSecret::Secret(key) => &key.details,
    }
}

/// Returns the names of a key: `NAME (COMMENT) <EMAIL>`.
pub(super) fn identities(details: &SignedKeyDetails) -> Vec<String> {
    details.users.iter().map(|user| String::from_utf8_lossy(user.id.id()).into_owned()).collect()
}
