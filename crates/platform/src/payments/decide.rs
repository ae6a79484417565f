//! What a notice means for a payment: the whole state machine, without any database.

use super::notice::{Notice, Outcome};
use super::payment::{Payment, State};
use crate::planted::{self, Plant};

/// What is to be done with a notice about a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// It is paid now.
    Pay,
    /// It has failed now.
    Fail,
    /// Nothing: it was so before, or the news is overtaken.
    Seen,
    /// The operator must look.
    Flag(&'static str),
}

/// Money is money, also when it is late; a late failure undoes nothing; what does not fit is for
/// a person.
pub(super) fn decide(payment: &Payment, notice: &Notice) -> Decision {
    if payment.provider != notice.provider {
        return Decision::Flag("provider_mismatch");
    }
    let other = |(purpose, subject): &(String, String)| {
        *purpose != payment.purpose || *subject != payment.subject
    };
    if notice.subject.as_ref().is_some_and(other) {
        return Decision::Flag("subject_mismatch");
    }
    let (amount, currency) = payment.asked();
    if !fits(notice, amount, currency) {
        return Decision::Flag("amount_mismatch");
    }
    match (notice.outcome, payment.state) {
        (Outcome::Paid, State::Pending | State::Failed | State::Withdrawn) => Decision::Pay,
        (Outcome::Paid, State::Paid) if payment.charge_id.as_ref() == Some(&notice.charge_id) => {
            Decision::Seen
        }
        (Outcome::Paid, State::Paid) if planted::is(Plant::SecondChargeSwallowed) => Decision::Seen,
        (Outcome::Paid, State::Paid) => Decision::Flag("second_charge"),
        (Outcome::Failed, State::Pending) => Decision::Fail,
        (Outcome::Failed, State::Paid | State::Failed | State::Withdrawn) => Decision::Seen,
    }
}

/// Whether what the notice says about the money, if it says anything, is this.
pub(super) fn fits(notice: &Notice, amount_minor: i64, currency: &str) -> bool {
    notice.amount_minor.is_none_or(|said| said == amount_minor)
        && notice
            .currency
            .as_deref()
            .is_none_or(|said| said == currency)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    fn payment(state: State) -> Payment {
        Payment {
            id: "p".into(),
            purpose: "test.order".into(),
            subject: "1".into(),
            payer: None,
            provider: "test".into(),
            currency: "RUB".into(),
            amount_minor: 100,
            state,
            charge_id: (state == State::Paid).then(|| "c".into()),
            checkout: None,
            refunded_minor: 0,
            created_at: Timestamp::from_seconds(0),
            expires_at: None,
            settled_at: None,
            title: String::new(),
            asked_minor: None,
            asked_currency: None,
        }
    }

    fn notice(outcome: Outcome) -> Notice {
        Notice {
            provider: "test".into(),
            event_id: "e".into(),
            payment: Some("p".into()),
            subject: None,
            outcome,
            charge_id: "c".into(),
            amount_minor: Some(100),
            currency: Some("RUB".into()),
        }
    }

    #[test]
    fn every_state_meets_every_outcome() {
        for (outcome, state, meant) in [
            (Outcome::Paid, State::Pending, Decision::Pay),
            (Outcome::Paid, State::Failed, Decision::Pay),
            (Outcome::Paid, State::Withdrawn, Decision::Pay),
            (Outcome::Paid, State::Paid, Decision::Seen),
            (Outcome::Failed, State::Pending, Decision::Fail),
            (Outcome::Failed, State::Failed, Decision::Seen),
            (Outcome::Failed, State::Withdrawn, Decision::Seen),
            (Outcome::Failed, State::Paid, Decision::Seen),
        ] {
            assert_eq!(
                decide(&payment(state), &notice(outcome)),
                meant,
                "{outcome:?} {state:?}"
            );
        }
    }

    #[test]
    fn what_was_asked_in_another_currency_is_what_must_come() {
        let mut asked = payment(State::Pending);
        (asked.asked_minor, asked.asked_currency) = (Some(56), Some("XTR".into()));
        let says = |amount, currency: &str| {
            let mut notice = notice(Outcome::Paid);
            (notice.amount_minor, notice.currency) = (Some(amount), Some(currency.into()));
            decide(&asked, &notice)
        };
        assert_eq!(says(56, "XTR"), Decision::Pay);
        for (amount, currency) in [(100, "RUB"), (56, "RUB"), (100, "XTR"), (55, "XTR")] {
            let flag = Decision::Flag("amount_mismatch");
            assert_eq!(says(amount, currency), flag, "{amount} {currency}");
        }
    }

    #[test]
    fn what_contradicts_the_payment_is_flagged_in_every_state() {
        for state in State::ALL {
            let says = |change: fn(&mut Notice)| {
                let mut notice = notice(Outcome::Paid);
                change(&mut notice);
                decide(&payment(state), &notice)
            };
            let flag = Decision::Flag;
            assert_eq!(says(|n| n.amount_minor = Some(99)), flag("amount_mismatch"));
            assert_eq!(
                says(|n| n.currency = Some("XTR".into())),
                flag("amount_mismatch")
            );
            assert_eq!(
                says(|n| n.provider = "stars".into()),
                flag("provider_mismatch")
            );
            let other = |n: &mut Notice| n.subject = Some(("test.order".into(), "2".into()));
            assert_eq!(says(other), flag("subject_mismatch"));
            let same = |n: &mut Notice| n.subject = Some(("test.order".into(), "1".into()));
            assert_eq!(says(same), says(|_| {}));
            assert_eq!(
                says(|n| (n.amount_minor, n.currency) = (None, None)),
                says(|_| {})
            );
        }
        let mut second = notice(Outcome::Paid);
        second.charge_id = "d".into();
        let decision = decide(&payment(State::Paid), &second);
        assert_eq!(decision, Decision::Flag("second_charge"));
    }
}
