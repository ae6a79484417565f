//! Hostile amounts: never a panic, and what is read is what slow arithmetic reads.
#![no_main]

use libfuzzer_sys::fuzz_target;
use torg_platform::Money;
use torg_platform::money::{Currency, Decimal, Rub, Ton, Xtr};

/// The amount by the letter of the rule, in integers that cannot overflow here.
fn oracle<C: Currency>(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = match digits.find('.') {
        Some(at) => (&digits[..at], Some(&digits[at + 1..])),
        None => (digits, None),
    };
    let numeric = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let places = usize::try_from(C::EXPONENT).unwrap();
    if !numeric(whole) || part.is_some_and(|part| !numeric(part) || part.len() > places) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    if whole.len() > 30 {
        return None;
    }
    let all = format!("{whole}{:0<places$}", part.unwrap_or_default());
    let minor: i128 = if all.is_empty() { 0 } else { all.parse().ok()? };
    i64::try_from(if text.starts_with('-') { -minor } else { minor }).ok()
}

fn check<C: Currency + std::fmt::Debug + PartialEq>(text: &str) {
    let read = Money::<C>::parse_decimal(text);
    assert_eq!(read.map(Money::minor), oracle::<C>(text), "{text:?}");
    if let Some(money) = read {
        let again = Money::<C>::parse_decimal(&money.to_decimal());
        assert_eq!(again.map(Money::minor), Some(money.minor()), "{text:?}");
    }
    // As JSON: a string says the same, a number an amount that writes itself.
    let quoted = serde_json::to_string(text).unwrap();
    let in_json = serde_json::from_str::<Decimal<C>>(&quoted).ok();
    assert_eq!(in_json.map(|d| d.0.minor()), oracle::<C>(text), "{text:?}");
    if let Ok(Decimal(money)) = serde_json::from_str::<Decimal<C>>(text) {
        let written = serde_json::to_string(&Decimal(money)).unwrap();
        let again: Decimal<C> = serde_json::from_str(&written).unwrap();
        assert_eq!(again.0.minor(), money.minor(), "{text:?}");
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    check::<Rub>(text);
    check::<Ton>(text);
    check::<Xtr>(text);
});
