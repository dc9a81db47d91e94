//! Where charts come from: folders, archives, HTTP repositories, registries; and what they depend on.
//!
//! In: what a release names as its chart, the stack's repositories, the folders of the cache. Out: a whole chart in memory.
//! May not know: stacks, releases, clusters, terminals. May use: files, sockets, the clock (for waits between attempts).
//! Rule: Helm 4.3.1 pkg/action `LocateChart`, pkg/downloader, pkg/repo/v1, pkg/getter; reference "Repositories" and "OCI".

mod cache;
mod catalogue;
mod config_files;
mod dependencies;
mod digest;
mod download;
mod error;
mod event;
mod fetch;
mod files;
mod glob;
mod http;
mod index;
mod index_store;
mod logins;
mod named_index;
mod once_map;
mod provenance;
mod push;
mod redact;
mod reference;
mod registry;
mod repository;
mod repository_file;
mod words;

pub use cache::{CacheFolders, Lock};
pub use catalogue::{Catalogue, CatalogueEntry, InvalidEntry};
pub use config_files::ConfigFiles;
pub use digest::Digest;
pub use download::{Archive, Pulled};
pub use error::Error;
pub use event::{Event, EventSink};
pub use fetch::{ChartRequest, Fetched, Settings, Sources, archive_url};
pub use files::{FileKind, Files, FolderEntry, OsFiles, clean, join};
pub use glob::{glob, matches_name};
pub use http::Retries;
pub use index::{Index, IndexEntry};
pub use logins::Logins;
pub use provenance::{Keyring, Verified, sign, verify};
pub use push::{Image, Pushed};
pub use redact::redacted;
pub use reference::ChartRef;
pub use repository::{Credentials, Password, Repository};
pub use repository_file::RepositoryFile;
