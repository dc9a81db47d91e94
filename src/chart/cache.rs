//! Parsed templates by their text.

use super::functions::functions;
use super::model::File;
use crate::diag::Source;
use crate::template::{Compiled, Error};
use rustc_hash::FxHashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Remembers what template texts parse to, so that a text that many charts hold is parsed once. Shared between threads.
#[derive(Debug, Default)]
pub struct TemplateCache(RwLock<FxHashMap<Arc<[u8]>, Arc<Compiled>>>);

impl TemplateCache {
    /// Makes an empty cache.
    pub fn new() -> TemplateCache {
        TemplateCache::default()
    }

    /// Returns a file's parsed text. `name` is what errors call the template.
    ///
    /// # Errors
    /// A text that is no template.
    pub(super) fn parse(&self, name: &str, file: &File) -> Result<Arc<Compiled>, Error> {
        if let Some(compiled) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&file.data) {
            return Ok(Arc::clone(compiled));
        }
        let source = Source::new(name, String::from_utf8_lossy(&file.data));
        let compiled = Arc::new(Compiled::parse(&source, functions())?);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(Arc::clone(&file.data), Arc::clone(&compiled));
        Ok(compiled)
    }
}
