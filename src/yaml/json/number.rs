//! Numbers in JSON.

use crate::value::{FloatForm, format_float_as};
use std::fmt::Write as _;

/// Writes a finite number as encoding/json does: without exponent from 1e-6 up to 1e21, else with the shortest exponent.
pub(super) fn write_float(value: f64, out: &mut String) {
    const EXACT: f64 = 1e15;
    let magnitude = value.abs();
    if value.fract() == 0.0 && (1.0..EXACT).contains(&magnitude) {
        // Writing to a String cannot fail.
        let _ = write!(out, "{}", value as i64);
    } else if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        // Go pads exponents to two digits, and encoding/json takes the padding away where the exponent is negative; a
        // positive one has two digits here anyway.
        let text = format_float_as(value, FloatForm::Exponent, None);
        out.push_str(&text.replace("e-0", "e-"));
    } else {
        out.push_str(&format_float_as(value, FloatForm::Fixed, None));
    }
}

#[cfg(test)]
mod tests {
    use super::write_float;

    #[test]
    fn exponents_are_as_short_as_go_makes_them() {
        for (value, text) in
            [(0.0, "0"), (-0.0, "-0"), (1e20, "100000000000000000000"), (1e21, "1e+21"), (1e-6, "0.000001"), (1e-7, "1e-7")]
        {
            let mut out = String::new();
            write_float(value, &mut out);
            assert_eq!(out, text);
        }
    }
}
