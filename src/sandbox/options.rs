//! What a sandbox is asked to be.

use super::error::Error;
use super::nodes::Nodes;
use etcetera::BaseStrategy;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// The name of a sandbox: a DNS label of at most 40 characters that begins with a letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SandboxName(String);

impl SandboxName {
    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for SandboxName {
    fn default() -> Self {
        SandboxName("default".to_owned())
    }
}

impl FromStr for SandboxName {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let letters = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
        if letters && begins && !name.ends_with('-') && name.len() <= 40 {
            Ok(SandboxName(name.to_owned()))
        } else {
            Err(Error::InvalidName { name: name.to_owned() })
        }
    }
}

impl fmt::Display for SandboxName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where sandboxes keep what they need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// Holds a folder for each sandbox that is up.
    pub state: PathBuf,
    /// Holds the binaries that were built, in a folder for each set of versions.
    pub cache: PathBuf,
}

impl Folders {
    /// Returns the user's folders by the XDG rules (`$XDG_STATE_HOME` and `$XDG_CACHE_HOME`, `stackwright/sandbox` in each).
    ///
    /// # Errors
    /// `NoHome` when the user's home folder is not known.
    pub fn of_user() -> Result<Self, Error> {
        let strategy = etcetera::base_strategy::Xdg::new().map_err(|_| Error::NoHome)?;
        let state = strategy.state_dir().ok_or(Error::NoHome)?;
        Ok(Folders { state: state.join("stackwright/sandbox"), cache: strategy.cache_dir().join("stackwright/sandbox") })
    }
}

/// How long a sandbox lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Lifetime {
    /// Until it is taken down.
    #[default]
    UntilDown,
    /// Until the process that made it drops its `Sandbox` or ends in whatever way, being killed included.
    Parent,
}

/// What a sandbox is asked to be.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its name; several run side by side under different names.
    pub name: SandboxName,
    /// Where it keeps state and binaries.
    pub folders: Folders,
    /// A folder of binaries that are used instead of building them (`KUBEBUILDER_ASSETS`, the convention of envtest).
    pub assets: Option<PathBuf>,
    /// The `stackwright` executable: the supervisor is this program run with `sandbox supervise`.
    pub program: PathBuf,
    /// Its nodes.
    pub nodes: Nodes,
    /// Whether pods are killed and nodes go away, and the seed of what is drawn for that.
    pub chaos: Option<u64>,
    /// How long it lives.
    pub lifetime: Lifetime,
}

impl Options {
    /// Asks for the default sandbox: three nodes, until it is taken down.
    pub fn new(folders: Folders, program: PathBuf) -> Self {
        Options {
            name: SandboxName::default(),
            folders,
            assets: None,
            program,
            nodes: Nodes::all_in_one(3),
            chaos: None,
            lifetime: Lifetime::UntilDown,
        }
    }

    /// Checks what the types cannot say.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.nodes.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, valid: bool) {
        assert_eq!(name.parse::<SandboxName>().is_ok(), valid, "{name:?}");
    }

    #[test]
    fn names_are_dns_labels() {
        check("default", true);
        check("a-1", true);
        check("", false);
        check("1a", false);
        check("a-", false);
        check("A", false);
        check("../x", false);
        check(&"a".repeat(41), false);
    }
}
