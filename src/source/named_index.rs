//! Indexes of repositories by name, in the files where Helm keeps them: `NAME-index.yaml`, and the charts' names in
//! `NAME-charts.txt`.

use super::cache::write_atomic;
use super::error::Error;
use super::fetch::Sources;
use super::http::Question;
use super::index::Index;
use super::index_store::{LIMIT, index_url, read_index};
use super::repository::Repository;
use reqwest::StatusCode;
use std::path::PathBuf;

impl Sources {
    /// Fetches the index of a repository and keeps it under the repository's name.
    ///
    /// Rule: Helm pkg/repo/v1 `DownloadIndexFile`.
    ///
    /// # Errors
    /// The server does not answer, or with something else than an index.
    pub async fn update_index(&self, repository: &Repository) -> Result<(), Error> {
        let url = index_url(&repository.url)?;
        let http = self.client(repository)?;
        let answer = http.ask(Question { url: &url, compressed: true, limit: LIMIT, ..Question::default() }).await?;
        if answer.status != StatusCode::OK {
            return Err(http.status(&url, answer.status));
        }
        let index = read_index(&url, &repository.url, &answer.body).await?;
        let mut names = String::new();
        for name in index.names() {
            names.push_str(name);
            names.push('\n');
        }
        write_atomic(&self.index_file(&repository.name, "charts.txt"), names.as_bytes())?;
        write_atomic(&self.index_file(&repository.name, "index.yaml"), &answer.body)
    }

    /// Returns the index that was kept under a repository's name.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub async fn kept_index(&self, name: &str) -> Result<Index, Error> {
        let path = self.index_file(name, "index.yaml");
        let content = std::fs::read(&path).map_err(|source| Error::Io { path: path.clone(), task: "read", source })?;
        let name = path.display().to_string();
        read_index(&name, &name, &content).await
    }

    /// Removes what is kept under a repository's name.
    ///
    /// # Errors
    /// A file that is there cannot be removed.
    pub fn forget_index(&self, name: &str) -> Result<(), Error> {
        for file in ["charts.txt", "index.yaml"] {
            let path = self.index_file(name, file);
            match std::fs::remove_file(&path) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => return Err(Error::Io { path, task: "remove", source }),
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn index_file(&self, name: &str, file: &str) -> PathBuf {
        self.settings().folders.repository.join(format!("{name}-{file}"))
    }
}
