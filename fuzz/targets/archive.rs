//! Chart archives: the bytes of a tar, or where the first byte is odd the compressed bytes themselves.
#![no_main]

use flate2::{Compression, write::GzEncoder};
use libfuzzer_sys::fuzz_target;
use stackwright::chart;
use std::io::Write;

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    let loaded = if kind % 2 == 1 {
        chart::load_archive(rest)
    } else {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::none());
        gzip.write_all(rest).expect("memory can be written");
        chart::load_archive(&gzip.finish().expect("memory can be written"))
    };
    match loaded {
        Ok(chart) => {
            for file in chart.templates.iter().chain(&chart.files) {
                let leaves = file.name.split(['/', '\\']).any(|part| part == "..");
                assert!(!leaves && !file.name.starts_with('/'), "{:?} lies outside of the chart", file.name);
            }
        }
        Err(error) => drop((error.to_string(), error.diagnostic())),
    }
});
