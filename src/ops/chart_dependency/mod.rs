//! The dependencies of a chart's folder.
//!
//! In: a folder, repositories. Out: what is there and what is missing; `charts/` and Chart.lock as Chart.yaml wants them.
//! May not know: arguments, terminals.
//! Rule: Helm 4.3.1 pkg/action/dependency.go, pkg/downloader/manager.go, internal/resolver.

mod list;

pub use list::{DependencyList, DependencyRow, chart_dependency_list};
