//! The life of an order as a table. Everything that may happen is a line here; everything else is
//! refused.
//!
//! ```text
//! created ─ reserved ─ payment_pending ──► paid ──► fulfilled ──► delivered
//!              │  │           │  │          ▲ │         │
//!              │  └─► expired ◄──┘ ─ late ──┤ └─► refunded ◄┘
//!              └────► canceled ◄──── late ──┘
//! ```
//!
//! Stock is promised while an order is open, leaves the store with the payment, and comes back at
//! most once. A payment that arrives when the order is over (`PayLate`) makes it a paid one if the
//! goods are still there; otherwise the money goes back and the order stays what it is.

/// Where an order is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = ShopOrderStatus)]
pub enum Status {
    /// Being made; nobody sees it so, because the stock is promised in the same transaction.
    Created,
    /// Stock is promised; waits for a payment.
    Reserved,
    /// A payment was begun.
    PaymentPending,
    /// Paid; the goods are the customer's.
    Paid,
    /// Handed to the carrier, or the keys to the customer.
    Fulfilled,
    /// Arrived.
    Delivered,
    /// Given up before it was paid, or its payment failed.
    Canceled,
    /// Not paid in time.
    Expired,
    /// Paid, and all of the money given back.
    Refunded,
}

/// What happens to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Command {
    /// The stock is promised.
    Reserve,
    /// A payment was begun.
    StartPayment,
    /// The money is there in time.
    Pay,
    /// The money is there after the end, and so are the goods.
    PayLate,
    /// The payment failed.
    FailPayment,
    /// Customer or operator gives it up.
    Cancel,
    /// Its time is over.
    Expire,
    /// The goods are on their way.
    Fulfil,
    /// The goods have arrived.
    Deliver,
    /// The last of the money was given back.
    Refund,
}

/// Every allowed step.
pub const STEPS: &[(Status, Command, Status)] = &[
    (Status::Created, Command::Reserve, Status::Reserved),
    (
        Status::Reserved,
        Command::StartPayment,
        Status::PaymentPending,
    ),
    (Status::Reserved, Command::Pay, Status::Paid),
    (Status::Reserved, Command::FailPayment, Status::Canceled),
    (Status::Reserved, Command::Cancel, Status::Canceled),
    (Status::Reserved, Command::Expire, Status::Expired),
    // Another way to pay, or the same once more.
    (
        Status::PaymentPending,
        Command::StartPayment,
        Status::PaymentPending,
    ),
    (Status::PaymentPending, Command::Pay, Status::Paid),
    (
        Status::PaymentPending,
        Command::FailPayment,
        Status::Canceled,
    ),
    (Status::PaymentPending, Command::Cancel, Status::Canceled),
    (Status::PaymentPending, Command::Expire, Status::Expired),
    (Status::Canceled, Command::PayLate, Status::Paid),
    (Status::Expired, Command::PayLate, Status::Paid),
    (Status::Paid, Command::Fulfil, Status::Fulfilled),
    (Status::Paid, Command::Refund, Status::Refunded),
    (Status::Fulfilled, Command::Deliver, Status::Delivered),
    (Status::Fulfilled, Command::Refund, Status::Refunded),
];

impl Status {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Created,
        Self::Reserved,
        Self::PaymentPending,
        Self::Paid,
        Self::Fulfilled,
        Self::Delivered,
        Self::Canceled,
        Self::Expired,
        Self::Refunded,
    ];

    /// Where `command` leads from here; `None` if it is not allowed.
    pub fn apply(self, command: Command) -> Option<Self> {
        STEPS
            .iter()
            .find(|(from, cmd, _)| *from == self && *cmd == command)
            .map(|(_, _, to)| *to)
    }

    /// Name in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Reserved => "reserved",
            Self::PaymentPending => "payment_pending",
            Self::Paid => "paid",
            Self::Fulfilled => "fulfilled",
            Self::Delivered => "delivered",
            Self::Canceled => "canceled",
            Self::Expired => "expired",
            Self::Refunded => "refunded",
        }
    }

    /// The status of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// Whether stock is promised to the order: it is not paid and not over.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Created | Self::Reserved | Self::PaymentPending => true,
            Self::Paid
            | Self::Fulfilled
            | Self::Delivered
            | Self::Canceled
            | Self::Expired
            | Self::Refunded => false,
        }
    }

    /// Whether the customer's money was taken, whatever was given back of it since.
    pub const fn was_paid(self) -> bool {
        match self {
            Self::Paid | Self::Fulfilled | Self::Delivered | Self::Refunded => true,
            Self::Created
            | Self::Reserved
            | Self::PaymentPending
            | Self::Canceled
            | Self::Expired => false,
        }
    }
}

impl Command {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Reserve,
        Self::StartPayment,
        Self::Pay,
        Self::PayLate,
        Self::FailPayment,
        Self::Cancel,
        Self::Expire,
        Self::Fulfil,
        Self::Deliver,
        Self::Refund,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The table a second time, as a picture: what each status becomes, command by command.
    fn picture(status: Status) -> [Option<Status>; 10] {
        use Status::{
            Canceled, Created, Delivered, Expired, Fulfilled, Paid, PaymentPending, Refunded,
            Reserved,
        };
        let no = None;
        let (pending, paid) = (Some(PaymentPending), Some(Paid));
        let (canceled, expired, refunded) = (Some(Canceled), Some(Expired), Some(Refunded));
        #[rustfmt::skip]
        let row = match status {
            //          Reserve         Start    Pay   Late  Fail      Cancel    Expire   Fulfil           Deliver          Refund
            Created => [Some(Reserved), no,      no,   no,   no,       no,       no,      no,              no,              no],
            Reserved => [no,            pending, paid, no,   canceled, canceled, expired, no,              no,              no],
            PaymentPending => [no,      pending, paid, no,   canceled, canceled, expired, no,              no,              no],
            Paid => [no,                no,      no,   no,   no,       no,       no,      Some(Fulfilled), no,              refunded],
            Fulfilled => [no,           no,      no,   no,   no,       no,       no,      no,              Some(Delivered), refunded],
            Delivered => [no; 10],
            Canceled => [no,            no,      no,   paid, no,       no,       no,      no,              no,              no],
            Expired => [no,             no,      no,   paid, no,       no,       no,      no,              no,              no],
            Refunded => [no; 10],
        };
        row
    }

    #[test]
    fn an_order_is_open_until_it_is_paid_or_over_and_was_paid_from_then_on() {
        let named = |is: fn(Status) -> bool| {
            let named = Status::ALL.into_iter().filter(|status| is(*status));
            named.map(Status::as_str).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(named(Status::is_open), "created reserved payment_pending");
        assert_eq!(named(Status::was_paid), "paid fulfilled delivered refunded");
    }

    #[test]
    fn every_pair_is_allowed_or_refused_as_drawn() {
        for from in Status::ALL {
            for (command, to) in Command::ALL.into_iter().zip(picture(from)) {
                assert_eq!(from.apply(command), to, "{from:?} {command:?}");
            }
        }
    }

    #[test]
    fn no_step_twice() {
        let pairs: BTreeSet<_> = STEPS.iter().map(|(from, cmd, _)| (from, cmd)).collect();
        assert_eq!(pairs.len(), STEPS.len());
    }

    #[test]
    fn every_status_is_reachable() {
        let mut seen = BTreeSet::from([Status::Created]);
        for _ in Status::ALL {
            let next: Vec<_> = STEPS
                .iter()
                .filter(|s| seen.contains(&s.0))
                .map(|s| s.2)
                .collect();
            seen.extend(next);
        }
        assert_eq!(seen.len(), Status::ALL.len());
    }

    #[test]
    fn money_enters_by_a_payment_and_leaves_by_a_refund() {
        for (from, command, to) in STEPS {
            if !from.was_paid() && to.was_paid() {
                assert!(
                    matches!(command, Command::Pay | Command::PayLate),
                    "{from:?} {command:?}"
                );
            }
            // Once paid, no late failure, cancellation or expiry leads back.
            assert!(!from.was_paid() || to.was_paid(), "{from:?} {command:?}");
        }
        let back: Vec<_> = STEPS.iter().filter(|s| s.2 == Status::Refunded).collect();
        assert!(
            back.iter()
                .all(|s| s.1 == Command::Refund && s.0.was_paid())
        );
    }

    #[test]
    fn stock_is_promised_once_and_let_go_once() {
        for (from, command, to) in STEPS {
            // An order that is over never opens again: a late payment takes new stock at once.
            assert!(from.is_open() || !to.is_open(), "{from:?} {command:?}");
        }
    }

    #[test]
    fn whoever_holds_stock_has_a_timeout_and_a_way_out() {
        for status in Status::ALL
            .into_iter()
            .filter(|s| s.is_open() && *s != Status::Created)
        {
            for command in [
                Command::Expire,
                Command::Cancel,
                Command::FailPayment,
                Command::Pay,
            ] {
                assert!(status.apply(command).is_some(), "{status:?} {command:?}");
            }
        }
    }

    #[test]
    fn names_are_read_back_and_equal_the_wire() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()), Some(status));
            assert_eq!(serde_json::json!(status), status.as_str());
        }
        assert_eq!(Status::parse("Paid"), None);
    }
}
