//! values.schema.json.

use super::error::Error;
use super::tree::ChartNode;
use crate::value::Map;

pub(super) fn check(_tree: &ChartNode<'_>, _values: &Map) -> Result<(), Error> {
    Ok(())
}
