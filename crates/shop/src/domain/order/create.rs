//! What makes an order: what people send, and what it costs.

use crate::domain::{CouponCode, Email, Refusal, Wanted, merge};
use crate::domain::{Discount, PayWith};
use torg_platform::UserId;
use torg_platform::error::FieldError;
use torg_platform::money::{Money, Rub};

/// Longest address.
const ADDRESS_CHARS: usize = 500;

/// An order as it arrives.
#[derive(Debug, Clone, Default)]
pub struct NewOrderFields<'a> {
    /// Who orders; none for a guest.
    pub customer: Option<UserId>,
    /// A guest must give one.
    pub email: Option<&'a str>,
    /// Products and quantities.
    pub lines: &'a [Wanted],
    /// Where the goods go.
    pub address: Option<&'a str>,
    /// A coupon's code.
    pub coupon: Option<&'a str>,
    /// How it is to be paid.
    pub pay_with: Option<PayWith>,
}

/// An order that may be tried.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct NewOrder {
    /// Who orders.
    pub customer: Option<UserId>,
    /// Where a guest is reached.
    pub email: Option<Email>,
    /// Each product once, in the order of their names.
    pub lines: Vec<Wanted>,
    /// Trimmed; none when there was nothing in it.
    pub address: Option<String>,
    /// In its one spelling.
    pub coupon: Option<CouponCode>,
    /// How it is to be paid.
    pub pay_with: Option<PayWith>,
}

impl NewOrder {
    /// Checks what was sent.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn check(fields: &NewOrderFields<'_>) -> Result<Self, Vec<FieldError>> {
        let (mut new, mut wrong) = Self::read(fields);
        new.lines = merge(fields.lines).unwrap_or_else(|lines| {
            wrong.extend(lines);
            Vec::new()
        });
        if wrong.is_empty() {
            Ok(new)
        } else {
            Err(wrong)
        }
    }

    /// Checks what was sent for an order of what is in a cart; it gets its lines later.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn check_checkout(fields: &NewOrderFields<'_>) -> Result<Self, Vec<FieldError>> {
        let (new, wrong) = Self::read(fields);
        if wrong.is_empty() {
            Ok(new)
        } else {
            Err(wrong)
        }
    }

    /// Everything but the lines, and what is wrong with it.
    fn read(fields: &NewOrderFields<'_>) -> (Self, Vec<FieldError>) {
        let mut wrong = Vec::new();
        let mut refuse = |field: &str, message: &str| {
            wrong.push(FieldError {
                field: field.to_owned(),
                message: message.to_owned(),
            });
        };
        let email = match fields.email {
            None if fields.customer.is_none() => {
                refuse("user_email", "is required without a Telegram account");
                None
            }
            None => None,
            Some(text) => {
                let email = Email::parse(text);
                if email.is_none() {
                    refuse("user_email", "is not an e-mail address");
                }
                email
            }
        };
        let given = |text: Option<&str>| {
            text.map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
        };
        let address = given(fields.address);
        if address
            .as_ref()
            .is_some_and(|text| text.chars().count() > ADDRESS_CHARS)
        {
            refuse("address", "must have at most 500 characters");
        }
        let coupon = given(fields.coupon).map(|text| CouponCode::parse(&text));
        if coupon == Some(None) {
            refuse("coupon", "is not a coupon code");
        }
        if fields.pay_with == Some(PayWith::Balance) && fields.customer.is_none() {
            refuse("pay_with", "a balance needs a Telegram account");
        }
        let new = Self {
            customer: fields.customer,
            email,
            lines: Vec::new(),
            address,
            coupon: coupon.flatten(),
            pay_with: fields.pay_with,
        };
        (new, wrong)
    }
}

/// What an order costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// All lines.
    pub items: Money<Rub>,
    /// What a coupon takes off.
    pub discount: Money<Rub>,
    /// What is to be paid.
    pub total: Money<Rub>,
}

impl Totals {
    /// Adds up lines of a quantity and a price, and takes off the discount.
    ///
    /// # Errors
    /// [`Refusal::TooExpensive`] above [`crate::domain::PRICE_MAX`]; those of the coupon.
    pub fn of(
        lines: impl IntoIterator<Item = (i64, Money<Rub>)>,
        discount: Option<&Discount>,
    ) -> Result<Self, Refusal> {
        let mut items = Money::ZERO;
        for (quantity, price) in lines {
            items = price
                .checked_mul(quantity)
                .and_then(|sum| items.checked_add(sum))
                .filter(|sum| *sum <= crate::domain::PRICE_MAX)
                .ok_or(Refusal::TooExpensive)?;
        }
        let discount = match discount {
            Some(discount) => discount.off(items)?,
            None => Money::ZERO,
        };
        let total = items.checked_sub(discount).ok_or(Refusal::TooExpensive)?;
        Ok(Self {
            items,
            discount,
            total,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields(new: &NewOrderFields<'_>) -> Vec<String> {
        let wrong = NewOrder::check(new).unwrap_err();
        wrong.into_iter().map(|f| f.field).collect()
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let new = NewOrderFields {
            email: Some("nobody"),
            coupon: Some("a b"),
            pay_with: Some(PayWith::Balance),
            ..NewOrderFields::default()
        };
        assert_eq!(fields(&new), ["user_email", "coupon", "pay_with", "items"]);
    }

    #[test]
    fn only_a_guest_must_say_where_he_is_reached() {
        let lines = [Wanted {
            product: uuid::Uuid::from_u128(1).into(),
            quantity: 1,
        }];
        let new = NewOrderFields {
            lines: &lines,
            address: Some("  "),
            ..NewOrderFields::default()
        };
        assert_eq!(fields(&new), ["user_email"]);
        let known = NewOrderFields {
            customer: Some(UserId(1)),
            ..new
        };
        assert_eq!(NewOrder::check(&known).unwrap().address, None);
    }

    #[test]
    fn what_nobody_can_pay_is_refused() {
        let dear = [(1_000, Money::from_minor(999_999_999_999))];
        assert_eq!(Totals::of(dear, None), Err(Refusal::TooExpensive));
        let most = [(i64::MAX, Money::from_minor(i64::MAX))];
        assert_eq!(Totals::of(most, None), Err(Refusal::TooExpensive));
    }

    proptest! {
        #[test]
        fn totals_add_up(
            lines in prop::collection::vec((1_i64..1_000, 0_i64..10_000_000), 1..50),
            bps in 1_i64..=10_000,
        ) {
            let lines: Vec<_> = lines.into_iter().map(|(q, p)| (q, Money::from_minor(p))).collect();
            let discount = Discount::percent(bps).unwrap();
            let totals = Totals::of(lines, Some(&discount)).unwrap();
            prop_assert_eq!(totals.total.checked_add(totals.discount).unwrap(), totals.items);
            prop_assert!(totals.total >= Money::ZERO && totals.discount >= Money::ZERO);
        }
    }
}
