//! Decimal text there and back, and floats that must not drift.

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
