//! Reads the YAML documents of a values file.

use super::super::unreadable::Unreadable;
use super::merge_maps;
use crate::diag::Source;
use crate::value::Map;
use crate::yaml;

/// Returns the map of a values file; of several documents the later ones are laid over the earlier.
///
/// # Errors
/// A document that is no YAML map.
pub fn parse_documents(source: &Source) -> Result<Map, Unreadable> {
    let documents = yaml::parse_documents(source).map_err(Unreadable::Document)?;
    let mut maps = documents.into_iter().map(|document| yaml::expect_map(document).map_err(Unreadable::Document));
    let first = maps.next().unwrap_or_else(|| Ok(Map::new()))?;
    maps.try_fold(first, |values, map| Ok(merge_maps(&values, &map?)))
}
