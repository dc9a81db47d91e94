//! Kinds of Kubernetes that are deprecated or gone.

use super::stream::Object;
use crate::chart::KubeVersion;

/// A line a kind: apiVersion, kind, since when it is deprecated, since when it is gone, what to use instead; `-` for nothing.
/// Written by `tests/oracle/commands/generate.sh` from client-go's types.
const KINDS: &str = include_str!("lifecycle.txt");

/// What is to be said of a deprecated kind.
pub(super) struct Deprecation {
    /// Kubernetes' own warning.
    pub(super) warning: String,
    /// What to use instead.
    pub(super) replacement: Option<String>,
}

/// Returns the deprecation of an object's kind, if it has come at this version of Kubernetes.
pub(super) fn deprecation(object: &Object, version: &KubeVersion) -> Option<Deprecation> {
    let mut kinds = KINDS.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let found = kinds.find(|fields| fields[..2] == [&*object.api_version, &*object.kind])?;
    let [api_version, kind, since, gone, instead] = found[..] else { return None };
    let now = (version.major.parse().ok()?, version.minor.parse().ok()?);
    if number_pair(since)? > now {
        return None;
    }
    let mut warning = format!("{api_version} {kind} is deprecated in v{since}+");
    if gone != "-" {
        warning.push_str(&format!(", unavailable in v{gone}+"));
    }
    let replacement = (instead != "-").then(|| instead.to_owned());
    if let Some(instead) = &replacement {
        warning.push_str(&format!("; use {instead}"));
    }
    Some(Deprecation { warning, replacement })
}

fn number_pair(version: &str) -> Option<(u32, u32)> {
    let (major, minor) = version.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
