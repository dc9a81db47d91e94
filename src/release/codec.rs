//! Records packed and unpacked: base64 of gzip of JSON.

use super::error::Error;
use super::json::to_json;
use super::record::Record;
use super::summary::Summary;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::GzBuilder;
use flate2::read::GzDecoder;
use std::io::{Read, Write};

/// What gzip data begins with; records of the first Helm 2 days were not compressed.
const GZIP: [u8; 3] = [0x1f, 0x8b, 0x08];

/// gzip's byte for an unknown operating system, which Go writes.
const UNKNOWN_SYSTEM: u8 = 255;

/// Packs a record as Helm does: JSON, gzip at its best, base64.
///
/// Rule: helm pkg/storage/driver/util.go.
///
/// # Errors
/// Never for a record that was decoded, or made of valid JSON parts.
pub fn encode(record: &Record) -> Result<String, Error> {
    let json = to_json(record)?;
    let packed = Vec::with_capacity(json.len() / 4);
    let mut gzip = GzBuilder::new().operating_system(UNKNOWN_SYSTEM).write(packed, Compression::best());
    gzip.write_all(&json).map_err(Error::damaged)?;
    Ok(STANDARD.encode(gzip.finish().map_err(Error::damaged)?))
}

/// Unpacks a record, of Helm 4 or 3. Its labels are not in it.
///
/// # Errors
/// The bytes are no packed record.
pub fn decode(packed: &[u8]) -> Result<Record, Error> {
    serde_json::from_slice(&unpack(packed)?).map_err(Error::damaged)
}

/// Unpacks what a list of releases shows, and skips the rest.
///
/// # Errors
/// The bytes are no packed record.
pub fn decode_summary(packed: &[u8]) -> Result<Summary, Error> {
    serde_json::from_slice(&unpack(packed)?).map_err(Error::damaged)
}

/// Unpacks the JSON of a record.
///
/// # Errors
/// The bytes are no packed record.
pub fn unpack(packed: &[u8]) -> Result<Vec<u8>, Error> {
    let bytes = STANDARD.decode(packed).map_err(Error::damaged)?;
    if !bytes.starts_with(&GZIP) {
        return Ok(bytes);
    }
    let mut json = Vec::with_capacity(bytes.len() * 6);
    GzDecoder::new(&*bytes).read_to_end(&mut json).map_err(Error::damaged)?;
    Ok(json)
}
