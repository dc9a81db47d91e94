//! Where Helm keeps what a user has set up: repositories, logins.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The files that a user's set-up is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFiles {
    /// The repositories by name.
    pub repositories: PathBuf,
    /// The logins at registries.
    pub registry: PathBuf,
    /// Docker's logins, which count where Helm has none.
    pub docker: Option<PathBuf>,
}

impl ConfigFiles {
    /// Chooses the files from environment variables as Helm 4 does: `HELM_REPOSITORY_CONFIG` and `HELM_REGISTRY_CONFIG`, else
    /// below `HELM_CONFIG_HOME`, `XDG_CONFIG_HOME/helm` or `HOME/.config/helm`.
    ///
    /// Rule: Helm pkg/cli/environment.go and pkg/helmpath.
    pub fn from_env(env: &BTreeMap<String, String>) -> ConfigFiles {
        let variable = |name: &str| env.get(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let home = variable("HELM_CONFIG_HOME")
            .or_else(|| variable("XDG_CONFIG_HOME").map(|folder| folder.join("helm")))
            .unwrap_or_else(|| variable("HOME").unwrap_or_default().join(".config/helm"));
        ConfigFiles {
            repositories: variable("HELM_REPOSITORY_CONFIG").unwrap_or_else(|| home.join("repositories.yaml")),
            registry: variable("HELM_REGISTRY_CONFIG").unwrap_or_else(|| home.join("registry/config.json")),
            docker: variable("DOCKER_CONFIG")
                .or_else(|| variable("HOME").map(|home| home.join(".docker")))
                .map(|folder| folder.join("config.json")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ConfigFiles;
    use std::path::Path;

    #[test]
    fn files_follow_helms_variables() {
        let files = |pairs: &[(&str, &str)]| {
            ConfigFiles::from_env(&pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect())
        };
        assert_eq!(files(&[("HOME", "/h")]).repositories, Path::new("/h/.config/helm/repositories.yaml"));
        assert_eq!(files(&[("HOME", "/h"), ("XDG_CONFIG_HOME", "/x")]).registry, Path::new("/x/helm/registry/config.json"));
        assert_eq!(files(&[("HELM_CONFIG_HOME", "/c"), ("HELM_REPOSITORY_CONFIG", "/r.yaml")]).repositories, Path::new("/r.yaml"));
    }
}
