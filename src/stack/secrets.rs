//! Secrets of the stack: what its file says of them.

use super::error::Error;
use super::file::LoadedFile;
use super::load::Loader;
use super::raw::{RawSecret, Spanned};
use crate::diag::Span;

/// How long a secret is where the stack does not say.
const LENGTH: u32 = 32;
/// Secrets of other lengths are a mistake.
const LENGTHS: std::ops::RangeInclusive<i64> = 8..=1024;
/// Begins a reference to a secret of the stack in a text.
pub const SECRET_REFERENCE: &str = "ref+stackwright://";

/// How a secret is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRule {
    /// Its characters, or its bytes where they are encoded.
    pub length: u32,
    /// What it is made of.
    pub alphabet: SecretAlphabet,
    /// Where the stack file says so.
    pub span: Span,
}

/// What a secret is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecretAlphabet {
    /// Letters and digits.
    #[default]
    Alphanumeric,
    /// `0` to `9` and `a` to `f`.
    Hex,
    /// Digits.
    Digits,
    /// Any bytes, in base 64.
    Base64,
}

/// A key of a Secret or ConfigMap whose value is taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectValue {
    /// `Secret` or `ConfigMap`.
    pub kind: String,
    /// The namespace; none is the release's.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
    /// The key.
    pub key: String,
}

impl std::fmt::Display for ObjectValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let namespace = self.namespace.as_deref().map(|namespace| format!("{namespace}/")).unwrap_or_default();
        write!(f, "{} of {} {namespace}{}", self.key, self.kind, self.name)
    }
}

impl Loader<'_> {
    /// Takes over the secrets of a file; of two with one name the first counts.
    pub(super) fn secrets_of(&mut self, file: &LoadedFile) {
        for (name, raw) in &file.raw.secrets {
            let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            if name.is_empty() || !name.bytes().all(is_good) {
                self.diagnostics.push(Error::BadSecretName { name: name.clone(), span: raw.span.clone() }.diagnostic());
            }
            if let Some(rule) = self.secret_rule(raw)
                && !self.secrets.contains_key(name)
            {
                self.secrets.insert(name.clone(), rule);
            }
        }
    }

    fn secret_rule(&mut self, raw: &Spanned<RawSecret>) -> Option<SecretRule> {
        let Some(generate) = &raw.value.generate.0 else {
            self.diagnostics.push(Error::EmptySecret { span: raw.span.clone() }.diagnostic());
            return None;
        };
        let length = match &generate.value.length {
            None => Some(LENGTH),
            Some(length) if LENGTHS.contains(&length.value) => u32::try_from(length.value).ok(),
            Some(length) => {
                self.diagnostics.push(Error::SecretLength { length: length.value, span: length.span.clone() }.diagnostic());
                None
            }
        };
        let alphabet = match generate.value.alphabet.as_ref().map(|text| (text.value.as_str(), &text.span)) {
            None | Some(("alphanumeric", _)) => SecretAlphabet::Alphanumeric,
            Some(("hex", _)) => SecretAlphabet::Hex,
            Some(("digits", _)) => SecretAlphabet::Digits,
            Some(("base64", _)) => SecretAlphabet::Base64,
            Some((other, span)) => {
                let choices = ["alphanumeric", "hex", "digits", "base64"];
                self.diagnostics.push(Error::choice("alphabet", other, &choices, span).diagnostic());
                SecretAlphabet::Alphanumeric
            }
        };
        Some(SecretRule { length: length?, alphabet, span: raw.span.clone() })
    }
}

/// Returns the names of the stack's secrets that a text refers to.
pub fn secrets_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(SECRET_REFERENCE).skip(1).map(|reference| {
        let end = reference.find(|character: char| !character.is_ascii_alphanumeric() && !"-_.".contains(character));
        &reference[..end.unwrap_or(reference.len())]
    })
}
