//! Writes floats as Go's `strconv.FormatFloat` does.

/// How a float is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatForm {
    /// `%e`: always with an exponent.
    Exponent,
    /// `%f`: never with one.
    Fixed,
    /// `%g`: with one when it is below -4 or reaches the precision (6 for the shortest form).
    General,
    /// `%b`: an integer and a power of two.
    Binary,
    /// `%x`: hexadecimal digits and a power of two.
    Hexadecimal,
}

/// Returns what `strconv.FormatFloat(value, form, precision, 64)` gives; no precision means the fewest digits that read back
/// as the same value.
pub fn format_float_as(value: f64, form: FloatForm, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf".into() } else { "-Inf".into() };
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let magnitude = value.abs();
    let text = match form {
        FloatForm::Binary => binary(magnitude),
        FloatForm::Hexadecimal => hexadecimal(magnitude, precision),
        FloatForm::Exponent => Digits::of(magnitude, precision.map(|precision| precision + 1)).exponent(precision),
        FloatForm::Fixed => fixed(magnitude, precision),
        FloatForm::General => general(magnitude, precision),
    };
    format!("{sign}{text}")
}

/// Decimal digits without trailing zeros, and the place of the point: `0.DIGITS * 10^point`. Zero has no digits.
struct Digits {
    digits: String,
    point: i32,
}

/// No float has more significant digits; what is asked for beyond is zeros.
const MOST_DIGITS: usize = 800;

impl Digits {
    /// Returns the shortest digits, or the value rounded to so many.
    fn of(magnitude: f64, significant: Option<usize>) -> Digits {
        match significant {
            None => {
                let mut digits = Self::parse(&format!("{magnitude:e}"));
                digits.break_tie(magnitude);
                digits
            }
            Some(count) => Self::parse(&format!("{magnitude:.*e}", count.clamp(1, MOST_DIGITS) - 1)),
        }
    }

    /// Takes apart what `{:e}` writes.
    fn parse(text: &str) -> Digits {
        let (mantissa, exponent) = text.split_once('e').expect("`{:e}` writes an e");
        let mut digits = mantissa.replace('.', "");
        digits.truncate(digits.trim_end_matches('0').len());
        let exponent: i32 = exponent.parse().expect("`{:e}` writes an integer exponent");
        let point = if digits.is_empty() { 0 } else { exponent + 1 };
        Digits { digits, point }
    }

    /// Where two shortest forms are equally near, Rust takes the higher one and Go the one with an even last digit.
    fn break_tie(&mut self, magnitude: f64) {
        // The forms are nearer to each other than two normal floats only with this many digits.
        const LEAST_DIGITS: usize = 16;
        let count = self.digits.len();
        let last = self.digits.as_bytes().last().copied().unwrap_or(b'0');
        if count < LEAST_DIGITS || last.is_multiple_of(2) {
            return;
        }
        let exact = Self::parse(&format!("{magnitude:.*e}", MOST_DIGITS - 1));
        let lower = format!("{}{}", &self.digits[..count - 1], char::from(last - 1));
        let is_tie = exact.digits.len() == count + 1 && exact.digits.starts_with(&lower) && exact.digits.ends_with('5');
        if is_tie && format!("0.{lower}e{}", self.point).parse() == Ok(magnitude) {
            self.digits = lower;
        }
    }

    /// Writes the digits without an exponent.
    fn plain(&self) -> String {
        let count = i32::try_from(self.digits.len()).unwrap_or(i32::MAX);
        let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
        if self.point <= 0 {
            if self.digits.is_empty() { "0".into() } else { format!("0.{}{}", zeros(-self.point), self.digits) }
        } else if self.point >= count {
            format!("{}{}", self.digits, zeros(self.point - count))
        } else {
            let (whole, fraction) = self.digits.split_at(usize::try_from(self.point).unwrap_or(0));
            format!("{whole}.{fraction}")
        }
    }

    /// Writes `d.ddde±dd`, with all digits or as many after the point as asked for.
    fn exponent(&self, precision: Option<usize>) -> String {
        let (first, rest) = if self.digits.is_empty() { ("0", "") } else { self.digits.split_at(1) };
        let precision = precision.unwrap_or(rest.len());
        let mut text = String::from(first);
        if precision > 0 {
            text.push('.');
            text.push_str(&rest[..rest.len().min(precision)]);
            text.extend(std::iter::repeat_n('0', precision.saturating_sub(rest.len())));
        }
        let exponent = if self.digits.is_empty() { 0 } else { self.point - 1 };
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{text}e{sign}{:02}", exponent.abs())
    }
}

fn fixed(magnitude: f64, precision: Option<usize>) -> String {
    match precision {
        None => Digits::of(magnitude, None).plain(),
        Some(precision) if precision <= 1100 => format!("{magnitude:.precision$}"),
        Some(precision) => format!("{magnitude:.1100}{}", "0".repeat(precision - 1100)),
    }
}

fn general(magnitude: f64, precision: Option<usize>) -> String {
    let wanted = precision.map(|precision| precision.max(1));
    let digits = Digits::of(magnitude, wanted);
    let count = digits.digits.len();
    let threshold = match wanted {
        None => 6,
        Some(wanted) if wanted > count && i32::try_from(count).is_ok_and(|count| count >= digits.point) => count,
        Some(wanted) => wanted,
    };
    let exponent = digits.point - 1;
    if exponent < -4 || usize::try_from(exponent).is_ok_and(|exponent| exponent >= threshold) {
        return digits.exponent(Some(count.saturating_sub(1)));
    }
    match wanted {
        None => digits.plain(),
        Some(_) => fixed(rounded(&digits), Some(usize::try_from(i64::try_from(count).unwrap_or(0) - i64::from(digits.point)).unwrap_or(0))),
    }
}

/// Returns the float nearest to the rounded digits; it is written with no more digits than these.
fn rounded(digits: &Digits) -> f64 {
    format!("0.{}e{}", digits.digits, digits.point).parse().unwrap_or(0.0)
}

/// Splits a magnitude into mantissa and exponent: `mantissa * 2^exponent`.
fn parts(magnitude: f64) -> (u64, i32) {
    const MANTISSA_BITS: u32 = 52;
    let bits = magnitude.to_bits();
    let biased = i32::try_from(bits >> MANTISSA_BITS).expect("twelve bits fit");
    let fraction = bits & ((1 << MANTISSA_BITS) - 1);
    if biased == 0 { (fraction, -1074) } else { (fraction | 1 << MANTISSA_BITS, biased - 1075) }
}

fn binary(magnitude: f64) -> String {
    let (mantissa, exponent) = parts(magnitude);
    format!("{mantissa}p{exponent:+}")
}

fn hexadecimal(magnitude: f64, precision: Option<usize>) -> String {
    let (mut mantissa, mut exponent) = parts(magnitude);
    if mantissa == 0 {
        exponent = 0;
    } else {
        // The leading digit is 1, in bit 60; fifteen digits follow it.
        let shift = mantissa.leading_zeros() - 3;
        mantissa <<= shift;
        exponent += 60 - i32::try_from(shift).unwrap_or(0);
    }
    if let Some(precision) = precision.filter(|precision| *precision < 15) {
        let drop = u32::try_from(60 - precision * 4).unwrap_or(60);
        let extra = mantissa & ((1 << drop) - 1);
        let half = 1 << (drop - 1);
        mantissa >>= drop;
        mantissa += u64::from(extra > half || (extra == half && mantissa & 1 == 1));
        mantissa <<= drop;
        if mantissa >> 61 != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let digits = format!("{:015x}", mantissa & ((1 << 60) - 1));
    let fraction = match precision {
        None => digits.trim_end_matches('0').to_owned(),
        Some(precision) => format!("{:0<precision$}", &digits[..precision.min(15)]),
    };
    let point = if fraction.is_empty() { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("0x{}{point}{fraction}p{sign}{:02}", mantissa >> 60, exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_shortest_forms_the_even_one_is_taken() {
        let ties = [(2_970_576_012_444_357.0, "742644003111089.2"), (2_873_012_265_949_689.0, "718253066487422.2")];
        for (four_times, text) in ties {
            assert_eq!(format_float_as(four_times / 4.0, FloatForm::Fixed, None), text);
        }
        assert_eq!(format_float_as(0.3, FloatForm::Fixed, None), "0.3");
        assert_eq!(format_float_as(5e-324, FloatForm::Exponent, None), "5e-324");
    }
}
