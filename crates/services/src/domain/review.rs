//! What people say about each other when an order is over.

use super::order::{first_take, has_taken};
use super::{Order, Refusal, Status, Take};
use torg_platform::{Timestamp, UserId};

/// Why an executor complains about an order. The wire value is the Russian text.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, utoipa::ToSchema,
)]
pub enum ComplaintReason {
    /// Не отвечал.
    #[serde(rename = "Не отвечал")]
    NoAnswer,
    /// Отменил заказ.
    #[serde(rename = "Отменил заказ")]
    Cancelled,
    /// Неадекватное поведение.
    #[serde(rename = "Неадекватное поведение")]
    Behaviour,
    /// Ложная информация.
    #[serde(rename = "Ложная информация")]
    FalseInformation,
    /// Другое.
    #[serde(rename = "Другое")]
    Other,
}

impl ComplaintReason {
    /// All of them, in the order in which people are shown them.
    pub const ALL: [Self; 5] = [
        Self::NoAnswer,
        Self::Cancelled,
        Self::Behaviour,
        Self::FalseInformation,
        Self::Other,
    ];

    /// ASCII name for storage.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::NoAnswer => "no_answer",
            Self::Cancelled => "cancelled",
            Self::Behaviour => "behaviour",
            Self::FalseInformation => "false_information",
            Self::Other => "other",
        }
    }

    /// The value on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoAnswer => "Не отвечал",
            Self::Cancelled => "Отменил заказ",
            Self::Behaviour => "Неадекватное поведение",
            Self::FalseInformation => "Ложная информация",
            Self::Other => "Другое",
        }
    }

    /// Reads the wire value or the slug.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|r| r.name() == text || r.slug() == text)
    }
}

/// Review: 403 not your order → 409 still active → 410 closed or deleted → 409 nobody took it →
/// 400 the one named is no taker → 409 reviewed before. Answers who is reviewed: `executor`, or
/// the one who completed the order, or the first taker.
///
/// `reviewed` lists the executors whom this customer has reviewed for this order. A refunded order
/// cannot be reviewed: the executors got nothing for it, not even an answer.
///
/// # Errors
/// The first refusal in that order.
pub fn decide_review(
    order: &Order,
    takes: &[Take],
    reviewed: &[UserId],
    who: UserId,
    now: Timestamp,
    executor: Option<UserId>,
) -> Result<UserId, Refusal> {
    order.must_be_customer(who)?;
    match order.status_at(now) {
        Status::Completed | Status::Expired => {}
        Status::Active => return Err(Refusal::OrderNotFinished),
        Status::ClosedNoResponse | Status::Deleted => return Err(Refusal::OrderGone),
    }
    let first = first_take(takes).ok_or(Refusal::OrderNotTaken)?;
    let executor = executor.or(order.completed_by).unwrap_or(first.executor);
    if !has_taken(takes, executor) {
        return Err(Refusal::ExecutorNotTaker);
    }
    if reviewed.contains(&executor) {
        return Err(Refusal::AlreadyReviewed);
    }
    Ok(executor)
}

/// Complaint: 403 for everybody who has not taken the order → 409 complained before. Allowed in
/// every status: whoever has paid may say what he found.
///
/// # Errors
/// The first refusal in that order.
pub fn decide_complaint(
    takes: &[Take],
    complained_before: bool,
    who: UserId,
) -> Result<(), Refusal> {
    if !has_taken(takes, who) {
        return Err(Refusal::NotTakenByYou);
    }
    if complained_before {
        Err(Refusal::AlreadyComplained)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::State;
    use crate::domain::order::fixture::*;

    #[test]
    fn reasons_are_read_and_written() {
        for reason in ComplaintReason::ALL {
            assert_eq!(ComplaintReason::parse(reason.name()), Some(reason));
            assert_eq!(ComplaintReason::parse(reason.slug()), Some(reason));
            assert_eq!(serde_json::json!(reason), reason.name());
        }
        assert_eq!(ComplaintReason::parse("Просто так"), None);
    }

    #[test]
    fn reviews_state_by_state() {
        use Refusal::{OrderGone, OrderNotFinished, OrderNotTaken};
        for (state, expected) in [
            (State::Open, Err(OrderNotFinished)),
            (State::Taken, Err(OrderNotFinished)),
            (State::Answered, Err(OrderNotFinished)),
            (State::Expired, Err(OrderNotTaken)),
            (State::ExpiredWaiting, Ok(EXECUTORS[0])),
            (State::ExpiredAnswered, Ok(EXECUTORS[0])),
            (State::ClosedNoResponse, Err(OrderGone)),
            (State::Completed, Ok(EXECUTORS[0])),
            (State::Deleted, Err(OrderGone)),
        ] {
            let (order, takes, now) = in_state(state);
            let review = |who| decide_review(&order, &takes, &[], who, now, None);
            assert_eq!(review(CUSTOMER), expected, "{state:?}");
            assert_eq!(
                review(EXECUTORS[0]),
                Err(Refusal::NotYourOrder),
                "{state:?}"
            );
        }
    }

    #[test]
    fn each_executor_is_reviewed_once() {
        let (order, takes, now) = in_state(State::Completed);
        let [first, second, stranger, _] = EXECUTORS;
        let review = |reviewed: &[UserId], executor| {
            decide_review(&order, &takes, reviewed, CUSTOMER, now, executor)
        };
        assert_eq!(review(&[first], None), Err(Refusal::AlreadyReviewed));
        assert_eq!(review(&[first], Some(second)), Ok(second));
        assert_eq!(
            review(&[first, second], Some(second)),
            Err(Refusal::AlreadyReviewed)
        );
        assert_eq!(review(&[], Some(stranger)), Err(Refusal::ExecutorNotTaker));
    }

    #[test]
    fn the_default_is_who_completed_it() {
        let (order, takes, now) = in_state(State::Completed);
        let order = Order {
            completed_by: Some(EXECUTORS[1]),
            ..order
        };
        assert_eq!(
            decide_review(&order, &takes, &[], CUSTOMER, now, None),
            Ok(EXECUTORS[1])
        );
    }

    #[test]
    fn complaints_are_for_takers_and_once() {
        let (_, takes, _) = in_state(State::ClosedNoResponse);
        assert_eq!(decide_complaint(&takes, false, EXECUTORS[1]), Ok(()));
        assert_eq!(
            decide_complaint(&takes, true, EXECUTORS[1]),
            Err(Refusal::AlreadyComplained)
        );
        for who in [CUSTOMER, EXECUTORS[3]] {
            assert_eq!(
                decide_complaint(&takes, true, who),
                Err(Refusal::NotTakenByYou)
            );
        }
    }
}
