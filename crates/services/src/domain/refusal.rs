//! Every "no" of the market's rules, with the code that clients rely on.

use std::fmt;
use torg_platform::Kind;
use torg_platform::money::{Money, Rub};
use torg_platform::refusal;

/// A rule that was not met. The code is part of the API's contract; the text is for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// 400: no such category.
    UnknownCategory,
    /// 400: the executor that was named has not taken this order.
    ExecutorNotTaker,
    /// 402: the balance is below the price of a take.
    InsufficientBalance {
        /// What a take costs now.
        price: Money<Rub>,
    },
    /// 403: nobody takes his own order.
    OwnOrder,
    /// 403: only the customer may do this.
    NotYourOrder,
    /// 403: only an executor who took the order may do this.
    NotTakenByYou,
    /// 403: no edit and no delete after the first take.
    OrderLocked,
    /// 403: free recharge exists in the demo only.
    RechargeDisabled,
    /// 404: no such order.
    OrderNotFound,
    /// 404: no such payment of this person.
    PaymentNotFound,
    /// 404: this executor has not taken this order.
    TakeNotFound,
    /// 404: no such complaint.
    ComplaintNotFound,
    /// 404: no such review.
    ReviewNotFound,
    /// 409: three executors have it.
    OrderFull,
    /// 409: a take costs something else than the executor has agreed to.
    PriceChanged {
        /// What a take costs now.
        price: Money<Rub>,
    },
    /// 409: this contact has an active order.
    DuplicateContact,
    /// 409: the customer has said "I answered" before.
    AlreadyResponded,
    /// 409: this needs an executor, and nobody has taken the order yet.
    OrderNotTaken,
    /// 409: still active, so there is nothing to review yet.
    OrderNotFinished,
    /// 409: one review per order and executor.
    AlreadyReviewed,
    /// 409: one complaint per order and executor.
    AlreadyComplained,
    /// 409: the money of this take went back before.
    AlreadyRefunded,
    /// 409: somebody has dealt with this complaint.
    ComplaintResolved,
    /// 410: expired, closed, completed or deleted.
    OrderGone,
}

impl refusal::Refusal for Refusal {
    fn kind(&self) -> Kind {
        match self {
            Self::UnknownCategory | Self::ExecutorNotTaker => Kind::Invalid,
            Self::InsufficientBalance { .. } => Kind::Unpaid,
            Self::OwnOrder
            | Self::NotYourOrder
            | Self::NotTakenByYou
            | Self::OrderLocked
            | Self::RechargeDisabled => Kind::Denied,
            Self::OrderNotFound
            | Self::PaymentNotFound
            | Self::TakeNotFound
            | Self::ComplaintNotFound
            | Self::ReviewNotFound => Kind::Missing,
            Self::OrderFull
            | Self::PriceChanged { .. }
            | Self::DuplicateContact
            | Self::AlreadyResponded
            | Self::OrderNotTaken
            | Self::OrderNotFinished
            | Self::AlreadyReviewed
            | Self::AlreadyComplained
            | Self::AlreadyRefunded
            | Self::ComplaintResolved => Kind::Conflict,
            Self::OrderGone => Kind::Gone,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::UnknownCategory => "unknown_category",
            Self::ExecutorNotTaker => "executor_not_taker",
            Self::InsufficientBalance { .. } => "insufficient_balance",
            Self::OwnOrder => "own_order",
            Self::NotYourOrder => "not_your_order",
            Self::NotTakenByYou => "not_taken_by_you",
            Self::OrderLocked => "order_locked",
            Self::RechargeDisabled => "recharge_disabled",
            Self::OrderNotFound => "order_not_found",
            Self::PaymentNotFound => "payment_not_found",
            Self::OrderFull => "order_full",
            Self::PriceChanged { .. } => "price_changed",
            Self::DuplicateContact => "duplicate_contact",
            Self::AlreadyResponded => "already_responded",
            Self::OrderNotTaken => "order_not_taken",
            Self::OrderNotFinished => "order_not_finished",
            Self::AlreadyReviewed => "already_reviewed",
            Self::AlreadyComplained => "already_complained",
            Self::OrderGone => "order_gone",
            Self::TakeNotFound => "take_not_found",
            Self::ComplaintNotFound => "complaint_not_found",
            Self::ReviewNotFound => "review_not_found",
            Self::AlreadyRefunded => "already_refunded",
            Self::ComplaintResolved => "complaint_resolved",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InsufficientBalance { price } => {
                return write!(f, "Insufficient balance. Need {}", roubles(*price));
            }
            Self::PriceChanged { price } => {
                return write!(f, "The price has changed. It is {} now", roubles(*price));
            }
            Self::UnknownCategory => "Unknown category",
            Self::ExecutorNotTaker => "This executor has not taken the order",
            Self::OwnOrder => "You cannot take your own order",
            Self::NotYourOrder => "This is not your order",
            Self::NotTakenByYou => "You have not taken this order",
            Self::OrderLocked => "The order is locked after the first take",
            Self::RechargeDisabled => "Recharging without a payment is disabled",
            Self::OrderNotFound => "Order not found",
            Self::PaymentNotFound => "Payment not found",
            Self::OrderFull => "The order already has three executors",
            Self::DuplicateContact => "There is already an active order with this contact",
            Self::AlreadyResponded => "You have already responded",
            Self::OrderNotTaken => "Nobody has taken this order yet",
            Self::OrderNotFinished => "The order is still active",
            Self::AlreadyReviewed => "You have already reviewed this executor",
            Self::AlreadyComplained => "You have already complained about this order",
            Self::OrderGone => "The order is no longer active",
            Self::TakeNotFound => "This executor has not taken this order",
            Self::ComplaintNotFound => "Complaint not found",
            Self::ReviewNotFound => "Review not found",
            Self::AlreadyRefunded => "This take was refunded before",
            Self::ComplaintResolved => "This complaint was resolved before",
        })
    }
}

/// `2₽`, or `2.50₽` when the price has kopecks.
fn roubles(amount: Money<Rub>) -> String {
    match (amount.major_floor(), amount.minor().rem_euclid(100)) {
        (whole, 0) => format!("{whole}₽"),
        (whole, part) => format!("{whole}.{part:02}₽"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use torg_platform::refusal::Refusal as _;

    #[test]
    fn the_price_is_in_the_text() {
        let text = |minor| {
            Refusal::InsufficientBalance {
                price: Money::from_minor(minor),
            }
            .to_string()
        };
        assert_eq!(text(200), "Insufficient balance. Need 2₽");
        assert_eq!(text(250), "Insufficient balance. Need 2.50₽");
    }

    #[test]
    fn statuses_are_those_of_the_contract() {
        let price = Money::ZERO;
        for (refusal, kind) in [
            (Refusal::UnknownCategory, Kind::Invalid),
            (Refusal::InsufficientBalance { price }, Kind::Unpaid),
            (Refusal::OwnOrder, Kind::Denied),
            (Refusal::NotYourOrder, Kind::Denied),
            (Refusal::OrderLocked, Kind::Denied),
            (Refusal::OrderNotFound, Kind::Missing),
            (Refusal::OrderFull, Kind::Conflict),
            (Refusal::PriceChanged { price }, Kind::Conflict),
            (Refusal::DuplicateContact, Kind::Conflict),
            (Refusal::AlreadyResponded, Kind::Conflict),
            (Refusal::AlreadyReviewed, Kind::Conflict),
            (Refusal::OrderGone, Kind::Gone),
        ] {
            assert_eq!(refusal.kind(), kind, "{refusal:?}");
        }
    }
}
