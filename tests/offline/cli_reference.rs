//! docs/cli.md is made from the definitions of the commands; here it is found stale.

use std::path::Path;

#[test]
fn the_reference_of_commands_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cli.md");
    let reference = stackwright::cli::reference();
    if std::env::var_os("STACKWRIGHT_WRITE_DOCS").is_some() {
        std::fs::write(&path, &reference).expect("docs can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let stale = written.lines().zip(reference.lines()).find(|(written, made)| written != made);
    assert!(written == reference, "docs/cli.md is stale (STACKWRIGHT_WRITE_DOCS=1 makes it again), first at {stale:?}");
}
