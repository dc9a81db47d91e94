//! Chart.yaml with values.yaml, requirements.yaml and the lock: four texts, with a zero byte between them.
#![no_main]

use flate2::{Compression, write::GzEncoder};
use libfuzzer_sys::fuzz_target;
use stackwright::chart;

const FILES: [&str; 4] = ["c/Chart.yaml", "c/values.yaml", "c/requirements.yaml", "c/Chart.lock"];

fuzz_target!(|bytes: &[u8]| {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::none()));
    for (path, data) in FILES.iter().zip(bytes.split(|byte| *byte == 0)) {
        let mut header = tar::Header::new_gnu();
        header.set_size(data.len() as u64);
        archive.append_data(&mut header, path, data).expect("memory can be written");
    }
    let archive = archive.into_inner().and_then(GzEncoder::finish).expect("memory can be written");
    match chart::load_archive(&archive) {
        Ok(chart) => {
            let _ = chart::check_installable(&chart);
        }
        Err(error) => drop((error.to_string(), error.diagnostic())),
    }
});
