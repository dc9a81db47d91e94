//! Chart.lock: the digest in it, and writing it.

use super::request::refused;
use crate::chart::{Dependency, Lock};
use crate::diag::Diagnostics;
use crate::ops::chart_package::write;
use crate::source::Digest;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Dependencies as a chart or its lock has them.
pub(super) type List = Option<Vec<Option<Dependency>>>;

/// Returns the digest of what Chart.yaml asks for and what was chosen.
///
/// Rule: Helm internal/resolver `HashReq`.
pub(super) fn digest(wanted: &List, locked: &List) -> String {
    let wanted: List = wanted.as_ref().map(|wanted| wanted.iter().map(|dependency| dependency.as_ref().map(unordered)).collect());
    of_json(&(wanted, locked))
}

/// What Helm 4.3.1 does not know it does not count: a lock of its making stays good.
fn unordered(dependency: &Dependency) -> Dependency {
    Dependency { depends_on: Vec::new(), ..dependency.clone() }
}

/// Returns the digest that Helm 2 wrote into requirements.lock.
///
/// Rule: Helm internal/resolver `HashV2Req`.
pub(super) fn helm_2_digest(wanted: &List) -> String {
    #[derive(Serialize)]
    struct Requirements<'a> {
        dependencies: &'a List,
    }
    of_json(&Requirements { dependencies: wanted })
}

fn of_json(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("texts, lists and values have a JSON form");
    // These stand only inside strings, where Go writes them so.
    let json = [("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e"), ("\u{2028}", "\\u2028"), ("\u{2029}", "\\u2029")]
        .into_iter()
        .fold(json, |json, (character, escaped)| json.replace(character, escaped));
    format!("sha256:{}", Digest::of(json.as_bytes()))
}

/// Returns the file of a chart's lock; charts of Helm 2's form have another one.
///
/// # Errors
/// The file is a link: who writes through it changes another chart.
pub(super) fn lock_file(folder: &Path, api_version: &str) -> Result<PathBuf, Diagnostics> {
    let name = if api_version == "v1" { "requirements.lock" } else { "Chart.lock" };
    let path = folder.join(name);
    match std::fs::read_link(&path) {
        Ok(target) => {
            let target = crate::value::quote(target.to_string_lossy().as_bytes());
            Err(refused(format!("the {name} file is a symlink to {target}"), "put a file in its place, or remove it"))
        }
        Err(_) => Ok(path),
    }
}

/// Writes a lock that was made now.
pub(super) fn write_lock(path: &Path, lock: &Lock) -> Result<(), Diagnostics> {
    write(path, lock.to_yaml(Some(&now())).as_bytes())
}

/// Returns the time as Go writes it: in the machine's zone, with all digits of its nanoseconds that are needed.
fn now() -> String {
    let text = jiff::Zoned::now().strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string();
    text.strip_suffix("+00:00").map_or(text.clone(), |time| format!("{time}Z"))
}

#[cfg(test)]
mod tests {
    use super::digest;
    use crate::chart::Dependency;

    /// The digest is that of a Chart.lock which Helm wrote.
    #[test]
    fn the_digest_is_helms() {
        let dependency = |version: &str| {
            let (name, repository, version) = ("a".to_owned(), "oci://reg.example/charts".to_owned(), version.to_owned());
            Some(vec![Some(Dependency { name, repository, version, ..Dependency::default() })])
        };
        let expected = "sha256:aefef78ca06c3a8c74182ed871743a17ac8307dd5f0fc129b5df576c19b05ef3";
        assert_eq!(digest(&dependency("^1"), &dependency("1.2.0")), expected);
    }
}
