//! A test file that no binary declares would never run.

use std::fs;
use std::path::Path;

#[test]
fn every_test_file_is_declared() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut forgotten = Vec::new();
    for binary in ["offline", "cluster"] {
        let main = fs::read_to_string(tests.join(binary).join("main.rs")).expect("the test binary has a main.rs");
        for entry in fs::read_dir(tests.join(binary)).expect("the folder is there") {
            let path = entry.expect("can be read").path();
            let name = path.file_stem().expect("has a name").to_string_lossy().into_owned();
            let is_module = path.extension().is_some_and(|extension| extension == "rs") || path.join("mod.rs").exists();
            if is_module && name != "main" && !main.lines().any(|line| line.trim() == format!("mod {name};")) {
                forgotten.push(format!("tests/{binary}/{name}"));
            }
        }
    }
    assert!(forgotten.is_empty(), "not declared in main.rs: {forgotten:?}");
}
