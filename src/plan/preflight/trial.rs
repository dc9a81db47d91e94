//! How an object is tried by the server.

use super::brought::Brought;
use super::subject::Subject;
use crate::manifest::ObjectId;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// How an object is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// As it will be sent.
    AsItIs,
    /// Under another name, for the one that has its name will be deleted before.
    AsNew {
        /// That name.
        name: String,
    },
    /// Under another name in a namespace that exists, for its own does not.
    StandIn {
        /// That name.
        name: String,
        /// That namespace.
        namespace: String,
    },
}

/// An object as it is tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial<'s> {
    /// What is sent.
    pub body: Cow<'s, Json>,
    /// How that differs from what will be sent.
    pub way: Way,
}

/// Says how an object is tried. `stand_in` is the namespace to use where its own does not exist.
pub fn trial<'s>(subject: &'s Subject, stand_in: Option<&str>, brought: &Brought) -> Trial<'s> {
    let way = match stand_in {
        Some(namespace) => Way::StandIn { name: another_name(&subject.sent.id.name), namespace: namespace.to_owned() },
        None if subject.is_made_anew => Way::AsNew { name: another_name(&subject.sent.id.name) },
        None => Way::AsItIs,
    };
    let mut body = Cow::Borrowed(&subject.sent.body);
    match &way {
        Way::AsItIs => {}
        Way::AsNew { name } => body.to_mut()["metadata"]["name"] = Json::from(name.as_str()),
        Way::StandIn { name, namespace } => {
            let metadata = &mut body.to_mut()["metadata"];
            metadata["name"] = Json::from(name.as_str());
            metadata["namespace"] = Json::from(namespace.as_str());
        }
    }
    leave_out_what_comes(subject, &way, brought, &mut body);
    Trial { body, way }
}

impl Trial<'_> {
    /// Puts the object's own names into what the server said about the one that was tried.
    pub fn in_own_words(&self, id: &ObjectId, text: &str) -> String {
        let named = |name: &str| text.replace(&format!("\"{name}\""), &format!("\"{}\"", id.name));
        match &self.way {
            Way::AsItIs => text.to_owned(),
            Way::AsNew { name } => named(name),
            Way::StandIn { name, namespace } => {
                let own = id.namespace.as_deref().unwrap_or_default();
                named(name).replace(&format!("namespace \"{namespace}\""), &format!("namespace \"{own}\""))
            }
        }
    }
}

/// A pod is refused where its service account or one of its classes does not exist; what the plan makes will be there by then.
fn leave_out_what_comes(subject: &Subject, way: &Way, brought: &Brought, body: &mut Cow<'_, Json>) {
    let id = &subject.sent.id;
    if id.kind != "Pod" || id.api_version != "v1" {
        return;
    }
    let in_stand_in = matches!(way, Way::StandIn { .. });
    let namespaced = [("serviceAccountName", "v1", "ServiceAccount"), ("serviceAccount", "v1", "ServiceAccount")];
    let clustered =
        [("priorityClassName", "scheduling.k8s.io/v1", "PriorityClass"), ("runtimeClassName", "node.k8s.io/v1", "RuntimeClass")];
    let refers = |field: &str| subject.sent.body.pointer(&format!("/spec/{field}")).and_then(Json::as_str);
    let comes = |(field, api_version, kind): (&'static str, &str, &str), namespace: Option<&String>| {
        let name = refers(field)?.to_owned();
        let named = ObjectId { api_version: api_version.to_owned(), kind: kind.to_owned(), namespace: namespace.cloned(), name };
        brought.has(&named).then_some(field)
    };
    let accounts = namespaced.into_iter().filter_map(|reference| match in_stand_in {
        true => refers(reference.0).map(|_| reference.0),
        false => comes(reference, id.namespace.as_ref()),
    });
    let fields: Vec<&str> = accounts.chain(clustered.into_iter().filter_map(|reference| comes(reference, None))).collect();
    if !fields.is_empty()
        && let Some(spec) = body.to_mut()["spec"].as_object_mut()
    {
        fields.into_iter().for_each(|field| drop(spec.remove(field)));
    }
}

/// Returns a name of the same length that nobody has: a rule about lengths holds for it too.
fn another_name(name: &str) -> String {
    const END: usize = 8;
    let hash = Sha256::digest(name.as_bytes());
    let letters: String = hash.iter().take(END).map(|byte| char::from(b'a' + byte % 26)).collect();
    let kept = name.len().saturating_sub(END);
    // A name that is no ASCII is refused whatever its end is.
    match name.is_char_boundary(kept) {
        true => format!("{}{}", &name[..kept], &letters[..name.len() - kept]),
        false => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::another_name;

    #[test]
    fn another_name_is_as_long_and_another() {
        for name in ["a", "web", "keystone-db-sync", "keystone-db-sync-2"] {
            let other = another_name(name);
            assert_eq!(other.len(), name.len());
            assert_ne!(other, name);
        }
    }
}
