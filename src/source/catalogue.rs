//! What a repository's index says of its charts, for who looks for one.

use super::error::Error;
use super::fetch::Sources;
use super::index_store::parse_index;
use crate::template::semver::Version;
use crate::value::{Map, Value};

/// The charts of a repository, each version by itself.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// The versions of all charts, by name.
    pub entries: Vec<CatalogueEntry>,
    /// What is left out.
    pub invalid: Vec<InvalidEntry>,
}

/// An entry that no chart can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidEntry {
    /// The name that the repository lists it by.
    pub key: String,
    /// Its version as written.
    pub version: String,
    /// The file that lists it.
    pub file: String,
    /// What is wrong, in Helm's words.
    pub reason: String,
}

/// One version of a chart.
#[derive(Clone, Debug)]
pub struct CatalogueEntry {
    /// The name that the repository lists it by.
    pub key: String,
    /// The name that it gives itself.
    pub name: String,
    /// Its version as written.
    pub text: String,
    /// Its version.
    pub version: Version,
    /// The version of what it installs.
    pub app_version: String,
    /// One sentence about it.
    pub description: String,
    /// Words to find it by.
    pub keywords: Vec<String>,
}

impl Sources {
    /// Returns what is kept of a repository's charts. Entries without a name or a good version are left out, as Helm leaves them out.
    ///
    /// # Errors
    /// There is no index of that name, or it cannot be read.
    pub async fn catalogue(&self, repository: &str) -> Result<Catalogue, Error> {
        let path = self.index_file(repository, "index.yaml");
        let content = std::fs::read(&path).map_err(|source| Error::Io { path: path.clone(), task: "open", source })?;
        let name = path.display().to_string();
        let index = parse_index(&name, &name, &content).await?;
        let charts = index.as_map().and_then(|index| index.get("entries")).unwrap_or_default();
        let charts = charts.as_map().map(Map::entries).unwrap_or_default();
        let mut catalogue = Catalogue::default();
        for chart in charts {
            let key = chart.key.to_text().into_owned();
            for item in chart.value.as_list().map(|list| list.items().to_vec()).unwrap_or_default().iter().filter_map(Value::as_map) {
                match entry(&key, item) {
                    Ok(entry) => catalogue.entries.push(entry),
                    Err(reason) => {
                        let version = text(item, "version");
                        catalogue.invalid.push(InvalidEntry { key: key.clone(), version, file: name.clone(), reason });
                    }
                }
            }
        }
        Ok(catalogue)
    }
}

/// Rule: Helm pkg/chart/v2/metadata.go (`Validate`), as far as names and versions go.
fn entry(key: &str, item: &Map) -> Result<CatalogueEntry, String> {
    let keywords = item.get("keywords").unwrap_or_default();
    let keywords = keywords.as_list().map(|list| list.items().iter().filter_map(|word| word.as_str().map(str::to_owned)).collect());
    let (name, version) = (text(item, "name"), text(item, "version"));
    if name.is_empty() {
        return Err("validation: chart.metadata.name is required".to_owned());
    }
    if version.is_empty() {
        return Err("validation: chart.metadata.version is required".to_owned());
    }
    Ok(CatalogueEntry {
        key: key.to_owned(),
        version: Version::parse(&version).map_err(|_| format!("validation: chart.metadata.version {version:?} is invalid"))?,
        name,
        text: version,
        app_version: text(item, "appVersion"),
        description: text(item, "description"),
        keywords: keywords.unwrap_or_default(),
    })
}

fn text(item: &Map, key: &str) -> String {
    item.get(key).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
