//! What a revision of a release was, in a few letters: a number alone says nothing once a release was removed and made again.

use super::id::ReleaseKey;
use crate::release::Record;
use sha2::{Digest as _, Sha256};

/// Returns the digest of a release's objects and hooks.
pub fn release_digest<'h>(key: &ReleaseKey, manifest: &str, hooks: impl IntoIterator<Item = (&'h str, &'h str)>) -> String {
    let mut hasher = Sha256::new();
    let mut part = |text: &str| {
        hasher.update(text.len().to_le_bytes());
        hasher.update(text.as_bytes());
    };
    part(key.context.as_deref().unwrap_or_default());
    part(&key.namespace);
    part(&key.name);
    part(manifest);
    for (path, text) in hooks {
        part(path);
        part(text);
    }
    hasher.finalize().iter().take(10).map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the digest of a recorded revision of a release.
pub fn record_digest(context: Option<&str>, record: &Record) -> String {
    let key = ReleaseKey { context: context.map(str::to_owned), namespace: record.namespace.clone(), name: record.name.clone() };
    release_digest(&key, &record.manifest, record.hooks.iter().map(|hook| (hook.path.as_str(), hook.manifest.as_str())))
}
