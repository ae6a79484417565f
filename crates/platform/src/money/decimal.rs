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
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn rub(text: &str) -> Option<i64> {
        Money::<Rub>::parse_decimal(text).map(Money::minor)
    }

    /// What a JSON text is read as, in kopecks.
    fn json_rub(json: &str) -> Option<i64> {
        let read = serde_json::from_str::<DecimalRub>(json);
        read.ok().map(|Decimal(money)| money.minor())
    }

    #[test]
    fn reads_digits_and_nothing_else() {
        assert_eq!(rub("199.90"), Some(19_990));
        assert_eq!(rub("199.9"), Some(19_990));
        assert_eq!(rub("199"), Some(19_900));
        assert_eq!(rub("0.01"), Some(1));
        assert_eq!(rub("-0.01"), Some(-1));
        assert_eq!(rub("-0"), Some(0));
        assert_eq!(rub("007.10"), Some(710));
        assert_eq!(rub("92233720368547758.07"), Some(i64::MAX));
        assert_eq!(rub("-92233720368547758.08"), Some(i64::MIN));
        let wrong = [
            "",
            "-",
            ".",
            "-.",
            ".5",
            "5.",
            "--5",
            "+5",
            " 5",
            "5 ",
            "5,0",
            "5.0.0",
            "5.001",
            "5.000",
            "1e3",
            "1E3",
            "0x10",
            "1_000",
            "NaN",
            "inf",
            "٥",
            "5٫0",
            "5.-1",
            "−5",
            "92233720368547758.08",
            "-92233720368547758.09",
            "92233720368547759",
            "99999999999999999999999999",
        ];
        for text in wrong {
            assert_eq!(rub(text), None, "{text:?}");
        }
        let stars = |text| Money::<Xtr>::parse_decimal(text).map(Money::minor);
        assert_eq!(
            (stars("7"), stars("7.0"), stars("7.")),
            (Some(7), None, None)
        );
        let nano = Money::<Ton>::parse_decimal("0.000000001").unwrap();
        assert_eq!(
            (nano.minor(), nano.to_decimal()),
            (1, "0.000000001".to_owned())
        );
    }

    #[test]
    fn writes_all_digits() {
        let write = |minor| serde_json::to_value(Decimal(Money::<Rub>::from_minor(minor))).unwrap();
        assert_eq!(write(19_990), json!("199.90"));
        assert_eq!(write(-5), json!("-0.05"));
        assert_eq!(write(0), json!("0.00"));
        assert_eq!(write(i64::MIN), json!("-92233720368547758.08"));
        let stars = DecimalXtr::from(Money::from_minor(7));
        assert_eq!(serde_json::to_value(stars).unwrap(), json!("7"));
    }

    #[test]
    fn a_json_number_is_read_exactly_or_not_at_all() {
        assert_eq!(json_rub("\"199.90\""), Some(19_990));
        assert_eq!(json_rub("199.90"), Some(19_990));
        assert_eq!(json_rub("199"), Some(19_900));
        assert_eq!(json_rub("-0.1"), Some(-10));
        assert_eq!(json_rub("-0.0"), Some(0));
        assert_eq!(json_rub("0.29"), Some(29));
        assert_eq!(json_rub("9999999999.99"), Some(999_999_999_999));
        assert_eq!(json_rub("9999999999999.99"), Some(999_999_999_999_999));
        assert_eq!(
            json_rub("92233720368547758"),
            Some(9_223_372_036_854_775_800)
        );
        let wrong = [
            "19.999",
            "0.1000001",
            "1e-7",
            "1e300",
            "1e16",
            "10000000000000.01",
            "92233720368547759",
            "18446744073709551615",
            "-92233720368547759",
            "null",
            "true",
            "[]",
            "{}",
            "\"\"",
            "\"1e3\"",
            "\"19.999\"",
        ];
        for json in wrong {
            assert_eq!(json_rub(json), None, "{json}");
        }
        let error = serde_json::from_str::<DecimalRub>("19.999").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("invalid value: floating point `19.999`"),
            "{error}"
        );
        let query = serde_urlencoded::from_str::<Vec<(String, DecimalRub)>>("min=1.50");
        assert_eq!(
            query.unwrap(),
            [("min".to_owned(), Decimal(Money::from_minor(150)))]
        );
        let stars = |json| {
            serde_json::from_str::<DecimalXtr>(json)
                .ok()
                .map(|d| d.0.minor())
        };
        assert_eq!(
            (stars("7"), stars("7.0"), stars("7.5")),
            (Some(7), Some(7), None)
        );
    }

    #[test]
    fn the_schema_promises_what_is_read() {
        #[derive(ToSchema)]
        #[expect(dead_code, reason = "only its schema is used")]
        struct Priced {
            price: DecimalRub,
            before: Option<DecimalRub>,
        }
        let schema = serde_json::to_value(DecimalRub::schema()).unwrap();
        let [text, number] = [&schema["oneOf"][0], &schema["oneOf"][1]];
        assert_eq!(text["pattern"], "^-?[0-9]{1,16}(\\.[0-9]{1,2})?$");
        assert_eq!(text["examples"], json!(["199.90"]));
        // The ends of what it promises.
        assert!(rub(&format!("-{}.99", "9".repeat(16))).is_some());
        for end in ["minimum", "maximum"] {
            assert!(json_rub(&number[end].to_string()).is_some(), "{number}");
        }
        let stars = serde_json::to_value(DecimalXtr::schema()).unwrap();
        assert_eq!(stars["oneOf"][0]["pattern"], "^-?[0-9]{1,18}$");
        assert!(Money::<Xtr>::parse_decimal(&"9".repeat(18)).is_some());
        assert!(Money::<Ton>::parse_decimal(&format!("{0}.{0}", "9".repeat(9))).is_some());

        let priced = serde_json::to_value(Priced::schema()).unwrap();
        let named = json!({"$ref": "#/components/schemas/DecimalRUB"});
        assert_eq!(priced["properties"]["price"], named);
        let mut schemas = Vec::new();
        Priced::schemas(&mut schemas);
        assert!(schemas.iter().all(|(name, _)| name == "DecimalRUB"));
        assert!(!schemas.is_empty());
    }

    /// Every way that an amount of two digits may come in.
    fn comes_back(minor: i64) {
        let money = Money::<Rub>::from_minor(minor);
        let text = money.to_decimal();
        assert_eq!(json_rub(&text), Some(minor), "{text} as a number");
        let float: f64 = text.parse().unwrap();
        assert_eq!(Money::from_float(float), Some(money), "{text} as a float");
        let value = serde_json::to_value(float).unwrap();
        assert!(matches!(value, Value::Number(_)));
        let through: DecimalRub = serde_json::from_value(value).unwrap();
        assert_eq!(through.0, money, "{text} through a value");
    }

    #[test]
    fn no_small_amount_drifts() {
        for minor in -20_000..200_000 {
            comes_back(minor);
        }
        for power in 0..12_u32 {
            for near in -3..=3 {
                let minor = 10_i64.pow(power).saturating_add(near);
                comes_back(minor);
                comes_back(999_999_999_999_i64.saturating_sub(minor));
            }
        }
    }

    proptest! {
        #[test]
        fn text_is_read_back(minor: i64) {
            let rub = Money::<Rub>::from_minor(minor);
            prop_assert_eq!(Money::parse_decimal(&rub.to_decimal()), Some(rub));
            let ton = Money::<Ton>::from_minor(minor);
            prop_assert_eq!(Money::parse_decimal(&ton.to_decimal()), Some(ton));
            let xtr = Money::<Xtr>::from_minor(minor);
            prop_assert_eq!(Money::parse_decimal(&xtr.to_decimal()), Some(xtr));
            let json = serde_json::to_string(&Decimal(rub)).unwrap();
            prop_assert_eq!(json_rub(&json), Some(minor));
        }

        #[test]
        fn no_amount_of_two_digits_drifts(minor in 0_i64..=999_999_999_999) {
            comes_back(minor);
        }

        /// A float is an amount that it names, or refused: never a neighbour.
        #[test]
        fn a_float_is_never_rounded(value: f64) {
            if let Some(money) = Money::<Rub>::from_float(value) {
                let back: f64 = money.to_decimal().parse().unwrap();
                prop_assert!(back.total_cmp(&value).is_eq() || (back == 0.0 && value == 0.0));
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[-+]?[0-9]{0,21}[.,e]?[0-9]{0,4}") {
            if let Some(money) = Money::<Rub>::parse_decimal(&text) {
                prop_assert!(text.bytes().all(|b| b.is_ascii_digit() || b"-.".contains(&b)));
                prop_assert_eq!(Money::parse_decimal(&money.to_decimal()), Some(money));
            }
        }
    }
}
