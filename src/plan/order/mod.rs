//! In which order the objects of one release go up: `--wait=ordered`.
//!
//! In: the documents of a manifest with their annotations, and what Chart.yaml says of subcharts. Out: `Stage`s, or every cycle and
//! every unknown group at once; what of the annotations has no effect.
//! May not know: clusters, how long anything takes.
//! Rule: Helm's proposal HIP-0025 (`helm.sh/resource-group`, `helm.sh/depends-on/resource-groups`); nelm's `werf.io/weight` and
//! `werf.io/deploy-dependency-ID` for objects that are in no group.

mod annotations;
mod edges;
mod list;
mod stages;
mod subcharts;
#[cfg(test)]
mod tests;
mod units;

pub use annotations::leave_out_unsendable;
pub use edges::Idle;
pub use stages::{Order, Stage, order, order_of_record, recorded_subcharts, sequencing_info};
pub use subcharts::{SubchartOrder, subchart_order};
