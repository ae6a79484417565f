//! The model: the rules of the markets once more, as short as they can be said, without a line of
//! the program's own code. It predicts each answer, each balance and each event.

mod books;
pub(crate) mod services;
pub(crate) mod wallet;

pub(crate) use books::Books;

use crate::ask::{Answer, Ask};
use crate::dice::Dice;
use crate::people::Who;
use crate::report::Finding;
use serde_json::Value;
use std::collections::BTreeMap;
use torg_platform::Timestamp;

/// What a request means.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    /// Something of the market of jobs.
    Services(services::Deed),
    /// Coins in and out.
    Wallet(wallet::Deed),
    /// Something that is not for the caller.
    Trespass,
}

/// What must come back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expect {
    pub(crate) status: u16,
    /// Stable code of a refusal.
    pub(crate) code: Option<&'static str>,
    /// Fields of the answer, by JSON pointer.
    pub(crate) fields: Vec<(&'static str, Value)>,
    /// What of the answer is to be remembered.
    pub(crate) learn: Option<Learn>,
}

/// What only the program can choose.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Learn {
    /// The id of this order of the market of jobs.
    Order(usize),
    /// The id of this withdrawal.
    Withdrawal(usize),
    /// The id of a review of this order.
    Review(usize),
}

impl Expect {
    pub(crate) fn ok(status: u16) -> Self {
        Self {
            status,
            code: None,
            fields: Vec::new(),
            learn: None,
        }
    }

    pub(crate) fn refused(status: u16, code: &'static str) -> Self {
        Self {
            code: Some(code),
            ..Self::ok(status)
        }
    }

    #[must_use]
    pub(crate) fn with(mut self, pointer: &'static str, value: impl Into<Value>) -> Self {
        self.fields.push((pointer, value.into()));
        self
    }

    /// What contradicts `answer`.
    pub(crate) fn differs(&self, ask: &Ask, answer: &Answer) -> Option<Finding> {
        let body = answer.json();
        let code = body["code"].as_str();
        let rule = format!("answer to {}", ask.method);
        let seen = || {
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            format!("{}: {} {text}", ask.show(), answer.status)
        };
        if answer.status != self.status || self.code.is_some() && code != self.code {
            let expected = (self.status, self.code.unwrap_or("ok"));
            let detail = format!("{} instead of {expected:?}", seen());
            return Some(Finding::new(rule, detail));
        }
        for (pointer, value) in &self.fields {
            if body.pointer(pointer) != Some(value) {
                let detail = format!("{}: {pointer} is not {value}", seen());
                return Some(Finding::new(rule, detail));
            }
        }
        None
    }
}

/// A stored answer: who asked, what for, under which key.
type Keyed = (Who, String, String);

/// See the module.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    pub(crate) books: Books,
    pub(crate) services: services::Model,
    pub(crate) wallet: wallet::Model,
    answers: BTreeMap<Keyed, Expect>,
}

impl Model {
    /// What must come of `ask` now; from then on it has happened.
    pub(crate) fn answer(&mut self, ask: &Ask, now: Timestamp) -> Expect {
        let keyed = (ask.key.clone()).map(|key| (ask.who, ask.path.clone(), key));
        if let Some(given) = keyed.as_ref().and_then(|keyed| self.answers.get(keyed)) {
            return given.clone();
        }
        let expect = match &ask.deed {
            Deed::Services(deed) => self.services.answer(&mut self.books, ask.who, deed, now),
            Deed::Wallet(deed) => self.wallet.answer(&mut self.books, ask.who, deed),
            Deed::Trespass => match ask.who {
                Who::Nobody => Expect::refused(401, "missing_credentials"),
                Who::Person(_) | Who::Operator => Expect::ok(403),
            },
        };
        if let Some(keyed) = keyed {
            self.answers.insert(keyed, expect.clone());
        }
        expect
    }

    /// Remembers what only the program could choose.
    pub(crate) fn learn(&mut self, learn: &Learn, answer: &Value) {
        match learn {
            Learn::Withdrawal(number) => self.wallet.learn(*number, answer),
            Learn::Order(_) | Learn::Review(_) => self.services.learn(learn, answer),
        }
    }

    /// The workers have done everything that is due.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        self.services.settle(&mut self.books, now);
    }

    /// The next moment at which something is due.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.services.next_due()
    }

    /// Something that somebody may ask for now.
    pub(crate) fn draw(&self, dice: &mut Dice, now: Timestamp) -> Ask {
        if self.wallet.is_on() && dice.chance(12) {
            return self.wallet.draw(dice);
        }
        self.services.draw(dice, now)
    }

    /// How often each event must have been told of each aggregate.
    pub(crate) fn events(&self) -> BTreeMap<(String, String), u64> {
        self.services.events()
    }

    /// A private text in `text` that this person may not see.
    pub(crate) fn leak(&self, text: &str, reader: Option<Who>) -> Option<String> {
        self.services.leak(text, reader)
    }
}
