//! Helm's list of repositories by name, `repositories.yaml`.

use super::cache::{Lock, lock, write_atomic};
use super::error::Error;
use super::repository::{Credentials, Password, Repository};
use crate::diag::Source;
use crate::value::{Map, Value};
use crate::yaml;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Repositories by name, as a file has them.
#[derive(Clone, Debug)]
pub struct RepositoryFile {
    /// The repositories, in the order of the file.
    pub repositories: Vec<Repository>,
    /// When the list was made, as written.
    generated: String,
    api_version: String,
}

impl RepositoryFile {
    /// Reads a file; where there is none, the list is empty.
    ///
    /// # Errors
    /// It cannot be read, or is no such list.
    pub fn load(path: &Path) -> Result<RepositoryFile, Error> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(source) => return Err(Error::Io { path: path.to_owned(), task: "read", source }),
        };
        let source = Source::new(path.display().to_string(), String::from_utf8_lossy(&bytes));
        let fail = |mistakes| Error::RepositoryFile { path: path.to_owned(), mistakes };
        let document = yaml::parse(&source).map_err(|error| fail(error.diagnostic().into()))?;
        let text = |key: &str| document.as_map().and_then(|file| text(file, key)).unwrap_or_default();
        let list = document.as_map().and_then(|file| file.get("repositories")).unwrap_or_default();
        let repositories = list.as_list().map(|list| list.iter().filter_map(|item| item.as_map().map(repository)).collect());
        Ok(RepositoryFile {
            repositories: repositories.unwrap_or_default(),
            generated: Some(text("generated")).filter(|time| !time.is_empty()).unwrap_or_else(|| "0001-01-01T00:00:00Z".to_owned()),
            api_version: text("apiVersion"),
        })
    }

    /// Keeps other programs, Helm among them, from adding to the list until the lock is dropped. Blocks the thread.
    ///
    /// # Errors
    /// The file's folder cannot be written into.
    pub fn lock(path: &Path) -> Result<Lock, Error> {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        lock(path.parent().unwrap_or(Path::new(".")), &name)
    }

    /// Writes the file as Helm does, for its owner alone: it may hold passwords.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let file = serde_json::json!({
            "apiVersion": self.api_version,
            "generated": self.generated,
            "repositories": self.repositories.iter().map(entry).collect::<Vec<_>>(),
        });
        let text = yaml::to_string(&Value::from(&file)).expect("what is JSON has a YAML form");
        write_atomic(path, text.as_bytes())
    }

    /// Returns the repository of a name.
    pub fn get(&self, name: &str) -> Option<&Repository> {
        self.repositories.iter().find(|repository| repository.name == name)
    }
}

fn text(map: &Map, key: &str) -> Option<String> {
    map.get(key).and_then(|value| value.as_str().map(ToOwned::to_owned))
}

fn repository(entry: &Map) -> Repository {
    let text = |key: &str| text(entry, key).unwrap_or_default();
    let file = |key: &str| Some(text(key)).filter(|path| !path.is_empty()).map(PathBuf::from);
    let flag = |key: &str| entry.get(key).is_some_and(|value| matches!(value, Value::Bool(true)));
    let (username, password) = (text("username"), text("password"));
    let is_known = !username.is_empty() || !password.is_empty();
    Repository {
        name: text("name"),
        credentials: is_known.then(|| Credentials { username, password: Password::new(password) }),
        pass_credentials: flag("pass_credentials_all"),
        ca_file: file("caFile"),
        cert_file: file("certFile"),
        key_file: file("keyFile"),
        skip_tls_verify: flag("insecure_skip_tls_verify"),
        ..Repository::at(text("url"))
    }
}

fn entry(repository: &Repository) -> serde_json::Value {
    let file = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    let credentials = repository.credentials.as_ref();
    serde_json::json!({
        "name": repository.name,
        "url": repository.url,
        "username": credentials.map(|credentials| credentials.username.as_str()).unwrap_or_default(),
        "password": credentials.map(|credentials| credentials.password.reveal()).unwrap_or_default(),
        "certFile": file(&repository.cert_file),
        "keyFile": file(&repository.key_file),
        "caFile": file(&repository.ca_file),
        "insecure_skip_tls_verify": repository.skip_tls_verify,
        "pass_credentials_all": repository.pass_credentials,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "apiVersion: \"\"
generated: \"0001-01-01T00:00:00Z\"
repositories:
- caFile: /ca.pem
  certFile: \"\"
  insecure_skip_tls_verify: false
  keyFile: \"\"
  name: ex
  pass_credentials_all: true
  password: secret
  url: http://charts.example
  username: me
";

    #[test]
    fn what_is_read_is_written_again() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join("repositories.yaml");
        assert!(RepositoryFile::load(&path).expect("no file is an empty list").repositories.is_empty());
        std::fs::write(&path, FILE).expect("a writable folder");
        let file = RepositoryFile::load(&path).expect("it is a list");
        assert_eq!(file.get("ex").map(|repository| repository.url.as_str()), Some("http://charts.example"));
        file.save(&path).expect("a writable folder");
        assert_eq!(std::fs::read_to_string(&path).expect("it was written"), FILE);
    }
}
