//! Logins at registries, in the files of Helm and Docker.

use super::cache::write_atomic;
use super::config_files::ConfigFiles;
use super::error::Error;
use super::repository::{Credentials, Password};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize as _;
use serde_json::ser::PrettyFormatter;
use serde_json::{Map, Serializer, Value};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Names and passwords by registry. Helm's own file counts before Docker's, which is only read.
#[derive(Clone, Debug)]
pub struct Logins {
    own: PathBuf,
    docker: Option<PathBuf>,
}

impl Logins {
    /// Names the files; nothing is read yet.
    pub fn of(files: &ConfigFiles) -> Logins {
        Logins { own: files.registry.clone(), docker: files.docker.clone() }
    }

    /// Returns the login at a registry. Files that cannot be read have none, and credential helpers are not asked.
    pub fn get(&self, host: &str) -> Option<Credentials> {
        let files = std::iter::once(&self.own).chain(&self.docker);
        files.filter_map(|file| read(file).ok()).find_map(|file| login(&file, host))
    }

    /// Keeps a login.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn put(&self, host: &str, credentials: &Credentials) -> Result<(), Error> {
        let text = format!("{}:{}", credentials.username, credentials.password.reveal());
        let login = serde_json::json!({ "auth": BASE64_STANDARD.encode(text) });
        self.change(|logins| {
            logins.insert(key(host).to_owned(), login);
        })
    }

    /// Forgets a login; where there is none, nothing happens.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn remove(&self, host: &str) -> Result<(), Error> {
        if self.own.exists() {
            self.change(|logins| {
                logins.remove(key(host));
            })?;
        }
        Ok(())
    }

    fn change(&self, change: impl FnOnce(&mut Map<String, Value>)) -> Result<(), Error> {
        let mut file = read(&self.own)?;
        let logins = file.entry("auths").or_insert_with(|| Value::Object(Map::new()));
        if !logins.is_object() {
            *logins = Value::Object(Map::new());
        }
        change(logins.as_object_mut().expect("it was made one"));
        let mut bytes = Vec::new();
        let mut serializer = Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(b"\t"));
        Value::Object(file).serialize(&mut serializer).expect("JSON can be written into memory");
        write_atomic(&self.own, &bytes)
    }
}

/// Returns the name that logins at Docker's own registry have in these files.
fn key(host: &str) -> &str {
    match host {
        "docker.io" | "index.docker.io" | "registry-1.docker.io" => "https://index.docker.io/v1/",
        other => other,
    }
}

fn read(path: &Path) -> Result<Map<String, Value>, Error> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Map::new()),
        Err(source) => return Err(Error::Io { path: path.to_owned(), task: "read", source }),
    };
    let what = |error: serde_json::Error| Error::Protocol { url: path.display().to_string(), what: format!("no list of logins: {error}") };
    serde_json::from_slice(&bytes).map_err(what)
}

fn login(file: &Map<String, Value>, host: &str) -> Option<Credentials> {
    let login = file.get("auths")?.get(key(host))?;
    let text = |key: &str| login.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    if let Some(decoded) = text("auth").and_then(|auth| BASE64_STANDARD.decode(auth).ok()) {
        let decoded = String::from_utf8(decoded).ok()?;
        let (username, password) = decoded.split_once(':')?;
        return Some(Credentials { username: username.to_owned(), password: Password::new(password) });
    }
    Some(Credentials { username: text("username")?.to_owned(), password: Password::new(text("password")?) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_kept_as_helm_keeps_them() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let own = folder.path().join("registry/config.json");
        let logins = Logins { own: own.clone(), docker: None };
        let me = Credentials { username: "me".into(), password: Password::new("secret") };
        logins.put("locked.example", &me).expect("a writable folder");
        let written = std::fs::read_to_string(&own).expect("it was written");
        assert_eq!(written, "{\n\t\"auths\": {\n\t\t\"locked.example\": {\n\t\t\t\"auth\": \"bWU6c2VjcmV0\"\n\t\t}\n\t}\n}");
        assert_eq!(logins.get("locked.example"), Some(me));
        assert_eq!(logins.get("other.example"), None);
        logins.remove("locked.example").expect("a writable folder");
        assert_eq!(std::fs::read_to_string(&own).expect("it is there"), "{\n\t\"auths\": {}\n}");
    }
}
