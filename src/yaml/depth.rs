//! How deep values may be nested, and the stack that walks over them need.

/// Values nested deeper than this are refused. Go stops at 10,000; but values are copied, compared and dropped by
/// recursion here, on threads with stacks of 2 MB, and no chart nests a tenth of this.
pub(super) const MAX_DEPTH: usize = 1000;

/// What is said of a deeper one.
pub(super) const TOO_DEEP: &str = "exceeded max depth of 1000";

/// Runs a part of a walk that goes one level deeper, on more stack where little is left.
pub(super) fn deeper<T>(part: impl FnOnce() -> T) -> T {
    const RESERVE: usize = 64 << 10;
    const SEGMENT: usize = 1 << 20;
    stacker::maybe_grow(RESERVE, SEGMENT, part)
}
