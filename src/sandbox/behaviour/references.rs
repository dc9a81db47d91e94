//! ConfigMaps and Secrets that a pod refers to and that are not there.
//!
//! Rule: a kubelet does not start a pod whose volumes it cannot mount, nor a container whose environment it cannot make; the messages are
//! the ones that it writes into events and statuses.

use super::world::{Name, Store, Topic, World};
use k8s_openapi::api::core::v1::{Container, KeyToPath, Pod, Volume};
use std::collections::BTreeSet;

/// A reference to something that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What to tell.
    pub message: String,
    /// What would mend it.
    pub topic: Topic,
}

/// Returns what a volume of the pod needs and does not find.
pub fn missing_for_volumes(pod: &Pod, world: &World) -> Option<Missing> {
    let lookup = Lookup::of(pod, world);
    let volumes = pod.spec.iter().flat_map(|spec| spec.volumes.iter().flatten());
    volumes.into_iter().find_map(|volume| {
        let missing = lookup.missing_for_volume(volume)?;
        let message = format!("MountVolume.SetUp failed for volume {:?} : {}", volume.name, missing.message);
        Some(Missing { message, ..missing })
    })
}

/// Returns what the environment of a container needs and does not find.
pub fn missing_for_environment(container: &Container, pod: &Pod, world: &World) -> Option<Missing> {
    let lookup = Lookup::of(pod, world);
    let whole = container.env_from.iter().flatten().find_map(|source| {
        let config_map = source.config_map_ref.as_ref().and_then(|map| lookup.object(Kind::ConfigMap, &map.name, map.optional));
        config_map.or_else(|| source.secret_ref.as_ref().and_then(|secret| lookup.object(Kind::Secret, &secret.name, secret.optional)))
    });
    whole.or_else(|| {
        container.env.iter().flatten().filter_map(|variable| variable.value_from.as_ref()).find_map(|source| {
            let map = source.config_map_key_ref.as_ref();
            let secret = source.secret_key_ref.as_ref();
            map.and_then(|map| lookup.key(Kind::ConfigMap, &map.name, &map.key, map.optional))
                .or_else(|| secret.and_then(|secret| lookup.key(Kind::Secret, &secret.name, &secret.key, secret.optional)))
        })
    })
}

#[derive(Clone, Copy)]
enum Kind {
    ConfigMap,
    Secret,
}

struct Lookup<'a> {
    namespace: &'a str,
    world: &'a World,
}

impl<'a> Lookup<'a> {
    fn of(pod: &'a Pod, world: &'a World) -> Self {
        Lookup { namespace: pod.metadata.namespace.as_deref().unwrap_or_default(), world }
    }

    fn missing_for_volume(&self, volume: &Volume) -> Option<Missing> {
        if let Some(source) = &volume.config_map {
            return self.items(Kind::ConfigMap, &source.name, source.items.as_deref(), source.optional);
        }
        if let Some(source) = &volume.secret {
            let name = source.secret_name.as_deref().unwrap_or_default();
            return self.items(Kind::Secret, name, source.items.as_deref(), source.optional);
        }
        let sources = volume.projected.iter().flat_map(|projected| projected.sources.iter().flatten());
        sources.into_iter().find_map(|source| {
            let map = source.config_map.as_ref();
            let secret = source.secret.as_ref();
            map.and_then(|map| self.items(Kind::ConfigMap, &map.name, map.items.as_deref(), map.optional))
                .or_else(|| secret.and_then(|secret| self.items(Kind::Secret, &secret.name, secret.items.as_deref(), secret.optional)))
        })
    }

    fn items(&self, kind: Kind, name: &str, items: Option<&[KeyToPath]>, optional: Option<bool>) -> Option<Missing> {
        self.object(kind, name, optional).or_else(|| {
            let keys = self.keys(kind, name)?;
            let item = items.into_iter().flatten().find(|item| optional != Some(true) && !keys.contains(&item.key))?;
            Some(self.missing(kind, name, format!("references non-existent {} key: {}", kind.noun(), item.key)))
        })
    }

    fn object(&self, kind: Kind, name: &str, optional: Option<bool>) -> Option<Missing> {
        let needed = optional != Some(true) && self.keys(kind, name).is_none();
        needed.then(|| self.missing(kind, name, format!("{} {name:?} not found", kind.word())))
    }

    fn key(&self, kind: Kind, name: &str, key: &str, optional: Option<bool>) -> Option<Missing> {
        self.object(kind, name, optional).or_else(|| {
            let absent = optional != Some(true) && !self.keys(kind, name)?.contains(key);
            absent.then(|| self.missing(kind, name, format!("couldn't find key {key} in {} {}/{name}", kind.title(), self.namespace)))
        })
    }

    fn keys(&self, kind: Kind, name: &str) -> Option<&'a BTreeSet<String>> {
        let store: &Store<BTreeSet<String>> = match kind {
            Kind::ConfigMap => &self.world.config_maps,
            Kind::Secret => &self.world.secrets,
        };
        store.get(&Name::new(self.namespace, name))
    }

    fn missing(&self, kind: Kind, name: &str, message: String) -> Missing {
        let name = Name::new(self.namespace, name);
        Missing { message, topic: if matches!(kind, Kind::ConfigMap) { Topic::ConfigMap(name) } else { Topic::Secret(name) } }
    }
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::ConfigMap => "configmap",
            Kind::Secret => "secret",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Kind::ConfigMap => "config",
            Kind::Secret => "secret",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Kind::ConfigMap => "ConfigMap",
            Kind::Secret => "Secret",
        }
    }
}
