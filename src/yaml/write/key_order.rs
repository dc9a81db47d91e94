//! go-yaml's natural order of keys.
//!
//! Where digits meet letters the order has cycles (v2: `2` < `10` < `1a` < `2`), and Go's own output then changes from run
//! to run. Here it is one of those that Go could give, always the same.

use crate::value::{is_digit, is_letter};
use std::cmp::Ordering;

/// Which go-yaml: v3 puts a letter before a digit after an equal digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V2,
    V3,
}

/// Sorts items by their keys.
pub(super) fn sort<T>(items: &mut [T], version: Version, key: impl Fn(&T) -> &str) {
    let in_order = |a: &T, b: &T| !is_less(key(b), key(a), version);
    if items.is_sorted_by(&in_order) {
        return;
    }
    if items.iter().all(|item| !key(item).bytes().any(|byte| byte.is_ascii_digit() || !byte.is_ascii())) {
        items.sort_by(|a, b| if is_less(key(a), key(b), version) { Ordering::Less } else { Ordering::Greater });
        return;
    }
    // The library's sort may panic on an order with cycles.
    for end in 1..items.len() {
        let place = (0..end).rev().find(|at| in_order(&items[*at], &items[end])).map_or(0, |at| at + 1);
        items[place..=end].rotate_right(1);
    }
}

/// sorter.go, `keyList.Less` for strings.
fn is_less(a: &str, b: &str, version: Version) -> bool {
    let common = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let common = (0..=common).rev().find(|at| a.is_char_boundary(*at) && b.is_char_boundary(*at)).unwrap_or(0);
    let (Some(a_first), Some(b_first)) = (a[common..].chars().next(), b[common..].chars().next()) else {
        return a.len() < b.len();
    };
    match (is_letter(a_first), is_letter(b_first)) {
        (true, true) => return a_first < b_first,
        (false, false) => {}
        (a_is_letter, b_is_letter) => {
            let after_digit = version == Version::V3 && a[..common].chars().next_back().is_some_and(is_digit);
            return if after_digit { a_is_letter } else { b_is_letter };
        }
    }
    // With a zero among them, digits that follow an equal non-zero digit are no number of their own.
    let inside_number = (a_first == '0' || b_first == '0')
        && a[..common].chars().rev().take_while(|character| is_digit(*character)).any(|digit| digit != '0');
    let (a_number, a_digits) = number(&a[common..], inside_number);
    let (b_number, b_digits) = number(&b[common..], inside_number);
    (a_number, a_digits, a_first) < (b_number, b_digits, b_first)
}

/// Returns the value and the count of the digits that a text begins with. Go's arithmetic wraps around.
fn number(text: &str, inside_number: bool) -> (i64, usize) {
    text.chars().take_while(|character| is_digit(*character)).fold((i64::from(inside_number), 0), |(value, count), digit| {
        (value.wrapping_mul(10).wrapping_add(i64::from(u32::from(digit)) - i64::from(b'0')), count + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::{Version, sort};

    #[track_caller]
    fn check(version: Version, sorted: &[&str]) {
        let mut keys: Vec<&str> = sorted.iter().rev().copied().collect();
        sort(&mut keys, version, |key| key);
        assert_eq!(keys, sorted);
    }

    #[test]
    fn other_characters_come_before_letters_and_numbers_by_value() {
        check(Version::V2, &["", "_x", "1", "10", "1a", "A", "a-b", "a.b", "a2", "a10", "aB", "ab", "b", "é"]);
    }

    #[test]
    fn after_a_digit_v3_puts_a_letter_first() {
        check(Version::V3, &["1", "1a", "2", "10", "a1", "a1b", "a10"]);
    }
}
