//! What names a stack, and a release of it.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// Label values and parts of object names are not longer.
const LONGEST: usize = 63;

/// A stack in a cluster: its name, one of its environments, and the namespace that keeps its revisions. Environments are
/// apart: what one deploys, another does not miss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackId {
    /// The stack's name.
    pub name: String,
    /// The environment.
    pub environment: String,
    /// The namespace of its revisions and its lock.
    pub namespace: String,
}

impl StackId {
    /// Returns the name as a label holds it.
    pub fn name_label(&self) -> String {
        slug(&self.name)
    }

    /// Returns the environment as a label holds it.
    pub fn environment_label(&self) -> String {
        slug(&self.environment)
    }

    /// Returns what the names of its objects begin with, and its Lease's name.
    pub fn object_name(&self) -> String {
        format!("stackwright.stack.v1.{}.{}", self.name_label(), self.environment_label())
    }
}

impl fmt::Display for StackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.environment.as_str() {
            "default" => f.write_str(&self.name),
            environment => write!(f, "{} ({environment})", self.name),
        }
    }
}

/// A release as a stack's revision names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseKey {
    /// The kubeconfig context; none means the current one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl fmt::Display for ReleaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(context) = &self.context {
            write!(f, "{context}/")?;
        }
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// Makes a DNS label of any text. Texts that differ stay different: what is lost comes back as a digest.
fn slug(text: &str) -> String {
    let letters: String =
        text.to_lowercase().chars().map(|letter| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '-' }).collect();
    let short = letters.trim_matches('-');
    if short == text && short.len() <= LONGEST {
        return short.to_owned();
    }
    let digest = Sha256::digest(text.as_bytes());
    let tail: String = digest.iter().take(3).map(|byte| format!("{byte:02x}")).collect();
    let head = short[..short.len().min(LONGEST - 7)].trim_end_matches('-');
    if head.is_empty() { tail } else { format!("{head}-{tail}") }
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn any_text_becomes_a_label_and_different_texts_different_ones() {
        assert_eq!(slug("shop"), "shop");
        assert!(slug("My Shop").starts_with("my-shop-"), "{}", slug("My Shop"));
        assert_ne!(slug("My Shop"), slug("my_shop"));
        assert_eq!(slug(&"a".repeat(200)).len(), 63);
        assert_eq!(slug("☃").len(), 6);
    }
}
