//! An order and its life: posted, taken by up to three executors, answered or not, over.

mod decide;
mod state;
mod timing;

pub use decide::{Closing, TakeDecision, decide_refund};
pub use state::{Command, STEPS, State, Status};
pub use timing::{LIFETIME, REMINDERS, SILENCE};

use super::{Category, Contact, Point};
use torg_platform::money::{Money, Rub};
use torg_platform::rng::Rng;
use torg_platform::{Timestamp, UserId, ids};

/// How many executors may take one order.
pub const MAX_TAKES: u8 = 3;

/// What a take costs unless the operator sets another price: 2 ₽.
pub const DEFAULT_PRICE: Money<Rub> = Money::from_minor(200);

/// Name of an order: 12 random URL-safe characters, so that nobody can count or guess orders.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderId(String);

impl OrderId {
    const LENGTH: usize = 12;

    /// A new name.
    pub fn random(rng: &Rng) -> Self {
        Self(ids::random_token(rng, Self::LENGTH))
    }

    /// Reads a name from a path; `None` for a text that cannot name any order.
    pub fn parse(text: &str) -> Option<Self> {
        let known = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        (text.len() == Self::LENGTH && text.bytes().all(known)).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for OrderId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// An order as it is stored. Its takes are rows of their own; `first_take_at` repeats the time of
/// the first one, so that the state at any moment follows from the order alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Name.
    pub id: OrderId,
    /// Who posted it.
    pub customer: UserId,
    /// Kind of work.
    pub category: Category,
    /// 20 to 1,000 characters.
    pub description: String,
    /// Free text, usually one of [`super::Cities`]. Never changes.
    pub city: String,
    /// What executors pay for; shown through [`Order::contact_for`] only.
    pub contact: Contact,
    /// Where the job is, if the customer said so.
    pub place: Option<Point>,
    /// When it was posted.
    pub created_at: Timestamp,
    /// As written down last; what holds now is [`Order::status_at`].
    pub status: Status,
    /// When the first executor took it.
    pub first_take_at: Option<Timestamp>,
    /// When the customer answered: by `respond`, by `complete` or in the chat.
    pub responded_at: Option<Timestamp>,
    /// Who did the job, once the order is completed.
    pub completed_by: Option<UserId>,
    /// Stars of the latest review.
    pub rating: Option<super::Rating>,
    /// Text of the latest review.
    pub review_comment: Option<String>,
}

/// One executor's paid look at the contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Take {
    /// Who took it.
    pub executor: UserId,
    /// 1, 2 or 3; unique per order, which is what makes a fourth take impossible.
    pub slot: u8,
    /// When.
    pub taken_at: Timestamp,
    /// What was paid, a snapshot: a later price change does not touch refunds.
    pub price: Money<Rub>,
    /// When it was paid back, which happens once at most.
    pub refunded_at: Option<Timestamp>,
}

/// Why the staff gave the price of a take back. Silence is no decision of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundKind {
    /// One take, for its own reason.
    Staff,
    /// All takes of an order that was taken out.
    Removal,
}

impl RefundKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Staff, Self::Removal];

    /// Name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Removal => "removal",
        }
    }

    /// Reads such a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl Order {
    /// The contact, if `reader` may see it: the customer, and executors who took the order (also
    /// after it is over: they have seen it already). Nobody else, and no anonymous reader.
    pub fn contact_for(&self, takes: &[Take], reader: Option<UserId>) -> Option<&Contact> {
        let reader = reader?;
        (reader == self.customer || has_taken(takes, reader)).then_some(&self.contact)
    }
}

/// Whether `who` is among the executors.
pub(super) fn has_taken(takes: &[Take], who: UserId) -> bool {
    takes.iter().any(|t| t.executor == who)
}

/// The earliest take, whatever the order of the rows.
pub(super) fn first_take(takes: &[Take]) -> Option<&Take> {
    takes.iter().min_by_key(|t| (t.taken_at, t.slot))
}

#[cfg(test)]
pub(super) mod fixture {
    use super::*;
    use std::time::Duration;

    pub(crate) const CUSTOMER: UserId = UserId(1);
    pub(crate) const EXECUTORS: [UserId; 4] = [UserId(11), UserId(12), UserId(13), UserId(14)];

    /// `minutes` after the order was posted.
    pub(crate) fn at(minutes: u64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000)
            .plus(Duration::from_secs(60).saturating_mul(minutes.try_into().unwrap()))
    }

    pub(crate) fn order() -> Order {
        Order {
            id: OrderId::parse("abcdefghij-_").unwrap(),
            customer: CUSTOMER,
            category: Category::Plumbing,
            description: "Течёт кран на кухне, нужна помощь".into(),
            city: "Москва".into(),
            contact: Contact::parse("@customer").unwrap(),
            place: None,
            created_at: at(0),
            status: Status::Active,
            first_take_at: None,
            responded_at: None,
            completed_by: None,
            rating: None,
            review_comment: None,
        }
    }

    /// An order with one take at each of `minutes`.
    pub(crate) fn taken(minutes: &[u64]) -> (Order, Vec<Take>) {
        let takes: Vec<Take> = minutes
            .iter()
            .zip(EXECUTORS)
            .zip(1..)
            .map(|((minute, executor), slot)| Take {
                executor,
                slot,
                taken_at: at(*minute),
                price: DEFAULT_PRICE,
                refunded_at: None,
            })
            .collect();
        let first_take_at = first_take(&takes).map(|t| t.taken_at);
        (
            Order {
                first_take_at,
                ..order()
            },
            takes,
        )
    }

    /// An order in each state at minute 61 (59 for the active ones), with its takes.
    pub(crate) fn in_state(state: State) -> (Order, Vec<Take>, Timestamp) {
        let (open, answered) = (order(), Some(at(51)));
        let (taken, takes) = taken(&[50, 52]);
        match state {
            State::Open => (open, vec![], at(59)),
            State::Taken => (taken, takes, at(59)),
            State::Answered => (
                Order {
                    responded_at: answered,
                    ..taken
                },
                takes,
                at(59),
            ),
            State::Expired => (open, vec![], at(61)),
            State::ExpiredWaiting => (taken, takes, at(61)),
            State::ExpiredAnswered => (
                Order {
                    responded_at: answered,
                    ..taken
                },
                takes,
                at(61),
            ),
            State::ClosedNoResponse => (
                Order {
                    status: Status::ClosedNoResponse,
                    ..taken
                },
                takes,
                at(61),
            ),
            State::Completed => {
                let done = Order {
                    status: Status::Completed,
                    responded_at: answered,
                    completed_by: Some(EXECUTORS[0]),
                    ..taken
                };
                (done, takes, at(61))
            }
            State::Deleted => (
                Order {
                    status: Status::Deleted,
                    ..open
                },
                vec![],
                at(61),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fixture::*;
    use super::*;
    use proptest::prelude::*;
    use torg_platform::rng::Rng;

    #[test]
    fn only_customer_and_takers_see_the_contact() {
        for state in State::ALL {
            let (order, takes, _) = in_state(state);
            assert!(order.contact_for(&takes, Some(CUSTOMER)).is_some());
            assert!(order.contact_for(&takes, None).is_none());
            for who in EXECUTORS {
                let took = takes.iter().any(|t| t.executor == who);
                assert_eq!(
                    order.contact_for(&takes, Some(who)).is_some(),
                    took,
                    "{state:?}"
                );
            }
        }
    }

    #[test]
    fn ids_are_twelve_url_safe_characters() {
        let rng = Rng::from_seed(7);
        let id = OrderId::random(&rng);
        assert_eq!(OrderId::parse(id.as_str()), Some(id.clone()));
        assert_ne!(OrderId::random(&rng), id);
        for text in [
            "",
            "short",
            "abcdefghijklm",
            "abcdefghij k",
            "абвгде",
            "abcdefghij/k",
        ] {
            assert_eq!(OrderId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_price_is_two_roubles() {
        assert_eq!(Money::from_major(2), Some(DEFAULT_PRICE));
    }

    proptest! {
        #[test]
        fn parsing_an_id_never_fails(text in "\\PC{0,14}") {
            if let Some(id) = OrderId::parse(&text) {
                prop_assert_eq!(id.as_str(), text);
            }
        }
    }
}
