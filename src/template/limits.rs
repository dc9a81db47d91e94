//! What a render may use at most: every bound of the template engine, with its reason.

/// What a render may use at most. Nothing in a cluster comes near these bounds; a template that does has gone wrong, and ends in
/// an error in place of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of output, all templates together; what `include` and `tpl` return counts where it is made.
    pub output: usize,
    /// Depth of template calls.
    pub depth: usize,
    /// Bytes of one text that a function makes.
    pub text: usize,
    /// Steps of work; see `STEP`.
    pub steps: u64,
}

impl Default for Limits {
    /// 256 MiB of output, templates within templates 10000 deep, texts of 128 MiB, 134 million steps: seconds of work and less
    /// than 2 GiB of memory.
    fn default() -> Self {
        Limits { output: 1 << 28, depth: 10_000, text: LARGEST_RESULT, steps: 1 << 27 }
    }
}

/// The most bytes or items that one call may make. Go would run out of memory.
pub const LARGEST_RESULT: usize = 1 << 27;

/// One step, in the units in which work is counted: executing a node, running a loop's body once, calling a function.
pub const STEP: u64 = 64;

/// Units for each byte of text that a function is given: 64 bytes are a step.
pub(super) const BYTE_READ: u64 = 1;

/// Units for each byte that a function makes: it has to be kept, too.
pub(super) const BYTE_MADE: u64 = 8;

/// Units for a map, or another collection whose size its maker does not tell.
pub(super) const COLLECTION: u64 = 16 * STEP;

/// Units for an item of a list that a function makes.
pub const ITEM: u64 = 3 * STEP;

/// Units for what takes about as long as a million steps: an RSA key.
pub const RSA_KEY: u64 = STEP << 20;

/// Units for a password hash, slow by design.
pub const HASH: u64 = STEP << 18;
