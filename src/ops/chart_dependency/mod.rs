//! The dependencies of a chart's folder.
//!
//! In: a folder, repositories. Out: what is there and what is missing; `charts/` and Chart.lock as Chart.yaml wants them.
//! May not know: arguments, terminals.
//! Rule: Helm 4.3.1 pkg/action/dependency.go, pkg/downloader/manager.go, internal/resolver.
//!
//! The way of an update: `homes` (where each dependency comes from) -> indexes -> `resolve` (versions) -> `fetch_all` (archives,
//! into a folder beside `charts/`) -> `publish` (that folder becomes `charts/`) -> Chart.lock.

mod charts_folder;
mod fetch;
mod list;
mod lock;
mod missing;
mod repositories;
mod request;
mod resolve;
mod update;

pub(super) use missing::update_missing;
pub(super) use repositories::refresh_indexes;

pub use list::{DependencyList, DependencyRow, chart_dependency_list};
pub use request::{ChartDependencyRequest, Say};
pub use update::{chart_dependency_build, chart_dependency_update};
