//! What a release needs, and how far the needed one has to be.

use super::error::Error;
use super::identity::{ReleaseId, non_empty};
use super::load::Loader;
use super::raw::{AUTO, NeedItem, Needs, RawDefaults, RawNeed, RawRelease, Spanned, Text};
use crate::diag::Span;
use std::fmt;

/// That one release must be there before another.
#[derive(Clone, Debug)]
pub struct Need {
    /// The release that is needed.
    pub id: ReleaseId,
    /// How far it has to be.
    pub until: Until,
    /// Where the need is written.
    pub span: Option<Span>,
}

/// How far a needed release has to be before one that needs it starts.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Until {
    /// Its work has ended well, whatever it waits for itself: helmfile's plain form.
    #[default]
    Done,
    /// Its objects were sent.
    Applied,
    /// Its post-install, post-upgrade or post-rollback hooks have run, too.
    Hooks,
    /// All of it is ready, whether it is asked to wait for that or not.
    Ready,
    /// Of each of its objects this percentage of pods is ready.
    Percent(u8),
    /// This object of it is ready; of a hook: has run.
    Object {
        /// The object's kind.
        kind: String,
        /// Its namespace; the release's own where it is not said.
        namespace: Option<String>,
        /// Its name.
        name: String,
    },
}

impl Until {
    /// Reads `applied`, `hooks`, `ready`, `80%`, `KIND/NAME` or `KIND/NAMESPACE/NAME`.
    pub fn parse(text: &str) -> Option<Until> {
        match text {
            "applied" => return Some(Until::Applied),
            "hooks" => return Some(Until::Hooks),
            "ready" => return Some(Until::Ready),
            _ => {}
        }
        if let Some(percent) = percent(text) {
            return Some(Until::Percent(percent));
        }
        let parts: Vec<&str> = text.split('/').collect();
        if parts.iter().any(|part| part.is_empty()) {
            return None;
        }
        let object = |namespace: Option<&str>, name: &str| Until::Object {
            kind: parts[0].to_owned(),
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
        };
        match parts[1..] {
            [name] => Some(object(None, name)),
            [namespace, name] => Some(object(Some(namespace), name)),
            _ => None,
        }
    }

    /// Says whether only a release that is watched while it becomes ready can get there.
    pub fn asks_for_readiness(&self) -> bool {
        matches!(self, Until::Ready | Until::Percent(_) | Until::Object { .. })
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Until::Done => f.write_str("done"),
            Until::Applied => f.write_str("applied"),
            Until::Hooks => f.write_str("hooks"),
            Until::Ready => f.write_str("ready"),
            Until::Percent(percent) => write!(f, "{percent}%"),
            Until::Object { kind, namespace: Some(namespace), name } => write!(f, "{kind}/{namespace}/{name}"),
            Until::Object { kind, namespace: None, name } => write!(f, "{kind}/{name}"),
        }
    }
}

/// Reads `1%` to `100%`.
pub(super) fn percent(text: &str) -> Option<u8> {
    text.strip_suffix('%')?.trim_end().parse().ok().filter(|percent| (1..=100).contains(percent))
}

/// What a release says of its needs.
pub(super) struct SaidNeeds {
    /// Those that are named, each once.
    pub(super) named: Vec<Need>,
    /// Whether those that its pods tell count as well.
    pub(super) auto: bool,
}

impl Loader<'_> {
    /// Resolves `needs`; the same release twice counts once, as it is first. Where a release has none, those of `helmDefaults` count.
    pub(super) fn needs(&mut self, release: &RawRelease, defaults: &RawDefaults, id: &ReleaseId) -> SaidNeeds {
        let written: &Needs = if release.needs.is_written { &release.needs } else { &defaults.needs };
        let mut said = SaidNeeds { named: Vec::new(), auto: false };
        for item in &written.items {
            let need = match item {
                // A mapping names a release, even one that is called so.
                NeedItem::Plain(text) if text.value == AUTO => {
                    said.auto = true;
                    continue;
                }
                NeedItem::Plain(text) => {
                    Some(Need { id: ReleaseId::parse(&text.value, id), until: Until::Done, span: Some(text.span.clone()) })
                }
                NeedItem::Mapping(need) => self.need(need, id),
            };
            let Some(need) = need else { continue };
            // What all releases need, they do not need of themselves.
            let is_own = !release.needs.is_written && need.id == *id;
            if !is_own && said.named.iter().all(|known| known.id != need.id) {
                said.named.push(need);
            }
        }
        said
    }

    fn need(&mut self, item: &Spanned<RawNeed>, from: &ReleaseId) -> Option<Need> {
        let need = &item.value;
        let text = |text: &Text| text.as_ref().and_then(|text| non_empty(&text.value));
        let Some(name) = text(&need.name) else {
            self.diagnostics.push(Error::NamelessNeed { span: item.span.clone() }.diagnostic());
            return None;
        };
        let mut id = ReleaseId::parse(&name, from);
        id.namespace = text(&need.namespace).or(id.namespace);
        id.kube_context = text(&need.kube_context).or(id.kube_context);
        Some(Need { id, until: self.until(&need.until)?, span: Some(item.span.clone()) })
    }

    /// Nothing where it is told to be wrong.
    fn until(&mut self, text: &Text) -> Option<Until> {
        let Some(text) = text.as_ref().filter(|text| !text.value.is_empty()) else { return Some(Until::Done) };
        let until = Until::parse(text.value.trim());
        if until.is_none() {
            let choices = ["applied", "hooks", "ready", "80%", "KIND/NAME"];
            self.diagnostics.push(Error::choice("until", &text.value, &choices, &text.span).diagnostic());
        }
        until
    }
}

#[cfg(test)]
mod tests {
    use super::Until;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(Until::parse(text).map(|until| until.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn the_forms_of_until_are_read() {
        for text in ["applied", "hooks", "ready", "80%", "100%", "Job/nova-db-sync", "Service/openstack/nova-api"] {
            check(text, Some(text));
        }
        for text in ["done", "later", "0%", "101%", "-5%", "Job/", "/x", "a/b/c/d", ""] {
            check(text, None);
        }
    }
}
