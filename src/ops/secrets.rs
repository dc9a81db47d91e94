//! Secrets of a stack: kept ones, new ones, and values of objects that others made.

use super::home::Home;
use super::session::Session;
use crate::cluster::Cluster;
use crate::diag::{Diagnostic, Diagnostics, Masks, nearest};
use crate::execute::Clusters;
use crate::manifest::ObjectId;
use crate::revision::{KeptSecret, SecretStore};
use crate::stack::{ObjectValue, SECRET_REFERENCE, SecretAlphabet, SecretRule, Secrets, Stack};
use crate::template::function::Effects;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::runtime::Handle;
use zeroize::Zeroizing;

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HEX: &[u8] = b"0123456789abcdef";
const DIGITS: &[u8] = b"0123456789";

/// The secrets of a stack in one run. Those that are kept nowhere yet are made when somebody first asks.
pub(super) struct StackSecrets {
    rules: BTreeMap<String, SecretRule>,
    kept: BTreeMap<String, KeptSecret>,
    /// Secrets that are made anew although they are kept.
    rotated: BTreeSet<String>,
    new: Mutex<BTreeMap<String, Zeroizing<String>>>,
    world: Option<Around>,
    store: Option<SecretStore>,
    masks: Masks,
}

/// What secrets take from outside.
#[derive(Clone)]
struct Around {
    clusters: Clusters,
    runtime: Handle,
    effects: Arc<dyn Effects>,
}

impl StackSecrets {
    /// Without a cluster: a text that names the secret stands for each.
    pub(super) fn offline(stack: &Stack) -> StackSecrets {
        StackSecrets {
            rules: stack.secrets.clone(),
            kept: BTreeMap::new(),
            rotated: BTreeSet::new(),
            new: Mutex::default(),
            world: None,
            store: None,
            masks: Masks::default(),
        }
    }

    /// Reads what the cluster keeps. A stack without secrets asks for none.
    ///
    /// # Errors
    /// The cluster does not tell; a secret to make anew is none of the stack's.
    pub(super) async fn read(session: &Session, stack: &Stack, home: &Home, clusters: &Clusters) -> Result<StackSecrets, Diagnostics> {
        let rules = stack.secrets.clone();
        let rotated: BTreeSet<String> = session.request.rotate.iter().cloned().collect();
        if let Some(name) = rotated.iter().find(|name| !rules.contains_key(*name)) {
            return Err(Diagnostic::error(unknown(name, &rules)).into());
        }
        let store = SecretStore::new(home.store.cluster(), home.store.stack().clone());
        let kept = if rules.is_empty() { BTreeMap::new() } else { store.read().await.map_err(|error| error.diagnostic())? };
        kept.values().for_each(|kept| hide(&session.masks, &kept.value));
        let world = Around { clusters: clusters.clone(), runtime: Handle::current(), effects: session.effects.clone() };
        let masks = session.masks.clone();
        Ok(StackSecrets { rules, kept, rotated, new: Mutex::default(), world: Some(world), store: Some(store), masks })
    }

    /// Returns the same with other new ones: what differs then is made of what is kept nowhere yet.
    pub(super) fn made_anew(&self) -> StackSecrets {
        StackSecrets {
            rules: self.rules.clone(),
            kept: self.kept.clone(),
            rotated: self.rotated.clone(),
            new: Mutex::default(),
            world: self.world.clone(),
            store: None,
            masks: self.masks.clone(),
        }
    }

    /// Says whether some are made in this run.
    pub(super) fn has_new(&self) -> bool {
        !self.lock().is_empty()
    }

    /// Keeps those that were made in this run, beside all others.
    ///
    /// # Errors
    /// The cluster refuses.
    pub(super) async fn keep_new(&self, now: &str) -> Result<(), Diagnostics> {
        let new: BTreeMap<String, KeptSecret> =
            self.lock().iter().map(|(name, value)| (name.clone(), KeptSecret { value: value.clone(), made: now.to_owned() })).collect();
        let Some(store) = self.store.as_ref().filter(|_| !new.is_empty()) else { return Ok(()) };
        let mut all = self.kept.clone();
        all.extend(new);
        store
            .keep(&all)
            .await
            .map_err(|error| error.diagnostic().note("secrets of the stack are kept before the first release is touched").into())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Zeroizing<String>>> {
        self.new.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn value(&self, name: &str) -> Result<String, String> {
        let rule = self.rules.get(name).ok_or_else(|| unknown(name, &self.rules))?;
        let Some(world) = &self.world else { return Ok(format!("secret.{name}")) };
        if let Some(kept) = self.kept.get(name).filter(|_| !self.rotated.contains(name)) {
            return Ok(kept.value.to_string());
        }
        let mut new = self.lock();
        let value = new.entry(name.to_owned()).or_insert_with(|| Zeroizing::new(generate(rule, &*world.effects)));
        hide(&self.masks, value);
        Ok(value.to_string())
    }
}

impl Secrets for StackSecrets {
    fn decrypt(&self, path: &Path, _: &[u8]) -> Result<Vec<u8>, String> {
        Err(format!("encrypted files are not supported yet: {}", path.display()))
    }

    fn resolve(&self, text: &str) -> Result<String, String> {
        let mut resolved = String::new();
        let mut rest = text;
        while let Some((before, reference)) = rest.split_once(SECRET_REFERENCE) {
            let end = reference
                .find(|character: char| !character.is_ascii_alphanumeric() && !"-_.".contains(character))
                .unwrap_or(reference.len());
            resolved.push_str(before);
            resolved.push_str(&self.value(&reference[..end])?);
            // A `+` ends a reference where text follows that could be part of the name.
            rest = reference[end..].strip_prefix('+').unwrap_or(&reference[end..]);
        }
        if rest.contains("ref+") || resolved.contains("ref+") {
            return Err(format!("references to secrets are not supported yet: {text}"));
        }
        Ok(resolved + rest)
    }

    fn secret(&self, name: &str) -> Result<String, String> {
        self.value(name)
    }

    fn object(&self, context: Option<&str>, wanted: &ObjectValue) -> Result<String, String> {
        let Some(world) = &self.world else { return Ok(format!("{}.{}", wanted.name, wanted.key)) };
        let context = context.map(ToOwned::to_owned);
        let cluster = world.clusters.get(&context).ok_or("there is no cluster to ask")?;
        let value = world.runtime.block_on(read_object(cluster, wanted))?;
        if wanted.kind == "Secret" {
            hide(&self.masks, &value);
        }
        Ok(value)
    }
}

/// Hides a secret, also as Secrets hold it.
fn hide(masks: &Masks, value: &str) {
    masks.hide(value);
    masks.hide(&STANDARD.encode(value));
}

/// Reads one value of a live object, decoded.
async fn read_object(cluster: &Cluster, wanted: &ObjectValue) -> Result<String, String> {
    let namespace = wanted.namespace.clone().unwrap_or_else(|| cluster.namespace().to_owned());
    let id =
        ObjectId { api_version: "v1".into(), kind: wanted.kind.clone(), namespace: Some(namespace.clone()), name: wanted.name.clone() };
    let found = cluster.get(&id).await.map_err(|error| error.to_string())?;
    let object = found.ok_or_else(|| format!("there is no {} {} in namespace {namespace}", wanted.kind, wanted.name))?;
    let data = |place: &str| object.get(place).and_then(serde_json::Value::as_object);
    let text = data("data").and_then(|data| data.get(&wanted.key)).and_then(serde_json::Value::as_str);
    let decode = |text: &str| STANDARD.decode(text).map_err(|error| format!("{}: {error}", wanted.key));
    let bytes = match (text, wanted.kind.as_str()) {
        (Some(text), "Secret") => Some(decode(text)?),
        (Some(text), _) => Some(text.as_bytes().to_vec()),
        (None, _) => match data("binaryData").and_then(|data| data.get(&wanted.key)).and_then(serde_json::Value::as_str) {
            Some(text) => Some(decode(text)?),
            None => None,
        },
    };
    let keys = || data("data").map(|data| data.keys().cloned().collect::<Vec<_>>().join(", ")).unwrap_or_default();
    let bytes = bytes.ok_or_else(|| format!("{} {} has no key {}; it has: {}", wanted.kind, wanted.name, wanted.key, keys()))?;
    String::from_utf8(bytes).map_err(|_| format!("{} is no text", wanted.key))
}

fn unknown(name: &str, rules: &BTreeMap<String, SecretRule>) -> String {
    let near = nearest(name, rules.keys().map(String::as_str)).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    format!("the stack has no secret {name}{near}")
}

/// Makes a secret; every character is as likely as any other.
fn generate(rule: &SecretRule, effects: &dyn Effects) -> String {
    let letters = match rule.alphabet {
        SecretAlphabet::Alphanumeric => ALPHANUMERIC,
        SecretAlphabet::Hex => HEX,
        SecretAlphabet::Digits => DIGITS,
        SecretAlphabet::Base64 => {
            let mut bytes = Zeroizing::new(vec![0; rule.length as usize]);
            effects.random(&mut bytes);
            return STANDARD.encode(&*bytes);
        }
    };
    // Bytes above the last whole multiple would make the first letters likelier.
    let limit = 256 - 256 % letters.len();
    let mut text = String::with_capacity(rule.length as usize);
    while text.len() < rule.length as usize {
        let mut byte = [0];
        effects.random(&mut byte);
        if usize::from(byte[0]) < limit {
            text.push(char::from(letters[usize::from(byte[0]) % letters.len()]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;
    use crate::ops::effects::MachineEffects;

    fn rule(length: u32, alphabet: SecretAlphabet) -> SecretRule {
        SecretRule { length, alphabet, span: Source::new("s", "").span(0, 0) }
    }

    #[test]
    fn secrets_have_their_length_and_letters() {
        for (alphabet, letters) in
            [(SecretAlphabet::Alphanumeric, ALPHANUMERIC), (SecretAlphabet::Hex, HEX), (SecretAlphabet::Digits, DIGITS)]
        {
            let text = generate(&rule(300, alphabet), &MachineEffects::default());
            assert!(text.len() == 300 && text.bytes().all(|byte| letters.contains(&byte)), "{text}");
            assert!(letters.iter().filter(|letter| !text.as_bytes().contains(letter)).count() < 20);
        }
        assert_eq!(STANDARD.decode(generate(&rule(32, SecretAlphabet::Base64), &MachineEffects::default())).unwrap().len(), 32);
    }

    #[test]
    fn references_in_texts_are_resolved() {
        let mut secrets = StackSecrets {
            rules: BTreeMap::from([("nova-db".to_owned(), rule(32, SecretAlphabet::Hex))]),
            kept: BTreeMap::new(),
            rotated: BTreeSet::new(),
            new: Mutex::default(),
            world: None,
            store: None,
            masks: Masks::default(),
        };
        assert_eq!(secrets.resolve("mysql://nova:ref+stackwright://nova-db+@host"), Ok("mysql://nova:secret.nova-db@host".to_owned()));
        assert_eq!(secrets.resolve("ref+stackwright://nova-db/x"), Ok("secret.nova-db/x".to_owned()));
        assert_eq!(secrets.resolve("ref+stackwright://nova-bd"), Err("the stack has no secret nova-bd; did you mean nova-db?".to_owned()));
        assert!(secrets.resolve("ref+vault://x").is_err());
        secrets.rules.clear();
        assert!(secrets.secret("nova-db").is_err());
    }
}
