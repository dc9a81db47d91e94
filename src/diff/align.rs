//! Which items of lists belong together.

use serde_json::Value as Json;

/// What tells the items of Kubernetes' lists apart, tried in this order: the merge keys of its types.
const IDENTITIES: [&[&str]; 9] = [
    &["name"],
    &["key"],
    &["mountPath"],
    &["containerPort", "protocol"],
    &["port", "protocol"],
    &["port"],
    &["ip"],
    &["topologyKey"],
    &["type"],
];

/// What tells the items of some lists apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity(&'static [&'static str]);

impl Identity {
    /// Finds the fields that every item of all these lists has, and that no two items of one list share.
    pub(super) fn of(lists: &[&[Json]]) -> Option<Identity> {
        IDENTITIES.into_iter().map(Identity).find(|identity| lists.iter().all(|list| identity.fits(list)))
    }

    /// Returns what names an item.
    pub(super) fn name(self, item: &Json) -> Option<String> {
        let mut name = String::new();
        for (index, field) in self.0.iter().enumerate() {
            let part = match item.get(field) {
                Some(Json::String(text)) => text.clone(),
                Some(Json::Number(number)) => number.to_string(),
                // The API server fills in TCP.
                None if *field == "protocol" => "TCP".to_owned(),
                _ => return None,
            };
            if index > 0 {
                name.push('/');
            }
            name.push_str(&part);
        }
        Some(name)
    }

    /// Returns the fields.
    pub(super) fn fields(self) -> &'static [&'static str] {
        self.0
    }

    fn fits(self, list: &[Json]) -> bool {
        let mut names = Vec::with_capacity(list.len());
        for item in list {
            match self.name(item) {
                Some(name) => names.push(name),
                None => return false,
            }
        }
        names.sort_unstable();
        names.windows(2).all(|pair| pair[0] != pair[1])
    }
}
