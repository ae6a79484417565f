//! Every fault that can be planted.

macro_rules! plants {
    ($($(#[doc = $doc:literal])* $plant:ident = $name:literal,)*) => {
        /// A fault that can be planted. What it is, the number of the failure on the
        /// [`super::BURNED_LIST`] it repeats, and what breaks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Plant {
            $($(#[doc = $doc])* $plant,)*
        }

        impl Plant {
            /// Every plant.
            pub const ALL: &[Self] = &[$(Self::$plant,)*];

            /// Its name on the command line and in `TORG_PLANT`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$plant => $name,)*
                }
            }
        }
    };
}

plants! {
    /// F1. What a refused unit of work has written stays and is committed with its neighbours
    /// (SQLite). Breaks: nothing of a unit that failed has happened.
    FailedUnitKept = "failed-unit-kept",
    /// F2. An order is made whatever is in stock; the CHECK of the database is off. Breaks: what is
    /// promised is there.
    StockUnchecked = "stock-unchecked",
    /// F3. Statements that lock rows read them without a lock (PostgreSQL; on SQLite there is one
    /// writer and nothing to lock). Breaks: two at once decide as if one after the other.
    LockRemoved = "lock-removed",
    /// F3. A take asks for any balance instead of the executor's; the CHECK of the database is off.
    /// Breaks: nobody spends what he has not.
    BalanceUnchecked = "balance-unchecked",
    /// F4. An account opened by its first use may go below zero. Breaks: no overspending, not even
    /// on first use.
    FirstUseUnbounded = "first-use-unbounded",
    /// F5. An idempotency key counts for everybody. Breaks: a key is one intent of one person.
    KeyWithoutScope = "key-without-scope",
    /// F6. A hold that is posted in part keeps the rest (by the trigger that writes balances).
    /// Breaks: a balance is the sum of its transfers.
    BalanceDrifts = "balance-drifts",
    /// F7. A sealed block does not name the block before. Breaks: one unbroken chain.
    SealUnchained = "seal-unchained",
    /// F9. A transfer is written and the balances are not (the trigger is gone). Breaks: entry and
    /// balance move together.
    BalanceApart = "balance-apart",
    /// F10. A refund of a take is paid twice, as two legs of one operation. Breaks: a take is paid
    /// back at most once.
    RefundTwice = "refund-twice",
    /// F10. A take that was refunded alone is refunded again with its order, under a new name. Breaks:
    /// as above.
    RefundAgain = "refund-again",
    /// F10. A payment is refunded without a look at what is left of it; its CHECK is off. Breaks:
    /// refunds are at most the payment.
    RefundUnlimited = "refund-unlimited",
    /// F11. A second charge for what is paid already counts as the first one seen again. Breaks:
    /// captured once, or a person is asked.
    SecondChargeSwallowed = "second-charge-swallowed",
    /// F12. A provider's notice that was seen before is applied again. Breaks: one effect per event.
    NoticeTwice = "notice-twice",
    /// F13. A notice of failure that comes after the money undoes the payment. Breaks: what is paid
    /// stays paid.
    LateFailureWins = "late-failure-wins",
    /// F14. Accounts are locked in the order in which they are named (PostgreSQL). Breaks: one order
    /// of locks.
    LocksUnsorted = "locks-unsorted",
    /// F15. A refused request keeps what it did and its refusal is stored. Breaks: key and effect
    /// are one.
    RefusalKeepsEffect = "refusal-keeps-effect",
    /// F16. Stored answers are neither looked up nor guarded. Breaks: one intent, one effect.
    DedupRemoved = "dedup-removed",
    /// F17. A provider is asked for a refund under a name that is new each time. Breaks: the key
    /// belongs to the intent.
    KeyPerAttempt = "key-per-attempt",
    /// F18. The lease of a claimed delivery is over at once. Breaks: what one worker has in hand no
    /// other takes.
    LeaseAtOnce = "lease-at-once",
    /// F19. A worker that lost its job finishes it all the same. Breaks: a late result is refused.
    EpochIgnored = "epoch-ignored",
    /// F20. The lease of a claimed delivery ends after a week. Breaks: what a dead worker held is
    /// soon done by another.
    LeaseForEver = "lease-for-ever",
    /// F20. What fails for good is tried again for ever. Breaks: poison stands aside.
    PoisonNeverParked = "poison-never-parked",
    /// F21. A tick runs whoever else has run it. Breaks: a tick has one effect.
    TickTwice = "tick-twice",
    /// F22. A waiting notice that fails ends the pass, and those behind it are not reached. Breaks:
    /// one failure holds up nobody else.
    PoisonStarves = "poison-starves",
    /// F23. A delivery is deleted whatever its receiver said. Breaks: at least once.
    DeletedUndelivered = "deleted-undelivered",
    /// F24. The relay goes on behind the highest id that it saw (PostgreSQL: ids appear out of
    /// order). Breaks: every committed event is delivered.
    CursorPolling = "cursor-polling",
    /// F25. An order to the chain whose fate is unknown counts as not sent, and its payouts are
    /// signed anew. Breaks: only the same bytes are sent again; unknown is not failed.
    UnknownIsFailed = "unknown-is-failed",
    /// F26. An order expires by our clock, and then its payouts fail. Breaks: expiry is judged by
    /// the chain's time after everything up to it was read.
    ExpiryByOurClock = "expiry-by-our-clock",
    /// F27. Coins that came in doubt (bounced, aborted, sent on) are credited by their memo. Breaks:
    /// only what is a deposit is credited.
    DoubtIgnored = "doubt-ignored",
    /// F27. A transaction counts before it is final. Breaks: only what stays is credited.
    NotFinal = "not-final",
    /// F28. A withdrawal that is on its way can still be taken back; the ledger's guard on a hold is
    /// off. Breaks: sent or taken back, never both.
    ForkUnclaimed = "fork-unclaimed",
    /// F30. A commit of unknown outcome is taken for a failed one and run again (PostgreSQL).
    /// Breaks: unknown is told as unknown.
    CommitRetried = "commit-retried",
    /// A returned withdrawal keeps its hold. Breaks: a hold is resolved once it has no purpose.
    HoldNotReleased = "hold-not-released",
    /// An event is out before its cause is committed. Breaks: no event without its cause.
    EventBeforeCommit = "event-before-commit",
    /// A take writes the contact into the log. Breaks: a contact is seen by who paid for it alone.
    ContactInLog = "contact-in-log",
    /// Routes of the staff ask for nothing but a signed-in person. Breaks: a route has its policy.
    RouteWithoutPolicy = "route-without-policy",
    /// An order of the shop is shown to whoever asks. Breaks: what is somebody's is his alone.
    OwnerUnchecked = "owner-unchecked",
    /// F12. An update of Telegram that was stored before is handled again. Breaks: one effect per update.
    UpdateTwice = "update-twice",
}

impl Plant {
    /// The plant of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|plant| plant.name() == name)
    }

    /// Its place in [`Self::ALL`].
    #[cfg(feature = "planted")]
    #[expect(
        clippy::as_conversions,
        reason = "the discriminant of an enum without fields, counted from zero"
    )]
    pub(super) const fn number(self) -> usize {
        self as usize
    }
}
