//! Parsed templates by their text.

use super::functions::functions;
use super::model::File;
use crate::diag::Source;
use crate::template::{Compiled, Error};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::sync::{Arc, PoisonError, RwLock};

/// Remembers what template texts parse to, so that a text that many charts hold is parsed once. Shared between threads.
#[derive(Debug, Default)]
pub struct TemplateCache(RwLock<Known>);

#[derive(Debug, Default)]
struct Known {
    by_text: FxHashMap<Arc<[u8]>, Arc<Compiled>>,
    /// The same by the address of the text: charts that share an archive share its texts, and need not compare them. The
    /// addresses stay taken, for `by_text` holds the texts.
    by_address: FxHashMap<usize, Arc<Compiled>>,
}

fn address(text: &Arc<[u8]>) -> usize {
    text.as_ptr() as usize
}

impl TemplateCache {
    /// Makes an empty cache.
    pub fn new() -> TemplateCache {
        TemplateCache::default()
    }

    fn find(&self, text: &Arc<[u8]>) -> Option<Arc<Compiled>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.by_address.get(&address(text)).or_else(|| known.by_text.get(text)).map(Arc::clone)
    }

    /// Returns a file's parsed text. `name` is what errors call the template.
    ///
    /// # Errors
    /// A text that is no template.
    pub(super) fn parse(&self, name: &str, file: &File) -> Result<Arc<Compiled>, Error> {
        if let Some(compiled) = self.find(&file.data) {
            return Ok(compiled);
        }
        // Checking first is much faster for what is text, as all but everything is.
        let text = std::str::from_utf8(&file.data).map_or_else(|_| String::from_utf8_lossy(&file.data), Cow::Borrowed);
        let source = Source::new(name, text);
        let compiled = Arc::new(Compiled::parse(&source, functions())?);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have been faster; then its text is the one that is held. Empty texts have no place of their own.
        if !file.data.is_empty() && !known.by_text.contains_key(&file.data) {
            known.by_address.insert(address(&file.data), Arc::clone(&compiled));
            known.by_text.insert(Arc::clone(&file.data), Arc::clone(&compiled));
        }
        Ok(compiled)
    }
}
