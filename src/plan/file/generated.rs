//! What templates make up anew in every render.

use serde_json::Value as Json;

/// Stands for a text that is made up when the plan is carried out.
pub const GENERATED: &str = "generated(when the plan is carried out)";

/// Covers what differs between two renders of the same object: what was made up. A release that is not installed yet has no seed, so that
/// what it makes up cannot be known before.
pub fn cover_generated(object: &mut Json, again: &Json) {
    match (object, again) {
        (object, again) if object == again => {}
        (Json::Object(map), Json::Object(again)) => {
            for (key, value) in map.iter_mut() {
                cover_generated(value, again.get(key).unwrap_or(&Json::Null));
            }
        }
        (Json::Array(items), Json::Array(again)) if items.len() == again.len() => {
            items.iter_mut().zip(again).for_each(|(item, again)| cover_generated(item, again));
        }
        (object, _) => *object = Json::String(GENERATED.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_differs_between_two_renders_is_covered_and_nothing_else() {
        let mut object = json!({"data": {"made": "x1", "kept": "a"}, "list": ["y1", "b"]});
        cover_generated(&mut object, &json!({"data": {"made": "x2", "kept": "a"}, "list": ["y2", "b"]}));
        assert_eq!(object, json!({"data": {"made": GENERATED, "kept": "a"}, "list": [GENERATED, "b"]}));
    }
}
