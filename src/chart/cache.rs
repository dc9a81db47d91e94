//! Parsed templates by their text.

use super::functions::functions;
use super::model::File;
use crate::diag::Source;
use crate::template::{Compiled, Error};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

/// Remembers what template texts parse to, as long as somebody holds the texts: a chart that several releases use, and a subchart
/// that many charts hold, is parsed once. Shared between threads.
#[derive(Debug, Default)]
pub struct TemplateCache(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// By the address of the text. An address stays taken as long as it stands here.
    by_address: FxHashMap<usize, (Weak<[u8]>, Parsed)>,
    /// Texts that are alike in many charts, by themselves.
    by_text: FxHashMap<Arc<[u8]>, Parsed>,
}

/// Files of a few lines, such as those that only include a template of a library, are alike in many charts.
const SMALL: usize = 1024;

/// What a text parses to, once somebody has parsed it; `None` for what is no template. Who wants it meanwhile waits.
type Parsed = Arc<OnceLock<Option<Arc<Compiled>>>>;

impl TemplateCache {
    /// Makes an empty cache.
    pub fn new() -> TemplateCache {
        TemplateCache::default()
    }

    /// Returns a file's parsed text. `name` is what errors call the template. Texts of subcharts are known again in other charts:
    /// many archives differ in nothing but the time when they were made.
    ///
    /// # Errors
    /// A text that is no template.
    pub(super) fn parse(&self, name: &str, file: &File, is_of_subchart: bool) -> Result<Arc<Compiled>, Error> {
        let is_alike = is_of_subchart || file.data.len() <= SMALL;
        match self.place(&file.data, is_alike).get_or_init(|| parse(name, &file.data).ok().map(Arc::new)) {
            Some(compiled) => Ok(Arc::clone(compiled)),
            None => parse(name, &file.data).map(Arc::new),
        }
    }

    fn place(&self, text: &Arc<[u8]>, is_alike: bool) -> Parsed {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Known { by_address, by_text } = &mut *known;
        // Empty texts have no place of their own.
        if text.is_empty() {
            return Parsed::default();
        }
        let mut new = || match is_alike {
            true => Arc::clone(by_text.entry(Arc::clone(text)).or_default()),
            false => Parsed::default(),
        };
        Arc::clone(&by_address.entry(text.as_ptr().addr()).or_insert_with(|| (Arc::downgrade(text), new())).1)
    }

    /// Gives back the memory for texts that nobody holds any more.
    pub fn forget_dropped(&self) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let dropped: Vec<_> = known.by_address.extract_if(|_, (text, _)| text.strong_count() == 0).collect();
        // Whoever waits for the lock does not wait for this.
        drop(known);
        drop(dropped);
    }
}

fn parse(name: &str, text: &[u8]) -> Result<Compiled, Error> {
    // Checking first is much faster for what is text, as all but everything is.
    let text = std::str::from_utf8(text).map_or_else(|_| String::from_utf8_lossy(text), Cow::Borrowed);
    Compiled::parse(&Source::new(name, text), functions())
}

#[cfg(test)]
mod tests {
    use super::{SMALL, TemplateCache};
    use crate::chart::model::File;
    use std::sync::Arc;

    fn file(text: &str) -> File {
        File { name: "templates/a.yaml".to_owned(), data: text.as_bytes().into(), modified: None }
    }

    #[test]
    fn a_text_is_parsed_once_and_known_again_where_many_charts_hold_it() {
        let cache = TemplateCache::new();
        let parse = |file: &File, of_subchart| cache.parse("a", file, of_subchart).expect("it is a template");
        let (long, small) = ("x".repeat(SMALL + 1), "{{ .a }}");
        let (one, two) = (file(&long), file(&long));
        assert!(Arc::ptr_eq(&parse(&one, false), &parse(&one, false)));
        assert!(!Arc::ptr_eq(&parse(&one, false), &parse(&two, false)), "two charts rarely have the same long file");
        assert!(Arc::ptr_eq(&parse(&file(small), false), &parse(&file(small), false)));
        assert!(Arc::ptr_eq(&parse(&file(&long), true), &parse(&file(&long), true)), "a library's file");
    }

    #[test]
    fn texts_that_nobody_holds_are_forgotten_and_others_kept() {
        let cache = TemplateCache::new();
        let (held, dropped) = (file(&"h".repeat(SMALL + 1)), file(&"d".repeat(SMALL + 1)));
        let compiled = cache.parse("held", &held, false).expect("it is a template");
        cache.parse("dropped", &dropped, false).expect("it is a template");
        drop(dropped);
        cache.forget_dropped();
        assert_eq!(cache.0.lock().expect("nobody panicked").by_address.len(), 1);
        assert!(Arc::ptr_eq(&compiled, &cache.parse("held", &held, false).expect("it is a template")));
    }

    #[test]
    fn what_does_not_parse_is_told_to_each_by_its_own_name() {
        let cache = TemplateCache::new();
        let broken = file("{{ if }}");
        for name in ["a.yaml", "b.yaml"] {
            let error = cache.parse(name, &broken, false).expect_err("it is no template");
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
