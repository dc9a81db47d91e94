//! What a plan file says.

use super::super::planned::Action;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

/// The version of the format that is written, and the only one that is read.
pub const FORMAT_VERSION: u32 = 1;
/// What makes a JSON document a plan file.
pub const KIND: &str = "stackwright-plan";
/// Where the schema is.
pub const SCHEMA: &str = "https://stackwright.dev/schemas/plan-1.json";

/// A plan as a file holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanFile {
    /// The schema of the format.
    #[serde(rename = "$schema")]
    pub schema: String,
    /// [`KIND`].
    pub kind: String,
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The version of the program that wrote it.
    pub made_by: String,
    /// `sha256:` of everything else: a file that was changed is refused.
    pub digest: String,
    /// Random bytes, in base64, that go into the digests of what is secret.
    pub salt: String,
    /// Which stack, and which of its releases.
    pub stack: StackInFile,
    /// What the command line said.
    pub options: OptionsInFile,
    /// The releases, in the order of the stack file.
    pub releases: Vec<ReleaseInFile>,
}

/// Which stack, and which of its releases: what `apply` uses where its own flags do not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StackInFile {
    /// Stack file or folder, as it was given.
    pub file: Option<String>,
    /// Environment.
    pub environment: Option<String>,
    /// Selectors.
    pub selectors: Vec<String>,
    /// Files with values of the environment.
    pub state_values_files: Vec<String>,
    /// The names of values of the environment that were given on the command line; what they were may be secret, and has to be given again.
    pub state_values_given: Vec<String>,
    /// Namespace that overrides the stack's.
    pub namespace: Option<String>,
    /// Context that overrides the stack's.
    pub kube_context: Option<String>,
}

/// What the command line said over the stack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OptionsInFile {
    /// Whether the plan was compared with the live objects.
    pub against_live: bool,
    /// Whether releases that left the stack are removed, whatever the stack says.
    pub prune: bool,
    /// Whether every release that fails is taken back.
    pub rollback_on_failure: bool,
    /// Whether releases are waited for, where that is said.
    pub wait: Option<bool>,
    /// Whether jobs are waited for too.
    pub wait_for_jobs: bool,
    /// Whether objects go up stage by stage.
    pub ordered: bool,
    /// Longest wait for what a stage needs, in seconds.
    pub readiness_timeout_seconds: Option<u64>,
    /// Whether no hooks run.
    pub no_hooks: bool,
    /// Longest wait, in seconds.
    pub timeout_seconds: Option<u64>,
    /// Whether objects are made anew where a field of them cannot change.
    pub recreate: bool,
    /// Whether releases that are as they should be get a revision all the same.
    pub force_revision: bool,
    /// `stable`, `rotated` or `random`.
    pub generated: String,
}

/// A release of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReleaseInFile {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// The context of its cluster, where the stack names one.
    pub kube_context: Option<String>,
    /// What is to be done.
    pub action: Action,
    /// Why, where the objects do not say it.
    pub reasons: Vec<String>,
    /// The releases that come before it.
    pub after: Vec<String>,
    /// The last revision that the plan knows.
    pub revision: Option<u32>,
    /// Its status.
    pub status: Option<String>,
    /// The chart; nothing for a removal.
    pub chart: Option<ChartInFile>,
    /// Keyed digest of the values that the user gave; nothing where there is no key, and for a removal.
    pub values: Option<String>,
    /// How it is carried out.
    pub settings: Json,
    /// What is sent and what is removed; nothing for a release that stays as it is.
    pub objects: Vec<ObjectInFile>,
}

/// A chart of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChartInFile {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// `sha256:` of its files and those of its subcharts.
    pub digest: String,
}

/// What an object is to its release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// One of its objects.
    Object,
    /// A hook.
    Hook,
}

/// An object of a plan. Values of Secrets, and texts that equal or contain one, are sealed: a keyed digest and the length instead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObjectInFile {
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// The namespace that it really has; nothing for kinds without.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// The template that makes it, or made it.
    pub template: String,
    /// What it is to its release.
    pub role: Role,
    /// What is sent; nothing where it is removed.
    pub wanted: Option<Json>,
    /// What lives of the fields that are sent, or that the last revision sent; nothing where it does not live. Not read for hooks.
    pub live: Option<Json>,
}

/// Why a text is no plan file that can be carried out.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// It is something else.
    #[error("it is no plan file")]
    NotAPlan,
    /// It is a plan file that cannot be read.
    #[error("it is a damaged plan file: {0}")]
    Damaged(String),
    /// It has another format.
    #[error("its format is version {found}, and this program reads version {FORMAT_VERSION}")]
    Version {
        /// The version that it has.
        found: u64,
    },
    /// It is not what was written.
    #[error("it was changed after it was written: its digest is not that of its contents")]
    Changed,
}

impl PlanFile {
    /// Fills in the digest.
    #[must_use]
    pub fn signed(mut self) -> PlanFile {
        self.digest = self.content_digest();
        self
    }

    /// Writes the file.
    pub fn to_text(&self) -> String {
        // A plan holds nothing that JSON cannot hold: all keys of its maps are strings.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Reads a file.
    ///
    /// # Errors
    /// The text is no plan file, has another version, or is not what was written.
    pub fn parse(text: &str) -> Result<PlanFile, FormatError> {
        let json: Json = serde_json::from_str(text).map_err(|_| FormatError::NotAPlan)?;
        if json["kind"] != KIND {
            return Err(FormatError::NotAPlan);
        }
        match json["formatVersion"].as_u64() {
            Some(version) if version == u64::from(FORMAT_VERSION) => {}
            found => return Err(FormatError::Version { found: found.unwrap_or_default() }),
        }
        let file: PlanFile = serde_json::from_value(json).map_err(|error| FormatError::Damaged(error.to_string()))?;
        if file.digest == file.content_digest() { Ok(file) } else { Err(FormatError::Changed) }
    }

    /// Maps are written with sorted keys, so that the same content has the same digest.
    fn content_digest(&self) -> String {
        let unsigned = PlanFile { digest: String::new(), ..self.clone() };
        let content = serde_json::to_value(&unsigned).map(|value| value.to_string()).unwrap_or_default();
        digest_text(&Sha256::digest(content.as_bytes()))
    }
}

/// Writes a digest as `sha256:HEX`.
pub(super) fn digest_text(digest: &[u8]) -> String {
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}
