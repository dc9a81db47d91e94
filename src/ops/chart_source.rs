//! One chart that a command line names.

use super::charts::sources;
use crate::chart::Chart;
use crate::diag::Diagnostics;
use crate::source::{ChartRef, ChartRequest, OsFiles, Repository};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Where a chart is, as helm's commands take it.
#[derive(Clone, Debug, Default)]
pub struct ChartSource {
    /// A path, `repository/name`, a URL; with a repository, the name in it.
    pub chart: String,
    /// The version or range; empty for the newest.
    pub version: String,
    /// Whether prereleases count where no version is asked for.
    pub devel: bool,
    /// The repository that `chart` is a name in, or that has the credentials for it.
    pub repository: Repository,
}

impl ChartSource {
    /// Fetches and loads the chart. Its dependencies stay as they are: what is not in `charts/` is not fetched.
    ///
    /// # Errors
    /// It is not found, cannot be fetched, or cannot be loaded.
    pub(super) async fn load(&self, variables: &BTreeMap<String, String>) -> Result<Arc<Chart>, Diagnostics> {
        let repositories = [self.repository.clone()];
        let reference = self.reference().map_err(|error| Diagnostics::from(error.diagnostic()))?;
        let request = ChartRequest {
            reference: &reference,
            version: &self.version,
            devel: self.devel,
            repositories: &repositories,
            skip_dependencies: true,
        };
        let fetched = sources(variables).fetch(&request).await.map_err(|error| Diagnostics::from(error.diagnostic()))?;
        Ok(fetched.chart)
    }

    fn reference(&self) -> Result<ChartRef, crate::source::Error> {
        if self.repository.url.is_empty() || self.repository.oci {
            return ChartRef::parse(&self.chart, Path::new("."), std::slice::from_ref(&self.repository), &OsFiles);
        }
        Ok(ChartRef::Repository { repository: Box::new(self.repository.clone()), chart: self.chart.clone() })
    }
}
