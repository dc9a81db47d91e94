//! sprig's random strings and numbers.
//!
//! Every call draws 32 bytes and seeds a ChaCha20 stream with them; everything comes from that stream, by the rule of
//! `Generator` and no other, so that the same seed gives the same values in every later version.

use super::arguments::{LARGEST_RESULT, Returned, bytes, int, string, too_large};
use crate::template::function::{Call, Fault, Function, Run, Ty};
use crate::value::Value;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20::ChaCha20Rng;
use rsa::rand_core::{Rng as _, SeedableRng as _};

const COUNT: &[Ty] = &[Ty::Int];

/// The functions of this family.
pub static FAMILY: [Function; 8] = [
    random("randAlpha", COUNT, |call, args| characters(call, args, LETTERS)),
    random("randAlphaNum", COUNT, |call, args| characters(call, args, LETTERS_AND_DIGITS)),
    random("randAscii", COUNT, |call, args| characters(call, args, PRINTABLE)),
    random("randBytes", COUNT, rand_bytes),
    random("randInt", &[Ty::Int, Ty::Int], rand_int),
    random("randNumeric", COUNT, |call, args| characters(call, args, DIGITS)),
    random("shuffle", &[Ty::Str], shuffle),
    random("uuidv4", &[], uuidv4),
];

/// Makes a function whose result is another one in every call.
pub(super) const fn random(name: &'static str, params: &'static [Ty], run: Run) -> Function {
    Function { name, params, variadic: None, pure: false, run }
}

const PRINTABLE: &[u8] = b" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
const LETTERS_AND_DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const DIGITS: &[u8] = b"0123456789";

/// The stream of one call.
pub(super) struct Generator(pub(super) ChaCha20Rng);

impl Generator {
    /// Makes the stream of a call that draws for one purpose only.
    pub(super) fn of(call: &mut Call<'_, '_>, args: &[Value]) -> Generator {
        Self::seeded(call.draw("", args))
    }

    /// Makes the stream of a seed.
    pub(super) fn seeded(seed: [u8; 32]) -> Generator {
        Generator(ChaCha20Rng::from_seed(seed))
    }

    /// Returns the next 32 bits of the stream modulo `limit`, dropping those from the last, incomplete cycle.
    fn below(&mut self, limit: u32) -> u32 {
        let incomplete = u32::MAX - u32::MAX % limit;
        loop {
            let drawn = self.0.next_u32();
            if drawn < incomplete {
                return drawn % limit;
            }
        }
    }

    /// As `below`, with 64 bits.
    fn below_wide(&mut self, limit: u64) -> u64 {
        let incomplete = u64::MAX - u64::MAX % limit;
        loop {
            let drawn = self.0.next_u64();
            if drawn < incomplete {
                return drawn % limit;
            }
        }
    }

    /// Returns the next bytes of the stream.
    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
}

/// A count below zero gives nothing.
fn characters(call: &mut Call<'_, '_>, args: &[Value], alphabet: &[u8]) -> Returned {
    let count = usize::try_from(int(args, 0)).unwrap_or(0);
    if count > LARGEST_RESULT {
        return Err(too_large());
    }
    string(draw(&mut Generator::of(call, args), count, alphabet))
}

fn draw(generator: &mut Generator, count: usize, alphabet: &[u8]) -> Vec<u8> {
    (0..count).map(|_| alphabet[generator.below(alphabet.len() as u32) as usize]).collect()
}

fn rand_bytes(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let count = usize::try_from(int(args, 0)).map_err(|_| Fault::new("runtime error: makeslice: len out of range"))?;
    if count > LARGEST_RESULT {
        return Err(too_large());
    }
    let mut drawn = vec![0; count];
    Generator::of(call, args).0.fill_bytes(&mut drawn);
    string(STANDARD.encode(drawn))
}

/// Draws from the smallest number up to below the largest.
fn rand_int(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let (smallest, largest) = (int(args, 0), int(args, 1));
    // Go's subtraction wraps around, and so a range of more than 63 bits is an error too.
    let limit = u64::try_from(largest.wrapping_sub(smallest)).unwrap_or(0);
    if limit == 0 {
        return Err(Fault::new("invalid argument to Intn"));
    }
    let drawn = Generator::of(call, args).below_wide(limit);
    Ok(Value::int(smallest.wrapping_add_unsigned(drawn)))
}

fn shuffle(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(shuffled(&mut Generator::of(call, args), bytes(args, 0)))
}

/// Shuffles the characters (Fisher and Yates, from the last one down).
fn shuffled(generator: &mut Generator, text: &[u8]) -> String {
    let mut characters: Vec<char> = String::from_utf8_lossy(text).chars().collect();
    for last in (1..characters.len()).rev() {
        characters.swap(last, generator.below_wide(last as u64 + 1) as usize);
    }
    characters.into_iter().collect()
}

fn uuidv4(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let uuid = uuid::Builder::from_random_bytes(Generator::of(call, args).bytes()).into_uuid();
    string(uuid.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is drawn from a seed is stored with releases: these values must never change.
    #[test]
    fn a_seed_gives_the_same_values_for_ever() {
        let generator = || Generator::seeded([7; 32]);
        let text = |alphabet| String::from_utf8(draw(&mut generator(), 20, alphabet)).unwrap();
        let uuid = uuid::Builder::from_random_bytes(generator().bytes()).into_uuid();
        assert_eq!(
            [text(LETTERS_AND_DIGITS), text(PRINTABLE), text(DIGITS), shuffled(&mut generator(), "abcdefé".as_bytes()), uuid.to_string()],
            ["c34gqWSDhBhMVKAOLmwP", "uU#~\"l2Cs{im={c~R \\|", "03842685313296245007", "abfédec", "f4009278-57aa-4641-94f5-61baacb37970"]
        );
        assert_eq!(generator().below_wide(1_000_000_000_000), 749_397_848_308);
    }
}
