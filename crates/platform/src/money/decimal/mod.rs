//! Amounts as decimal text: `199.90`. On the way in a JSON number is taken too, as exactly as
//! text or not at all.

use super::{Currency, Money, Rub, Ton, Xtr};
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Up to here a number in JSON and the nearest float name the same amount: 15 digits.
const FLOAT_MAX: u64 = 999_999_999_999_999;

impl<C: Currency> Money<C> {
    /// Reads `-199.90`: an optional sign, digits, and after a point at most as many digits as the
    /// currency has. `None` for anything else, and for what does not fit.
    pub fn parse_decimal(text: &str) -> Option<Self> {
        let (is_negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, part) = match digits.split_once('.') {
            Some((_, "")) => return None,
            Some((whole, part)) => (whole, part),
            None => (digits, ""),
        };
        let missing = C::EXPONENT.checked_sub(u32::try_from(part.len()).ok()?)?;
        if whole.is_empty() {
            return None;
        }
        // Below zero, where there is room for one more.
        let mut minor = 0_i64;
        for byte in whole.bytes().chain(part.bytes()) {
            let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
            minor = minor.checked_mul(10)?.checked_sub(i64::from(digit))?;
        }
        let minor = minor.checked_mul(10_i64.checked_pow(missing)?)?;
        let minor = if is_negative {
            minor
        } else {
            minor.checked_neg()?
        };
        Some(Self::from_minor(minor))
    }

    /// `199.90`, with all digits that the currency has, as [`Self::parse_decimal`] reads it back.
    pub fn to_decimal(self) -> String {
        let scale = 10_u64.pow(C::EXPONENT);
        let minor = self.minor().unsigned_abs();
        let whole = minor.checked_div(scale).unwrap_or(0);
        let part = minor.checked_rem(scale).unwrap_or(0);
        let sign = if self.minor() < 0 { "-" } else { "" };
        if C::EXPONENT == 0 {
            format!("{sign}{whole}")
        } else {
            let width = usize::try_from(C::EXPONENT).unwrap_or(0);
            format!("{sign}{whole}.{part:0width$}")
        }
    }

    /// A float that is the nearest to an amount of at most 15 digits.
    fn from_float(value: f64) -> Option<Self> {
        // The shortest text that names this float: what was written, if it was that short.
        let text = format!("{value:?}");
        let text = text.strip_suffix(".0").unwrap_or(&text);
        Self::parse_decimal(text).filter(|money| money.minor().unsigned_abs() <= FLOAT_MAX)
    }
}

/// An amount in a currency that is known only when the program runs, as decimal text; `None` for
/// a code that is none of ours.
pub fn show(currency: &str, minor: i64) -> Option<String> {
    match currency {
        Rub::CODE => Some(Money::<Rub>::from_minor(minor).to_decimal()),
        Ton::CODE => Some(Money::<Ton>::from_minor(minor).to_decimal()),
        Xtr::CODE => Some(Money::<Xtr>::from_minor(minor).to_decimal()),
        _ => None,
    }
}

/// An amount on the wire: a decimal string with all digits of its currency, `"199.90"`. A JSON
/// number is read too: an integer exactly, a fraction if it is the shortest text of an amount of
/// at most 15 digits.
///
/// In types with a schema write [`DecimalRub`] and its sisters: the derive would take the currency
/// for a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal<C>(pub Money<C>);

/// Roubles on the wire.
pub type DecimalRub = Decimal<Rub>;
/// Toncoins on the wire.
pub type DecimalTon = Decimal<Ton>;
/// Stars on the wire.
pub type DecimalXtr = Decimal<Xtr>;

impl<C> From<Money<C>> for Decimal<C> {
    fn from(money: Money<C>) -> Self {
        Self(money)
    }
}

impl<C: Currency> Serialize for Decimal<C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_decimal())
    }
}

impl<'de, C: Currency> Deserialize<'de> for Decimal<C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader(PhantomData))
    }
}

struct Reader<C>(PhantomData<C>);

impl<C: Currency> Visitor<'_> for Reader<C> {
    type Value = Decimal<C>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, digits) = (C::CODE, C::EXPONENT);
        write!(
            f,
            "an amount of {code} as a decimal string with at most {digits} digits after the point"
        )
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Decimal<C>, E> {
        Money::parse_decimal(text)
            .map(Decimal)
            .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_i64<E: Error>(self, whole: i64) -> Result<Decimal<C>, E> {
        Money::from_major(whole)
            .map(Decimal)
            .ok_or_else(|| E::invalid_value(Unexpected::Signed(whole), &self))
    }

    fn visit_u64<E: Error>(self, whole: u64) -> Result<Decimal<C>, E> {
        let money = i64::try_from(whole).ok().and_then(Money::from_major);
        money
            .map(Decimal)
            .ok_or_else(|| E::invalid_value(Unexpected::Unsigned(whole), &self))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Decimal<C>, E> {
        Money::from_float(value)
            .map(Decimal)
            .ok_or_else(|| E::invalid_value(Unexpected::Float(value), &self))
    }
}

impl<C: Currency> PartialSchema for Decimal<C> {
    /// Fractions as JSON numbers are read but not promised: a float that a generator makes up has
    /// too many digits nearly always.
    fn schema() -> RefOr<Schema> {
        // So many digits fit whatever they are.
        let whole = 18_u32.saturating_sub(C::EXPONENT);
        let part = match C::EXPONENT {
            0 => String::new(),
            digits => format!("(\\.[0-9]{{1,{digits}}})?"),
        };
        let most = 10_i64.saturating_pow(whole).saturating_sub(1);
        let text = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(format!("^-?[0-9]{{1,{whole}}}{part}$")))
            .examples([example::<C>()]);
        let number = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(most.saturating_neg()))
            .maximum(Some(most));
        let code = C::CODE;
        let schema = OneOfBuilder::new()
            .item(text)
            .item(number)
            .description(Some(format!(
                "An amount in {code}. Answers hold the decimal string, with all its digits. \
                 Requests may hold a JSON number instead, if it has no more digits after the \
                 point and at most 15 in all"
            )))
            .examples([example::<C>()]);
        RefOr::T(Schema::OneOf(schema.build()))
    }
}

impl<C: Currency> ToSchema for Decimal<C> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Decimal{}", C::CODE))
    }
}

/// `199.90`.
fn example<C: Currency>() -> String {
    let scale = 10_i64.saturating_pow(C::EXPONENT);
    let tenth = scale.checked_div(10).unwrap_or(0).saturating_mul(9);
    Money::<C>::from_minor(scale.saturating_mul(199).saturating_add(tenth)).to_decimal()
}

#[cfg(test)]
mod tests;
