//! docs/consequences.md lists every code of a finding.

use stackwright::plan::{Code, Weight};

#[test]
fn every_code_has_a_row_with_its_weight() {
    let document = include_str!("../../docs/consequences.md");
    let weight = |code: &Code| match code.weight() {
        Weight::Note => "note",
        Weight::Warning => "warning",
        Weight::Error => "error",
    };
    let row = |code: &Code| format!("| `{code}` | {} |", weight(code));
    let missing: Vec<String> = Code::ALL.iter().map(row).filter(|row| !document.lines().any(|line| line.starts_with(row))).collect();
    assert!(missing.is_empty(), "docs/consequences.md has no rows that begin so: {missing:#?}");
}
