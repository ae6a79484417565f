//! An order: what was ordered at which price, and where it stands.

mod create;
mod state;

pub use create::{NewOrder, NewOrderFields, Totals};
pub use state::{Command, STEPS, Status};

use super::{CouponCode, Email, OrderId, ProductId, Refusal};
use std::borrow::Cow;
use std::time::Duration;
use torg_platform::money::{Money, Rub};
use torg_platform::{Timestamp, UserId};

/// How long stock is promised to an order that is not paid, unless the operator sets another time.
pub const LIFETIME: Duration = Duration::from_mins(15);

/// How an order is to be paid.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PayWith {
    /// From the customer's own balance, at once.
    Balance,
    /// The test provider, which moves no money.
    Test,
    /// Telegram Stars.
    Stars,
    /// Toncoin.
    Ton,
}

impl PayWith {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Balance, Self::Test, Self::Stars, Self::Ton];

    /// Name in the database and of the provider.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Balance => "balance",
            Self::Test => "test",
            Self::Stars => "stars",
            Self::Ton => "ton",
        }
    }

    /// The way of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == name)
    }
}

/// One line of an order's history.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Entry {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What, as a stable word: mostly the status that was reached.
    pub event: Cow<'static, str>,
    /// More about it, for people; empty when there is nothing to add.
    pub note: String,
}

/// An order without its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Name.
    pub id: OrderId,
    /// Who ordered; none for a guest.
    pub customer: Option<UserId>,
    /// Where a guest is reached.
    pub email: Option<String>,
    /// As written down last; what holds now is [`Order::status_at`].
    pub status: Status,
    /// Prices and what was taken off.
    pub totals: Totals,
    /// What was given back.
    pub refunded: Money<Rub>,
    /// The coupon that was used.
    pub coupon: Option<String>,
    /// Where the goods go.
    pub address: Option<String>,
    /// How it is to be paid, once that is known.
    pub pay_with: Option<PayWith>,
    /// The payment that paid it; none when the balance did, or nothing was to be paid.
    pub payment_id: Option<String>,
    /// Grows with each step.
    pub version: i64,
    /// What happened, oldest first.
    pub timeline: Vec<Entry>,
    /// Until when stock is promised to it.
    pub expires_at: Timestamp,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its last step.
    pub updated_at: Timestamp,
}

/// A line of an order: a product as it was called and priced when it was ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// For clients.
    pub id: String,
    /// Which.
    pub product: ProductId,
    /// Its name then.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// The price of one then.
    pub price: Money<Rub>,
    /// Whether its units are keys.
    pub is_digital: bool,
}

impl Order {
    /// What holds at `now`: an unpaid order is over when its time is, whether or not anybody has
    /// written it down.
    pub fn status_at(&self, now: Timestamp) -> Status {
        if self.status.is_open() && now >= self.expires_at {
            Status::Expired
        } else {
            self.status
        }
    }

    /// The step that `command` makes at `now`; `note` says more about it in the history.
    ///
    /// # Errors
    /// [`Refusal::IllegalStep`] when the table does not allow it from where the order is now.
    pub fn step(
        &self,
        command: Command,
        now: Timestamp,
        note: impl Into<String>,
    ) -> Result<Self, Refusal> {
        let from = match command {
            // Expiry is what makes an order expired, so it starts from what is written down.
            Command::Expire => self.status,
            Command::Reserve
            | Command::StartPayment
            | Command::Pay
            | Command::PayLate
            | Command::FailPayment
            | Command::Cancel
            | Command::Fulfil
            | Command::Deliver
            | Command::Refund => self.status_at(now),
        };
        let status = from.apply(command).ok_or(Refusal::IllegalStep { from })?;
        let mut next = self.note(now, status.as_str(), note);
        next.status = status;
        if matches!(command, Command::Pay | Command::PayLate) {
            next.paid_at = Some(now);
        }
        Ok(next)
    }

    /// The order with one more line in its history and nothing else changed.
    #[must_use]
    pub fn note(&self, now: Timestamp, event: &'static str, note: impl Into<String>) -> Self {
        let mut next = self.clone();
        next.timeline.push(Entry {
            at: now,
            event: event.into(),
            note: note.into(),
        });
        next.version = next.version.saturating_add(1);
        next.updated_at = now;
        next
    }

    /// Whether `user` ordered it.
    pub fn is_of(&self, user: UserId) -> bool {
        self.customer == Some(user)
    }

    /// Whether it belongs to nobody with an account: then its name is the key to it.
    pub fn is_guests(&self) -> bool {
        self.customer.is_none()
    }

    /// What may still be given back.
    pub fn refundable(&self) -> Money<Rub> {
        if self.status.was_paid() {
            let left = self.totals.total.checked_sub(self.refunded);
            left.unwrap_or(Money::ZERO)
        } else {
            Money::ZERO
        }
    }

    /// A new order, made at `now` with its stock promised for `kept`.
    pub fn reserved(
        id: OrderId,
        new: &NewOrder,
        totals: Totals,
        coupon: Option<&CouponCode>,
        (now, kept): (Timestamp, Duration),
    ) -> Self {
        let entry = |event: Status| Entry {
            at: now,
            event: event.as_str().into(),
            note: String::new(),
        };
        Self {
            id,
            customer: new.customer,
            email: new
                .email
                .as_ref()
                .map(|email: &Email| email.as_str().to_owned()),
            status: Status::Reserved,
            totals,
            refunded: Money::ZERO,
            coupon: coupon.map(|code| code.as_str().to_owned()),
            address: new.address.clone(),
            pay_with: new.pay_with,
            payment_id: None,
            version: 1,
            timeline: vec![entry(Status::Created), entry(Status::Reserved)],
            expires_at: now.plus(kept),
            paid_at: None,
            created_at: now,
            updated_at: now,
        }
    }
}
