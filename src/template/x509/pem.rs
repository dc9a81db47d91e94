//! PEM: blocks of base 64 between dashes.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD as STRICT};

/// A block: what it holds, and the bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) label: String,
    pub(super) bytes: Vec<u8>,
}

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
/// Go does not look at the bits that are left over after the last byte.
const LENIENT: GeneralPurpose = GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// Finds the first sound block of a text; what stands before and after it does not matter.
pub(super) fn decode(text: &str) -> Option<Block> {
    let mut rest = text;
    while let Some(end) = rest.find(END) {
        let (before, after) = (&rest[..end], &rest[end + END.len()..]);
        if let Some(block) = block(before, after) {
            return Some(block);
        }
        rest = after;
    }
    None
}

/// Reads the block whose `-----END ` stands between the two texts.
fn block(before: &str, after: &str) -> Option<Block> {
    let begin = before.rfind(BEGIN)?;
    if begin > 0 && !before[..begin].ends_with('\n') {
        return None;
    }
    let (label, mut body) = before[begin + BEGIN.len()..].split_once('\n')?;
    let label = label.trim_end().strip_suffix(DASHES)?;
    let trailer = after.lines().next().unwrap_or_default();
    if trailer.trim_end().strip_suffix(DASHES) != Some(label) {
        return None;
    }
    // Headers such as `Proc-Type: 4,ENCRYPTED`.
    while let Some((_, next)) = body.split_once('\n').filter(|(line, _)| line.contains(':')) {
        body = next;
    }
    let data: String = body.chars().filter(|character| !character.is_ascii_whitespace()).collect();
    Some(Block { label: label.into(), bytes: LENIENT.decode(data).ok()? })
}

/// Writes a block with lines of 64 characters.
pub(super) fn encode(label: &str, bytes: &[u8]) -> String {
    let data = STRICT.encode(bytes);
    let mut out = format!("{BEGIN}{label}{DASHES}\n");
    for line in data.as_bytes().chunks(64) {
        out.extend(line.iter().copied().map(char::from));
        out.push('\n');
    }
    out + END + label + DASHES + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_with_anything_around_it() {
        let block = Block { label: "X KEY".into(), bytes: (0..100).collect() };
        let text = encode(&block.label, &block.bytes);
        assert_eq!(decode(&format!("a comment\n{text}more")), Some(block));
        assert_eq!(decode(&text.replace("-----END X", "-----END Y")), None);
        assert_eq!(decode("-----BEGIN A-----\nH: v\n\nAQI=\n-----END A-----"), Some(Block { label: "A".into(), bytes: vec![1, 2] }));
        assert_eq!(decode(""), None);
    }
}
