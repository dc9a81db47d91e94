//! A Go string: any bytes, nearly always UTF-8.

use smol_str::SmolStr;
use std::borrow::{Borrow, Cow};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A Go string. Cheap to clone; short ones are held inline. Ordered and hashed by its bytes.
#[derive(Clone)]
pub struct Str(Repr);

#[derive(Clone)]
enum Repr {
    Utf8(SmolStr),
    /// Bytes that are not UTF-8: `b64dec` of a key store, a text cut inside a rune.
    Raw(Arc<[u8]>),
}

impl Str {
    /// Makes a string of any bytes.
    pub fn from_bytes(bytes: Vec<u8>) -> Str {
        match String::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(error) => Str(Repr::Raw(error.into_bytes().into())),
        }
    }

    /// Makes a string of a copy of some bytes.
    pub fn copy_of(bytes: &[u8]) -> Str {
        match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => Str(Repr::Raw(bytes.into())),
        }
    }

    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Utf8(text) => text.as_bytes(),
            Repr::Raw(bytes) => bytes,
        }
    }

    /// Returns the text when it is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Repr::Utf8(text) => Some(text),
            Repr::Raw(_) => None,
        }
    }

    /// Returns the text with U+FFFD in place of bytes that are not UTF-8, one for each byte run as Rust replaces them.
    pub fn to_text(&self) -> Cow<'_, str> {
        match &self.0 {
            Repr::Utf8(text) => Cow::Borrowed(text),
            Repr::Raw(bytes) => String::from_utf8_lossy(bytes),
        }
    }

    /// Says whether both are one text in memory: then they are equal, and nothing needs to be read to know it.
    pub fn is_same(&self, other: &Str) -> bool {
        std::ptr::eq(self.as_bytes(), other.as_bytes())
    }

    /// Returns the number of bytes.
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Says whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }
}

impl Default for Str {
    fn default() -> Self {
        Str(Repr::Utf8(SmolStr::default()))
    }
}

impl From<&str> for Str {
    fn from(text: &str) -> Self {
        Str(Repr::Utf8(SmolStr::new(text)))
    }
}

impl From<String> for Str {
    fn from(text: String) -> Self {
        Str(Repr::Utf8(SmolStr::from(text)))
    }
}

impl From<SmolStr> for Str {
    fn from(text: SmolStr) -> Self {
        Str(Repr::Utf8(text))
    }
}

impl From<Cow<'_, str>> for Str {
    fn from(text: Cow<'_, str>) -> Self {
        Str(Repr::Utf8(SmolStr::from(text)))
    }
}

impl PartialEq for Str {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Str {}

impl PartialEq<str> for Str {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Str {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialOrd for Str {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Str {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for Str {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl Borrow<[u8]> for Str {
    fn borrow(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_text(), f)
    }
}

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}
