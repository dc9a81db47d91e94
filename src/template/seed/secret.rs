//! The seed itself, and its text.

use super::error::Error;
use crate::template::go_time::{Time, Zone};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// The first word of a seed's text; the number is that of the rule by which values come from it.
const FORM: &str = "stackwright-seed-1";
/// Sets what comes from these bytes apart from whatever else somebody may use them for.
const SALT: &[u8] = b"stackwright generated values 1";
const LAYOUT: &[u8] = b"2006-01-02T15:04:05Z07:00";
const NANOSECONDS: i128 = 1_000_000_000;

/// 32 secret bytes and the time at which they were made: all that the generated values of a release depend on, beside the chart.
/// The bytes are wiped from memory when it is dropped, and never shown.
#[derive(Clone)]
pub struct Seed {
    secret: Zeroizing<[u8; 32]>,
    made: i128,
}

impl Seed {
    /// Makes a seed of random bytes and the present time, in nanoseconds since the Unix epoch; fractions of a second are cut.
    pub fn new(secret: [u8; 32], now: i128) -> Seed {
        Seed { secret: Zeroizing::new(secret), made: now.div_euclid(NANOSECONDS) * NANOSECONDS }
    }

    /// Reads the text of a seed: `stackwright-seed-1`, the time in RFC 3339, and the bytes in base 64, with space between.
    ///
    /// # Errors
    /// The text is something else.
    pub fn parse(text: &str) -> Result<Seed, Error> {
        let mut words = text.split_ascii_whitespace();
        let (Some(FORM), Some(time), Some(secret), None) = (words.next(), words.next(), words.next(), words.next()) else {
            return Err(Error::Form);
        };
        let time = Time::parse(LAYOUT, time.as_bytes(), &Zone::Utc).map_err(|_| Error::Time)?;
        let secret = Zeroizing::new(STANDARD.decode(secret).map_err(|_| Error::Secret)?);
        let secret = <[u8; 32]>::try_from(secret.as_slice()).map_err(|_| Error::Secret)?;
        Ok(Seed::new(secret, time.total_nanoseconds()))
    }

    /// Returns the text that `parse` reads, with a line break at its end. Whoever has it can make every value again.
    pub fn reveal(&self) -> Zeroizing<String> {
        let time = Time::unix_nanoseconds(self.made, Zone::Utc).format(LAYOUT);
        let secret = Zeroizing::new(STANDARD.encode(*self.secret));
        Zeroizing::new(format!("{FORM} {} {}\n", String::from_utf8_lossy(&time), *secret))
    }

    /// Returns the time at which it was made, in nanoseconds since the Unix epoch.
    pub fn made(&self) -> i128 {
        self.made
    }

    /// Returns the bytes for one draw.
    pub(in crate::template) fn draw(&self, draw: &[u8]) -> [u8; 32] {
        let mut bytes = [0; 32];
        let keys = Hkdf::<Sha256>::new(Some(SALT), &*self.secret);
        keys.expand(draw, &mut bytes).expect("HKDF gives up to 255 times as many bytes");
        bytes
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "stackwright-seed-1 2026-01-31T12:00:00Z AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";

    #[test]
    fn a_seed_is_read_as_it_was_written() {
        let secret: [u8; 32] = std::array::from_fn(|at| at as u8);
        let seed = Seed::new(secret, 1_769_860_800_123_456_789);
        assert_eq!(*seed.reveal(), TEXT);
        let again = Seed::parse(TEXT).unwrap();
        assert_eq!((again.made(), again.draw(b"x")), (seed.made(), seed.draw(b"x")));
        assert_eq!(format!("{again:?}"), "Seed");
    }

    #[test]
    fn what_is_no_seed_is_refused() {
        let refused = |text: &str| Seed::parse(text).map(|_| ()).unwrap_err();
        assert_eq!(refused("correct horse battery staple"), Error::Form);
        assert_eq!(refused(&format!("{TEXT}more")), Error::Form);
        assert_eq!(refused(&TEXT.replace("T12", " 12")), Error::Form);
        assert_eq!(refused(&TEXT.replace("2026-01", "2026-13")), Error::Time);
        assert_eq!(refused(&TEXT.replace("AAEC", "")), Error::Secret);
        assert_eq!(refused(&TEXT.replace("AAEC", "AA!C")), Error::Secret);
    }
}
