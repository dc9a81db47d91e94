//! Results of slow functions, kept for the next render: one key takes longer to make than a whole release to render.

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use std::sync::{Mutex, PoisonError};

/// How many results are kept. Where chance is real, no result is ever asked for twice, and these are all that stay.
const KEPT: usize = 256;

static RESULTS: Mutex<Option<FxHashMap<[u8; 32], String>>> = Mutex::new(None);

/// Returns the result for these parts: what the function is called, and everything that its result depends on.
///
/// # Errors
/// Those of `compute`, which are not kept.
pub(super) fn remembered<E>(parts: &[&[u8]], compute: impl FnOnce() -> Result<String, E>) -> Result<String, E> {
    let key = digest(parts);
    let results = || RESULTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(result) = results().as_ref().and_then(|results| results.get(&key)) {
        return Ok(result.clone());
    }
    let result = compute()?;
    let mut results = results();
    let results = results.get_or_insert_default();
    if results.len() >= KEPT {
        results.clear();
    }
    results.insert(key, result.clone());
    Ok(result)
}

/// Parts are told apart by their lengths.
fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_computed_once_for_the_same_parts() {
        let compute = |parts: &[&[u8]], result: &str| remembered::<()>(parts, || Ok(result.into()));
        assert_eq!(compute(&[b"memo test", b"ab"], "1"), Ok("1".into()));
        assert_eq!(compute(&[b"memo test", b"ab"], "2"), Ok("1".into()));
        assert_eq!(compute(&[b"memo testa", b"b"], "3"), Ok("3".into()));
        assert_eq!(remembered(&[b"memo test", b"error"], || Err(4)), Err(4));
        assert_eq!(compute(&[b"memo test", b"error"], "5"), Ok("5".into()));
    }
}
