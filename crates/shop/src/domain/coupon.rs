//! Coupons: a share of an order or a sum, for a while, at most so often.

use super::{PRICE_MAX, Refusal};
use std::fmt;
use torg_platform::Timestamp;
use torg_platform::error::FieldError;
use torg_platform::money::{Money, Rub};

/// A coupon's code in its one spelling: 3 to 32 capital letters, digits, `-` and `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct CouponCode(String);

impl CouponCode {
    /// Reads a code; letter case and outer blanks do not matter.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_uppercase();
        let known = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        ((3..=32).contains(&text.len()) && text.bytes().all(known)).then_some(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CouponCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a coupon takes off an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discount {
    /// A share, in hundredths of a percent.
    Percent(u16),
    /// A sum, at most the order's own.
    Amount(Money<Rub>),
}

impl Discount {
    /// A share of 1 to 10,000 hundredths of a percent.
    pub fn percent(bps: i64) -> Option<Self> {
        let bps = u16::try_from(bps).ok()?;
        (1..=10_000).contains(&bps).then_some(Self::Percent(bps))
    }

    /// What it takes off `sum`: a share is rounded down to the kopeck.
    ///
    /// # Errors
    /// [`Refusal::TooExpensive`] for a sum that is no price.
    pub fn off(&self, sum: Money<Rub>) -> Result<Money<Rub>, Refusal> {
        match self {
            Self::Percent(bps) => match sum.split_bps(*bps) {
                Some((share, _rest)) => Ok(share),
                None => Err(Refusal::TooExpensive),
            },
            Self::Amount(amount) => Ok((*amount).min(sum)),
        }
    }
}

/// A coupon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coupon {
    /// What people type.
    pub code: CouponCode,
    /// What it takes off.
    pub discount: Discount,
    /// Only for orders of at least this sum.
    pub min_total: Money<Rub>,
    /// How often it may be used; none for as often as people like.
    pub uses_max: Option<i64>,
    /// How often it was.
    pub used: i64,
    /// Not before.
    pub starts_at: Option<Timestamp>,
    /// No longer from then on.
    pub ends_at: Option<Timestamp>,
    /// Whether the operator lets people use it.
    pub is_active: bool,
}

impl Coupon {
    /// What it takes off an order of `items` at `now`.
    ///
    /// # Errors
    /// [`Refusal::CouponUnknown`], [`Refusal::CouponUsedUp`] or [`Refusal::CouponMinimum`].
    pub fn apply(&self, items: Money<Rub>, now: Timestamp) -> Result<Discount, Refusal> {
        let begun = self.starts_at.is_none_or(|at| at <= now);
        let over = self.ends_at.is_some_and(|at| at <= now);
        // One answer for what is not yet, no longer or was never there: codes are not to be found
        // out by trying.
        if !self.is_active || !begun || over {
            return Err(Refusal::CouponUnknown);
        }
        if self.uses_max.is_some_and(|max| self.used >= max) {
            return Err(Refusal::CouponUsedUp);
        }
        if items < self.min_total {
            return Err(Refusal::CouponMinimum {
                min_total: self.min_total,
            });
        }
        Ok(self.discount)
    }
}

/// A coupon as an operator sends it.
#[derive(Debug, Clone, Copy, Default)]
pub struct CouponFields<'a> {
    /// What people will type.
    pub code: &'a str,
    /// A share, in hundredths of a percent; or `amount`.
    pub percent_bps: Option<i64>,
    /// A sum; or `percent_bps`.
    pub amount: Option<Money<Rub>>,
    /// Only for orders of at least this sum.
    pub min_total: Option<Money<Rub>>,
    /// How often it may be used.
    pub uses_max: Option<i64>,
    /// Not before.
    pub starts_at: Option<Timestamp>,
    /// No longer from then on.
    pub ends_at: Option<Timestamp>,
}

/// A coupon that may be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCoupon {
    /// In its one spelling.
    pub code: CouponCode,
    /// What it takes off.
    pub discount: Discount,
    /// Only for orders of at least this sum.
    pub min_total: Money<Rub>,
    /// How often it may be used.
    pub uses_max: Option<i64>,
    /// Not before.
    pub starts_at: Option<Timestamp>,
    /// No longer from then on.
    pub ends_at: Option<Timestamp>,
}

impl NewCoupon {
    /// Checks what was sent.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn check(fields: &CouponFields<'_>) -> Result<Self, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let mut refuse = |field: &str, message: &str| {
            wrong.push(FieldError {
                field: field.to_owned(),
                message: message.to_owned(),
            });
        };
        let code = CouponCode::parse(fields.code);
        if code.is_none() {
            refuse("code", "must be 3 to 32 letters, digits, - and _");
        }
        let discount = match (fields.percent_bps, fields.amount) {
            (Some(bps), None) => {
                let percent = Discount::percent(bps);
                if percent.is_none() {
                    refuse("percent_bps", "must be from 1 to 10000");
                }
                percent
            }
            (None, Some(amount)) if amount.is_positive() && amount <= PRICE_MAX => {
                Some(Discount::Amount(amount))
            }
            (None, Some(_)) => {
                refuse("amount", "must be above 0 and at most 9999999999.99");
                None
            }
            (Some(_), Some(_)) | (None, None) => {
                refuse("percent_bps", "give either percent_bps or amount");
                None
            }
        };
        let min_total = fields.min_total.unwrap_or(Money::ZERO);
        if !(Money::ZERO..=PRICE_MAX).contains(&min_total) {
            refuse("min_total", "must be from 0 to 9999999999.99");
        }
        if fields.uses_max.is_some_and(|max| max < 1) {
            refuse("uses_max", "must be at least 1");
        }
        if let (Some(starts), Some(ends)) = (fields.starts_at, fields.ends_at)
            && ends <= starts
        {
            refuse("ends_at", "must be after starts_at");
        }
        match (code, discount) {
            (Some(code), Some(discount)) if wrong.is_empty() => Ok(Self {
                code,
                discount,
                min_total,
                uses_max: fields.uses_max,
                starts_at: fields.starts_at,
                ends_at: fields.ends_at,
            }),
            (Some(_) | None, Some(_) | None) => Err(wrong),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const NOW: Timestamp = Timestamp::from_seconds(1_750_000_000);

    fn coupon() -> Coupon {
        Coupon {
            code: CouponCode::parse(" spring-10 ").unwrap(),
            discount: Discount::Percent(1_000),
            min_total: Money::from_minor(10_000),
            uses_max: Some(2),
            used: 1,
            starts_at: Some(NOW),
            ends_at: Some(NOW.plus(Duration::from_secs(60))),
            is_active: true,
        }
    }

    #[test]
    fn codes_have_one_spelling() {
        assert_eq!(coupon().code.as_str(), "SPRING-10");
        for wrong in ["", "ab", "a b c", "скидка", &"x".repeat(33)] {
            assert_eq!(CouponCode::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_coupon_counts_between_its_dates_for_large_orders_and_not_too_often() {
        let sum = Money::from_minor(10_000);
        assert_eq!(coupon().apply(sum, NOW), Ok(Discount::Percent(1_000)));
        let early = NOW.minus(Duration::from_micros(1));
        assert_eq!(coupon().apply(sum, early), Err(Refusal::CouponUnknown));
        let late = NOW.plus(Duration::from_secs(60));
        assert_eq!(coupon().apply(sum, late), Err(Refusal::CouponUnknown));
        let off = Coupon {
            is_active: false,
            ..coupon()
        };
        assert_eq!(off.apply(sum, NOW), Err(Refusal::CouponUnknown));
        let used = Coupon {
            used: 2,
            ..coupon()
        };
        assert_eq!(used.apply(sum, NOW), Err(Refusal::CouponUsedUp));
        let small = coupon().apply(Money::from_minor(9_999), NOW);
        assert_eq!(small, Err(Refusal::CouponMinimum { min_total: sum }));
    }

    #[test]
    fn a_discount_is_never_more_than_the_sum() {
        let sum = Money::from_minor(999);
        assert_eq!(Discount::Percent(1_000).off(sum), Ok(Money::from_minor(99)));
        assert_eq!(Discount::Percent(10_000).off(sum), Ok(sum));
        assert_eq!(Discount::Amount(Money::from_minor(5_000)).off(sum), Ok(sum));
    }

    #[test]
    fn wrong_fields_are_all_named() {
        let fields = CouponFields {
            code: "!",
            uses_max: Some(0),
            starts_at: Some(NOW),
            ends_at: Some(NOW),
            ..CouponFields::default()
        };
        let wrong = NewCoupon::check(&fields).unwrap_err();
        let wrong: Vec<&str> = wrong.iter().map(|f| f.field.as_str()).collect();
        assert_eq!(wrong, ["code", "percent_bps", "uses_max", "ends_at"]);
    }
}
