//! What a file that is no archive might be.

/// Returns the media type that Go's `http.DetectContentType` gives the first 512 bytes, padded with zeros as Helm pads them.
pub(super) fn content_type(bytes: &[u8]) -> &'static str {
    let mut head = [0; 512];
    let length = bytes.len().min(512);
    head[..length].copy_from_slice(&bytes[..length]);
    let known = SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature));
    if let Some((_, media_type)) = known {
        return media_type;
    }
    let text = head.trim_ascii_start();
    if text.starts_with(b"<?xml") {
        return "text/xml; charset=utf-8";
    }
    if is_html(text) {
        return "text/html; charset=utf-8";
    }
    let is_binary = |byte: &u8| matches!(byte, 0x00..=0x08 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f);
    if head.iter().any(is_binary) { "application/octet-stream" } else { "text/plain; charset=utf-8" }
}

const SIGNATURES: &[(&[u8], &str)] = &[
    (b"%PDF-", "application/pdf"),
    (b"%!PS-Adobe-", "application/postscript"),
    (b"\xfe\xff", "text/plain; charset=utf-16be"),
    (b"\xff\xfe", "text/plain; charset=utf-16le"),
    (b"\xef\xbb\xbf", "text/plain; charset=utf-8"),
    (b"\x89PNG\x0d\x0a\x1a\x0a", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x00asm", "application/wasm"),
    (b"PK\x03\x04", "application/zip"),
    (b"Rar!\x1a\x07\x00", "application/x-rar-compressed"),
    (b"Rar!\x1a\x07\x01\x00", "application/x-rar-compressed"),
];

fn is_html(text: &[u8]) -> bool {
    const TAGS: &[&str] = &[
        "<!DOCTYPE HTML",
        "<HTML",
        "<HEAD",
        "<SCRIPT",
        "<IFRAME",
        "<H1",
        "<DIV",
        "<FONT",
        "<TABLE",
        "<A",
        "<STYLE",
        "<TITLE",
        "<B",
        "<BODY",
        "<BR",
        "<P",
        "<!--",
    ];
    TAGS.iter().any(|tag| {
        let matches = text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()));
        matches && matches!(text.get(tag.len()), Some(b' ' | b'>'))
    })
}
