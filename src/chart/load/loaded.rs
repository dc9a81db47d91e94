//! A file that was read and not yet put into its place.

use std::time::SystemTime;

/// One file of a folder or an archive.
pub(super) struct Loaded {
    /// The path below the chart's folder, with `/`.
    pub(super) name: String,
    /// The contents, without a byte order mark.
    pub(super) data: Vec<u8>,
    /// When it was changed, where that is known.
    pub(super) modified: Option<SystemTime>,
}

impl Loaded {
    /// Takes a file's contents, without a byte order mark.
    pub(super) fn new(name: String, mut data: Vec<u8>, modified: Option<SystemTime>) -> Loaded {
        if data.starts_with(b"\xef\xbb\xbf") {
            data.drain(..3);
        }
        Loaded { name, data, modified }
    }
}
