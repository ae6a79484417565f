//! What can be set: declared by whoever reads it, with what is allowed.

use crate::error::{Error, Result};
use crate::money::{self, Currency, Money, Rub, Ton, Xtr};
use serde_json::Value as Json;
use std::ops::RangeInclusive;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number in the unit of its setting.
    Integer(i64),
    /// Minor units of the currency of its setting.
    Amount(i64),
    /// A text for people.
    Text(String),
    /// On or off.
    Switch(bool),
}

/// What values a setting may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingKind {
    /// A number.
    Integer {
        /// What it counts: a stable word that a page translates, for example `minutes`.
        unit: &'static str,
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// An amount of money.
    Amount {
        /// Its currency.
        currency: &'static str,
        /// The least, in minor units.
        min: i64,
        /// The most, in minor units.
        max: i64,
        /// What it is a multiple of, in minor units.
        step: i64,
    },
    /// A text.
    Text {
        /// Its characters at most.
        max: usize,
    },
    /// On or off.
    Switch,
}

/// Something that can be set while the program runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// `market.noun`.
    pub name: &'static str,
    /// What is allowed.
    pub kind: SettingKind,
    /// What is configured.
    pub default: Value,
}

impl Setting {
    /// A number of `unit`.
    pub fn integer(
        name: &'static str,
        unit: &'static str,
        range: RangeInclusive<i64>,
        default: i64,
    ) -> Self {
        let (min, max) = range.into_inner();
        Self {
            name,
            kind: SettingKind::Integer { unit, min, max },
            default: Value::Integer(default),
        }
    }

    /// An amount that is a multiple of `step`.
    pub fn amount<C: Currency>(
        name: &'static str,
        range: RangeInclusive<Money<C>>,
        step: Money<C>,
        default: Money<C>,
    ) -> Self {
        let (min, max) = range.into_inner();
        let kind = SettingKind::Amount {
            currency: C::CODE,
            min: min.minor(),
            max: max.minor(),
            step: step.minor(),
        };
        Self {
            name,
            kind,
            default: Value::Amount(default.minor()),
        }
    }

    /// A text of at most `max` characters; it may be empty.
    pub fn text(name: &'static str, max: usize, default: impl Into<String>) -> Self {
        Self {
            name,
            kind: SettingKind::Text { max },
            default: Value::Text(default.into()),
        }
    }

    /// Something that is on or off.
    pub fn switch(name: &'static str, default: bool) -> Self {
        Self {
            name,
            kind: SettingKind::Switch,
            default: Value::Switch(default),
        }
    }

    /// The market that it belongs to.
    pub fn market(&self) -> &'static str {
        self.name.split('.').next().unwrap_or_default()
    }

    /// A value as it is stored; none when it is not allowed any more.
    pub(super) fn read(&self, json: &Json) -> Option<Value> {
        let value = match &self.kind {
            SettingKind::Integer { .. } => Value::Integer(json.as_i64()?),
            SettingKind::Amount { .. } => Value::Amount(json.as_i64()?),
            SettingKind::Text { .. } => Value::Text(json.as_str()?.to_owned()),
            SettingKind::Switch => Value::Switch(json.as_bool()?),
        };
        self.allows(&value).then_some(value)
    }

    /// A value as it came over the wire.
    ///
    /// # Errors
    /// 422 that says what is allowed.
    pub(super) fn accept(&self, json: &Json) -> Result<Value> {
        let value = match &self.kind {
            SettingKind::Integer { .. } => json.as_i64().map(Value::Integer),
            SettingKind::Amount { currency, .. } => {
                let text = json.as_str();
                let minor = text.and_then(|text| minor_units(currency, text));
                minor.map(Value::Amount)
            }
            SettingKind::Text { .. } => json.as_str().map(|t| Value::Text(t.trim().to_owned())),
            SettingKind::Switch => json.as_bool().map(Value::Switch),
        };
        let value = value.ok_or_else(|| Error::field("value", self.allowed()))?;
        self.check(&value)?;
        Ok(value)
    }

    /// # Errors
    /// 422 that says what is allowed.
    pub(super) fn check(&self, value: &Value) -> Result<()> {
        if self.allows(value) {
            return Ok(());
        }
        Err(Error::field("value", self.allowed()))
    }

    fn allows(&self, value: &Value) -> bool {
        match (&self.kind, value) {
            (SettingKind::Integer { min, max, .. }, Value::Integer(number)) => {
                (min..=max).contains(&number)
            }
            (SettingKind::Amount { min, max, step, .. }, Value::Amount(minor)) => {
                (min..=max).contains(&minor) && minor.checked_rem(*step) == Some(0)
            }
            (SettingKind::Text { max }, Value::Text(text)) => {
                let odd = |c: char| c.is_control() && c != '\n';
                text.chars().count() <= *max && !text.contains(odd)
            }
            (SettingKind::Switch, Value::Switch(_)) => true,
            (
                SettingKind::Integer { .. }
                | SettingKind::Amount { .. }
                | SettingKind::Text { .. }
                | SettingKind::Switch,
                Value::Integer(_) | Value::Amount(_) | Value::Text(_) | Value::Switch(_),
            ) => false,
        }
    }

    /// What is allowed, for people.
    fn allowed(&self) -> String {
        match &self.kind {
            SettingKind::Integer { unit, min, max } => {
                format!("must be a number of {unit} between {min} and {max}")
            }
            SettingKind::Amount {
                currency,
                min,
                max,
                step,
            } => {
                let show = |minor| money::show(currency, minor).unwrap_or_default();
                let (min, max, step) = (show(*min), show(*max), show(*step));
                format!(
                    "must be a decimal string of {currency} between {min} and {max}, \
                     a multiple of {step}"
                )
            }
            SettingKind::Text { max } => {
                format!("must be a text of at most {max} characters without control characters")
            }
            SettingKind::Switch => "must be true or false".to_owned(),
        }
    }

    /// A value as it goes over the wire.
    pub(super) fn show(&self, value: &Value) -> Json {
        match value {
            Value::Integer(number) => Json::from(*number),
            Value::Amount(minor) => self.show_minor(*minor),
            Value::Text(text) => Json::from(text.as_str()),
            Value::Switch(is_on) => Json::from(*is_on),
        }
    }

    /// A limit of an amount as it goes over the wire.
    pub(super) fn show_minor(&self, minor: i64) -> Json {
        match &self.kind {
            SettingKind::Amount { currency, .. } => {
                money::show(currency, minor).map_or(Json::Null, Json::from)
            }
            SettingKind::Integer { .. } | SettingKind::Text { .. } | SettingKind::Switch => {
                Json::from(minor)
            }
        }
    }
}

impl Value {
    /// As it is stored.
    pub(super) fn to_json(&self) -> Json {
        match self {
            Self::Integer(number) | Self::Amount(number) => Json::from(*number),
            Self::Text(text) => Json::from(text.as_str()),
            Self::Switch(is_on) => Json::from(*is_on),
        }
    }
}

fn minor_units(currency: &str, text: &str) -> Option<i64> {
    match currency {
        Rub::CODE => Money::<Rub>::parse_decimal(text).map(Money::minor),
        Ton::CODE => Money::<Ton>::parse_decimal(text).map(Money::minor),
        Xtr::CODE => Money::<Xtr>::parse_decimal(text).map(Money::minor),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn price() -> Setting {
        let range = Money::<Rub>::from_minor(100)..=Money::from_minor(100_000);
        Setting::amount(
            "services.price",
            range,
            Money::from_minor(100),
            Money::from_minor(200),
        )
    }

    #[test]
    fn amounts_are_decimal_strings_within_their_limits() {
        let price = price();
        assert_eq!(price.accept(&json!("3.00")).unwrap(), Value::Amount(300));
        assert_eq!(price.show(&Value::Amount(300)), json!("3.00"));
        for wrong in [
            json!(3),
            json!("0.00"),
            json!("1000.01"),
            json!("2.50"),
            json!("x"),
        ] {
            let refused = price.accept(&wrong).unwrap_err();
            assert!(
                refused.detail().contains("between 1.00 and 1000.00"),
                "{wrong}"
            );
        }
    }

    #[test]
    fn what_is_stored_and_not_allowed_any_more_is_not_read() {
        let price = price();
        assert_eq!(price.read(&json!(300)), Some(Value::Amount(300)));
        assert_eq!(price.read(&json!(50)), None);
        assert_eq!(price.read(&json!("300")), None);
    }

    #[test]
    fn numbers_texts_and_switches() {
        let minutes = Setting::integer("shop.minutes", "minutes", 5..=60, 15);
        assert_eq!(minutes.accept(&json!(5)).unwrap(), Value::Integer(5));
        assert!(minutes.accept(&json!(61)).is_err() && minutes.accept(&json!(5.5)).is_err());
        let text = Setting::text("shop.contact", 5, "");
        assert_eq!(
            text.accept(&json!(" @shop ")).unwrap(),
            Value::Text("@shop".into())
        );
        assert!(text.accept(&json!("@shop1")).is_err() && text.accept(&json!("a\u{1}")).is_err());
        let switch = Setting::switch("shop.open", true);
        assert_eq!(switch.accept(&json!(false)).unwrap(), Value::Switch(false));
        assert!(switch.accept(&json!("false")).is_err());
        assert_eq!(switch.market(), "shop");
    }
}
