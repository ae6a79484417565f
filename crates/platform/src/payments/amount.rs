//! Amounts as providers write them: decimal text.

/// Digits after the point of a currency that we know.
pub(super) fn exponent(currency: &str) -> Option<usize> {
    match currency {
        "RUB" => Some(2),
        "TON" => Some(9),
        "XTR" => Some(0),
        _ => None,
    }
}

/// `199.90` in minor units of a currency with two digits: 19990. Fewer digits after the point
/// are as good, more are not; no sign, no exponent, no spaces.
pub(super) fn parse(text: &str, exponent: usize) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let kept = part.trim_end_matches('0');
    if !digits(whole) || !digits(part) || kept.len() > exponent || text.len() > 40 {
        return None;
    }
    format!("{whole}{kept:0<exponent$}").parse().ok()
}

/// The reverse of [`parse`].
pub(super) fn show(minor: i64, exponent: usize) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let width = exponent.saturating_add(1);
    let digits = format!("{:0>width$}", minor.unsigned_abs());
    let (whole, part) = digits.split_at(digits.len().saturating_sub(exponent));
    if part.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_decimal_text_and_nothing_else() {
        for (text, exponent, minor) in [
            ("199.90", 2, Some(19_990)),
            ("199.9", 2, Some(19_990)),
            ("199", 2, Some(19_900)),
            ("199.900", 2, Some(19_990)),
            ("0.01", 2, Some(1)),
            ("0", 2, Some(0)),
            ("5", 0, Some(5)),
            ("5.0", 0, Some(5)),
            ("0.000000001", 9, Some(1)),
            ("199.901", 2, None),
            ("5.5", 0, None),
            ("", 2, None),
            (".5", 2, None),
            ("5.", 2, None),
            ("-5", 2, None),
            ("+5", 2, None),
            ("1e3", 2, None),
            ("1 000", 2, None),
            ("1.2.3", 2, None),
            ("92233720368547758.08", 2, None),
        ] {
            assert_eq!(parse(text, exponent), minor, "{text}");
        }
        assert_eq!(show(-205, 2), "-2.05");
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(minor in 0..i64::MAX, exponent in 0_usize..10) {
            prop_assert_eq!(parse(&show(minor, exponent), exponent), Some(minor));
        }
    }
}
