//! What a stack is called, and how its revisions are kept.

use super::error::Error;
use super::file::LoadedFile;
use super::identity::non_empty;
use super::load::Loader;
use super::model::Keeping;
use crate::source::join;
use std::path::Path;

/// How many revisions of a stack are kept where it does not say.
const MAX: u32 = 10;

/// Names of stack files that say nothing about the stack: their folder's name does.
const COMMON_NAMES: [&str; 4] = ["stack", "helmfile", "stack.d", "helmfile.d"];

impl Loader<'_> {
    /// Takes over what one of the files that were asked for says; the first one that says something counts. Sub-stacks have no say.
    pub(super) fn keep_as(&mut self, file: &LoadedFile) {
        let raw = &file.raw;
        let text = |text: &super::raw::Text| text.as_ref().and_then(|text| non_empty(&text.value));
        let forced = |given: Option<&str>, written: &super::raw::Text| given.and_then(non_empty).or_else(|| text(written));
        if self.keeping.name.is_empty()
            && let Some(name) = text(&raw.name)
        {
            self.keeping.name = name;
            self.keeping.is_named = true;
        }
        self.keeping.prune |= raw.prune.as_ref().is_some_and(|flag| flag.value);
        if self.keeping.namespace.is_none() {
            self.keeping.namespace = text(&raw.history.0.namespace).or_else(|| forced(self.request.namespace, &raw.namespace));
        }
        if self.keeping.kube_context.is_none() {
            self.keeping.kube_context = forced(self.request.kube_context, &raw.kube_context);
        }
        if let Some(max) = &raw.history.0.max {
            match u32::try_from(max.value) {
                Ok(max) => self.keeping.max = max,
                Err(_) => self.diagnostics.push(Error::Negative { number: max.value, span: max.span.clone() }.diagnostic()),
            }
        }
    }
}

impl Keeping {
    pub(super) fn unnamed() -> Keeping {
        Keeping { max: MAX, ..Keeping::default() }
    }

    /// Gives the stack the name of its file or folder where it has none of its own.
    #[must_use]
    pub(super) fn named_for(self, path: &Path, working_folder: Option<&Path>) -> Keeping {
        if self.is_named {
            return self;
        }
        Keeping { name: name_of(path, working_folder), ..self }
    }
}

/// Returns `shop` for `shop/stack.yaml`, `shop/helmfile.d` and `shop.yaml.gotmpl`.
fn name_of(path: &Path, working_folder: Option<&Path>) -> String {
    let path = join(working_folder.unwrap_or(Path::new("/")), path);
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut stem = name(&path);
    for ending in [".gotmpl", ".yaml", ".yml"] {
        stem = stem.strip_suffix(ending).map(str::to_owned).unwrap_or(stem);
    }
    let own = if COMMON_NAMES.contains(&stem.as_str()) { path.parent().map(name).unwrap_or_default() } else { stem };
    if own.is_empty() { "stack".to_owned() } else { own }
}

#[cfg(test)]
mod tests {
    use super::name_of;
    use std::path::Path;

    #[test]
    fn a_stack_is_called_after_its_folder_or_file() {
        for (path, name) in [
            ("stack.yaml", "shop"),
            ("helmfile.yaml.gotmpl", "shop"),
            ("./../shop/stack.d", "shop"),
            ("openstack.yaml", "openstack"),
            ("/", "stack"),
        ] {
            assert_eq!(name_of(Path::new(path), Some(Path::new("/home/shop"))), name, "{path}");
        }
    }
}
