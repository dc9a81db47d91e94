//! Keeps deep nesting from overflowing the thread's stack.

/// Stack that must be left before a nested part starts: more than any part between two calls of `grow` uses.
const RESERVE: usize = 192 * 1024;
const SEGMENT: usize = 2 * 1024 * 1024;

/// Runs `part`, on a new piece of stack where the thread's own is nearly used up.
pub(super) fn grow<T>(part: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(RESERVE, SEGMENT, part)
}
