//! Local charts only, until the source room fetches.

use crate::chart::{Chart, LoadCache, load_with};
use crate::diag::Diagnostic;
use crate::source::{OsFiles, Repository};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub(super) struct Fetcher;
pub(super) struct FetchError(String);
impl FetchError {
    pub(super) fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error(self.0.clone())
    }
}
impl Fetcher {
    pub(super) fn new(_: &BTreeMap<String, String>, _: Vec<Repository>, _: Arc<OsFiles>) -> Fetcher {
        Fetcher
    }
    pub(super) async fn chart(&self, chart: &str, _: Option<&str>, folder: &Path, cache: &LoadCache) -> Result<Arc<Chart>, FetchError> {
        load_with(&folder.join(chart), cache).map(Arc::new).map_err(|error| FetchError(error.to_string()))
    }
}
