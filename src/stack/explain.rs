//! Why a value is what it is: every layer that says something about it.

use super::model::Release;
use super::values::{ResolvedLayer, merge_layers};
use super::world::World;
use crate::diag::{Diagnostics, Origin};
use crate::value::{Map, Path, Value, lookup};

/// What one layer says about a value.
#[derive(Clone, Debug)]
pub struct Said {
    /// The layer.
    pub layer: String,
    /// What it sets; a map is laid over what is below, everything else replaces it.
    pub value: Value,
    /// Where exactly.
    pub origin: Origin,
}

/// Returns what the layers say about the value at a path, lowest first: the last one that is no map wins.
///
/// # Errors
/// A `set` that does not follow Helm's grammar.
pub fn explain(layers: &[ResolvedLayer], path: &Path, release: &Release, world: &World) -> Result<Vec<Said>, Diagnostics> {
    let mut said = Vec::new();
    for layer in layers {
        let alone = merge_layers(std::slice::from_ref(layer), release, world)?;
        if let Some(value) = lookup(&alone, path) {
            said.push(Said { layer: layer.name.clone(), value, origin: origin(&alone, path) });
        }
    }
    Ok(said)
}

fn origin(values: &Map, path: &Path) -> Origin {
    let Some((last, parents)) = path.0.split_last() else { return Origin::NONE };
    let parent = if parents.is_empty() { Some(Value::Map(values.clone())) } else { lookup(values, &Path(parents.to_vec())) };
    parent.and_then(|parent| parent.as_map().map(|map| map.origin(&last.to_text()))).unwrap_or_default()
}
