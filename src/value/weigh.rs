//! How much there is in a value: before something walks over all of it.
//!
//! Values are shared. `dict "a" $d "b" $d`, thirty times over, is thirty small dicts; whoever walks over them meets a billion.

use super::trail::Trail;
use super::{Map, Value};

/// The deepest value that is walked over; Go walks until its stack is full.
pub const DEEPEST: usize = 1000;

/// Why a value is not to be walked over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooHeavy {
    /// It is nested too deep.
    #[error("value is nested more than {DEEPEST} deep")]
    Deep,
    /// It holds too much, counting what it holds several times as often.
    #[error("value holds too much")]
    Large,
}

impl Value {
    /// Returns how many bytes the value would take if nothing in it were shared, roughly, and at least one for each entry. A map
    /// that holds itself ends where it comes round.
    ///
    /// # Errors
    /// It would be more than `most`, or is nested more than `DEEPEST` deep.
    pub fn weigh(&self, most: usize) -> Result<usize, TooHeavy> {
        if let Some(weight) = weigh_small(self, most.min(SMALL)) {
            return Ok(weight);
        }
        let mut scale = Scale { left: most };
        scale.add(self, None, 0)?;
        Ok(most - scale.left)
    }
}

/// What weighs less, and is not nested deeper than `SHALLOW`, is weighed without a look at where it has come round: a map that
/// holds itself has no end, and so is not among it.
const SMALL: usize = 1 << 20;
const SHALLOW: usize = 64;

fn weigh_small(value: &Value, most: usize) -> Option<usize> {
    let mut left = most;
    take_small(value, &mut left, 0)?;
    Some(most - left)
}

fn take_small(value: &Value, left: &mut usize, depth: usize) -> Option<()> {
    *left = left.checked_sub(Scale::VALUE)?;
    match value {
        Value::Str(text) => *left = left.checked_sub(text.len())?,
        Value::Bytes(bytes) => *left = left.checked_sub(bytes.len())?,
        Value::List(_) | Value::Map(_) if depth >= SHALLOW => return None,
        Value::List(list) => list.iter().try_for_each(|item| take_small(item, left, depth + 1))?,
        Value::Map(map) => map.look(|entries| {
            entries.iter().try_for_each(|entry| {
                *left = left.checked_sub(entry.key.len())?;
                take_small(&entry.value, left, depth + 1)
            })
        })?,
        Value::Nil | Value::Bool(_) | Value::Int(..) | Value::Float(_) | Value::Object(_) => {}
    }
    Some(())
}

struct Scale {
    left: usize,
}

impl Scale {
    /// What a value takes besides its text.
    const VALUE: usize = 16;

    fn take(&mut self, bytes: usize) -> Result<(), TooHeavy> {
        self.left = self.left.checked_sub(bytes).ok_or(TooHeavy::Large)?;
        Ok(())
    }

    fn add(&mut self, value: &Value, trail: Option<&Trail<'_>>, depth: usize) -> Result<(), TooHeavy> {
        match value {
            Value::Str(text) => self.take(Self::VALUE + text.len()),
            Value::Bytes(bytes) => self.take(Self::VALUE + bytes.len()),
            Value::Nil | Value::Bool(_) | Value::Int(..) | Value::Float(_) | Value::Object(_) => self.take(Self::VALUE),
            Value::List(_) | Value::Map(_) if depth >= DEEPEST => Err(TooHeavy::Deep),
            Value::List(list) => {
                self.take(Self::VALUE)?;
                list.iter().try_for_each(|item| self.add(item, trail, depth + 1))
            }
            Value::Map(map) => {
                self.take(Self::VALUE)?;
                Trail::into_map(trail, map).map_or(Ok(()), |trail| self.add_entries(map, &trail, depth))
            }
        }
    }

    fn add_entries(&mut self, map: &Map, trail: &Trail<'_>, depth: usize) -> Result<(), TooHeavy> {
        map.read(|entries| {
            entries.iter().try_for_each(|entry| {
                self.take(entry.key.len())?;
                self.add(&entry.value, Some(trail), depth + 1)
            })
        })
    }
}
