//! How golang.org/x/text prints numbers in English.

use crate::value::format_float;

/// Returns a number with its thousands grouped, or with its exponent as a power of ten.
pub(super) fn english(value: f64) -> String {
    let plain = format_float(value);
    match plain.split_once('e') {
        None => grouped(&plain),
        Some((digits, exponent)) => format!("{digits}×10{}", superscript(exponent.trim_start_matches('+'))),
    }
}

fn grouped(number: &str) -> String {
    let (sign, number) = if let Some(rest) = number.strip_prefix('-') { ("-", rest) } else { ("", number) };
    let (whole, fraction) = number.split_once('.').map_or((number, String::new()), |(whole, rest)| (whole, format!(".{rest}")));
    let mut out = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + &fraction
}

fn superscript(exponent: &str) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raised = |character: char| character.to_digit(10).map_or('⁻', |digit| DIGITS[digit as usize]);
    exponent.chars().map(raised).collect()
}

#[cfg(test)]
mod tests {
    use super::english;

    #[test]
    fn numbers_as_helm_prints_them() {
        for (value, text) in [
            (-5.0, "-5"),
            (1000.0, "1,000"),
            (-1234.0, "-1,234"),
            (999_999.0, "999,999"),
            (1e6, "1×10⁰⁶"),
            (1_234_567.5, "1.2345675×10⁰⁶"),
            (1e-5, "1×10⁻⁰⁵"),
            (99_999.99, "99,999.99"),
            (0.25, "0.25"),
        ] {
            assert_eq!(english(value), text);
        }
    }
}
