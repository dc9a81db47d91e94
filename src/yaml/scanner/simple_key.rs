//! Keys without `?`: a scalar or a collection turns out to be a key only when the `:` after it is found.

use super::state::Scanner;
use super::token::Mark;
use crate::yaml::error::Failure;

/// A simple key must end this many characters after its start.
const MAX_LENGTH: usize = 1024;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SimpleKey {
    pub(super) possible: bool,
    /// In block context, what stands at the column of the mapping must be a key.
    pub(super) required: bool,
    /// Whether the scanner still waits for its `:` before it hands out the key's first token.
    pub(super) awaited: bool,
    pub(super) token_number: usize,
    pub(super) mark: Mark,
}

impl Scanner<'_> {
    /// Returns the level of the possible simple key that starts with the token of this number.
    pub(super) fn key_of_token(&self, number: usize) -> Option<usize> {
        // Numbers grow with the level; a level that was opened just now has the number of the one below it.
        let first = self.simple_keys.partition_point(|key| key.token_number < number);
        let level =
            self.simple_keys[first..].iter().take_while(|key| key.token_number == number).position(|key| key.possible && key.awaited)?;
        Some(first + level)
    }

    /// Says whether the key of a level can still become one: it is on this line and not too long.
    pub(super) fn key_is_valid(&mut self, level: usize) -> Result<bool, Failure> {
        let key = self.simple_keys[level];
        if !key.possible {
            return Ok(false);
        }
        if key.mark.line < self.mark.line || self.is_farther_than(MAX_LENGTH, key.mark.at) {
            if key.required {
                return Err(self.no_colon(key));
            }
            self.simple_keys[level].possible = false;
            return Ok(false);
        }
        Ok(true)
    }

    /// Notes that a simple key may start here.
    pub(super) fn save_simple_key(&mut self) -> Result<(), Failure> {
        if !self.simple_key_allowed {
            return Ok(());
        }
        let required = self.flow_level == 0 && self.indent == self.mark.column as i32;
        let key = SimpleKey { possible: true, required, awaited: true, token_number: self.next_token_number(), mark: self.mark };
        self.remove_simple_key()?;
        if let Some(last) = self.simple_keys.last_mut() {
            *last = key;
        }
        Ok(())
    }

    /// Gives up the possible simple key of the current level.
    pub(super) fn remove_simple_key(&mut self) -> Result<(), Failure> {
        let level = self.simple_keys.len() - 1;
        let key = self.simple_keys[level];
        if key.possible && key.required {
            return Err(self.no_colon(key));
        }
        self.simple_keys[level].possible = false;
        Ok(())
    }

    /// Closes the current flow level. Where it held no possible key of its own, go-yaml stops waiting for the `:` of the
    /// collection, as both have the same token number; so `{}: a` is no mapping.
    pub(super) fn close_key_level(&mut self) {
        let Some(closed) = self.simple_keys.pop() else { return };
        if let Some(around) = self.simple_keys.last_mut()
            && around.token_number == closed.token_number
        {
            around.awaited = false;
        }
    }

    fn no_colon(&self, key: SimpleKey) -> Failure {
        self.failure("could not find expected ':'", "while scanning a simple key", key.mark)
    }
}
