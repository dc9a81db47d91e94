//! Go's layouts: a text with the elements of the reference time `Mon Jan 2 15:04:05 MST 2006`.

/// An element of a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    LongMonth,
    ShortMonth,
    Month,
    ZeroMonth,
    LongWeekday,
    ShortWeekday,
    Day,
    SpaceDay,
    ZeroDay,
    SpaceDayOfYear,
    ZeroDayOfYear,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    ShortYear,
    UpperHalf,
    LowerHalf,
    ZoneName,
    ZoneOffset(OffsetForm),
    /// `.000`: so many digits after the separator.
    FixedFraction {
        separator: u8,
        digits: usize,
    },
    /// `.999`: as many digits as are needed.
    Fraction {
        separator: u8,
        digits: usize,
    },
}

/// How an offset is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OffsetForm {
    /// `Z` stands for UTC.
    pub(super) z: bool,
    pub(super) colons: bool,
    pub(super) minutes: bool,
    pub(super) seconds: bool,
}

/// A layout taken apart at its first element.
pub(super) struct Chunk<'l> {
    pub(super) prefix: &'l [u8],
    /// The element and how it is written; none where the prefix is all.
    pub(super) element: Option<(Element, &'l [u8])>,
    pub(super) rest: &'l [u8],
}

/// The elements that always read the same; one that begins with another comes before it.
const WORDS: [(&[u8], Element); 31] = [
    (b"January", Element::LongMonth),
    (b"Monday", Element::LongWeekday),
    (b"MST", Element::ZoneName),
    (b"01", Element::ZeroMonth),
    (b"02", Element::ZeroDay),
    (b"03", Element::ZeroHour12),
    (b"04", Element::ZeroMinute),
    (b"05", Element::ZeroSecond),
    (b"06", Element::ShortYear),
    (b"002", Element::ZeroDayOfYear),
    (b"15", Element::Hour),
    (b"1", Element::Month),
    (b"2006", Element::LongYear),
    (b"2", Element::Day),
    (b"_2", Element::SpaceDay),
    (b"__2", Element::SpaceDayOfYear),
    (b"3", Element::Hour12),
    (b"4", Element::Minute),
    (b"5", Element::Second),
    (b"PM", Element::UpperHalf),
    (b"pm", Element::LowerHalf),
    (b"-070000", offset(false, false, true, true)),
    (b"-07:00:00", offset(false, true, true, true)),
    (b"-0700", offset(false, false, true, false)),
    (b"-07:00", offset(false, true, true, false)),
    (b"-07", offset(false, false, false, false)),
    (b"Z070000", offset(true, false, true, true)),
    (b"Z07:00:00", offset(true, true, true, true)),
    (b"Z0700", offset(true, false, true, false)),
    (b"Z07:00", offset(true, true, true, false)),
    (b"Z07", offset(true, false, false, false)),
];

const fn offset(z: bool, colons: bool, minutes: bool, seconds: bool) -> Element {
    Element::ZoneOffset(OffsetForm { z, colons, minutes, seconds })
}

/// Finds the first element of a layout.
pub(super) fn next(layout: &[u8]) -> Chunk<'_> {
    for at in 0..layout.len() {
        // `_2006` is an underscore before a year.
        if layout[at..].starts_with(b"_2006") {
            continue;
        }
        if let Some((element, length)) = element(&layout[at..]) {
            let (written, rest) = layout[at..].split_at(length);
            return Chunk { prefix: &layout[..at], element: Some((element, written)), rest };
        }
    }
    Chunk { prefix: layout, element: None, rest: b"" }
}

/// Returns the element that the text begins with, and its length.
fn element(text: &[u8]) -> Option<(Element, usize)> {
    match text[0] {
        b'J' | b'M' | b'0'..=b'5' | b'_' | b'P' | b'p' | b'-' | b'Z' => {}
        b'.' | b',' => return fraction(text),
        _ => return None,
    }
    let word = WORDS.iter().find(|(word, _)| text.starts_with(word));
    if let Some((word, element)) = word {
        return Some((*element, word.len()));
    }
    // `Month` is no `Mon`.
    let short = text.get(3).is_none_or(|next| !next.is_ascii_lowercase());
    match text.get(..3)? {
        b"Jan" if short => Some((Element::ShortMonth, 3)),
        b"Mon" if short => Some((Element::ShortWeekday, 3)),
        _ => None,
    }
}

/// Reads a point or comma and zeros or nines up to the end of the digits.
fn fraction(text: &[u8]) -> Option<(Element, usize)> {
    let (separator, digit) = (text[0], *text.get(1)?);
    let digits = text[1..].iter().take_while(|byte| **byte == digit).count();
    if text.get(1 + digits).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    match digit {
        b'0' => Some((Element::FixedFraction { separator, digits }, 1 + digits)),
        b'9' => Some((Element::Fraction { separator, digits }, 1 + digits)),
        _ => None,
    }
}
