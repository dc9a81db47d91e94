//! Keeps walks over values from going round for ever: `set $d "self" $d` makes a map that holds itself.

use super::Map;

/// The maps on the way from the top of a value down to where a walk is.
#[derive(Clone, Copy)]
pub(super) struct Trail<'a> {
    map: &'a Map,
    before: Option<&'a Trail<'a>>,
}

impl<'a> Trail<'a> {
    /// Returns the trail with one more map, or `None` where the walk has come round to that map.
    pub(super) fn into_map(before: Option<&'a Trail<'a>>, map: &'a Map) -> Option<Trail<'a>> {
        let mut at = before;
        while let Some(trail) = at {
            if trail.map.is_same(map) {
                return None;
            }
            at = trail.before;
        }
        Some(Trail { map, before })
    }
}
