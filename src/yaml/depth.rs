//! How deep values may be nested.

/// Values nested deeper than this are refused. Go stops at 10,000; what walks a value here does so by recursion, on
/// threads with stacks of 2 MB, and no chart nests a hundredth of it.
pub(super) const MAX_DEPTH: usize = 1000;

/// What is said of a deeper one.
pub(super) const TOO_DEEP: &str = "exceeded max depth of 1000";
