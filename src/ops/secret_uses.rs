//! Which releases use which secrets of their stack. Without a cluster.

use super::load::{load, world};
use super::secrets::StackSecrets;
use super::session::Session;
use crate::diag::Diagnostics;
use crate::stack::{ObjectValue, ReleaseId, SecretRule, Secrets, World, release_values};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// A secret of the stack, and who uses it.
#[derive(Clone, Debug)]
pub struct SecretUse {
    /// Its name.
    pub name: String,
    /// How it is made.
    pub rule: SecretRule,
    /// The selected releases whose values name it.
    pub releases: Vec<ReleaseId>,
}

/// Reads the stack and the values of its releases, and says who uses which secret.
///
/// # Errors
/// Mistakes of the stack and of values.
pub fn secret_uses(session: &Session) -> Result<Vec<SecretUse>, Diagnostics> {
    let stack = load(session)?;
    let mut uses: Vec<SecretUse> =
        stack.secrets.iter().map(|(name, rule)| SecretUse { name: name.clone(), rule: rule.clone(), releases: Vec::new() }).collect();
    for release in stack.releases.iter().filter(|release| release.is_selected() && release.installed) {
        let asked = Arc::new(Asked { inner: StackSecrets::offline(&stack), names: Mutex::default() });
        release_values(release, &World { secrets: asked.clone(), ..world(session) })?;
        let names = asked.names.lock().unwrap_or_else(PoisonError::into_inner);
        for known in uses.iter_mut().filter(|known| names.contains(&known.name)) {
            known.releases.push(release.id.clone());
        }
    }
    Ok(uses)
}

/// Remembers which secrets were asked for.
struct Asked {
    inner: StackSecrets,
    names: Mutex<BTreeSet<String>>,
}

impl Secrets for Asked {
    fn decrypt(&self, path: &Path, content: &[u8]) -> Result<Vec<u8>, String> {
        self.inner.decrypt(path, content)
    }

    fn resolve(&self, reference: &str) -> Result<String, String> {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.extend(crate::stack::secrets_in(reference).map(ToOwned::to_owned));
        self.inner.resolve(reference)
    }

    fn secret(&self, name: &str) -> Result<String, String> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
        self.inner.secret(name)
    }

    fn object(&self, context: Option<&str>, wanted: &ObjectValue) -> Result<String, String> {
        self.inner.object(context, wanted)
    }
}
