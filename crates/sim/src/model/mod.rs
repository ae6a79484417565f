//! The model: the rules of the markets once more, as short as they can be said, without a line of
//! the program's own code. It predicts each answer, each balance and each event.

mod books;
pub(crate) mod services;
pub(crate) mod shop;
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
    /// Something of the market of products.
    Shop(shop::Deed),
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
    /// Fields that depend on how far the work in the background has come, and what they may be.
    pub(crate) one_of: Vec<(&'static str, Vec<Value>)>,
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
    /// Something of the market of products.
    Shop(shop::Learn),
}

impl Expect {
    pub(crate) fn ok(status: u16) -> Self {
        Self {
            status,
            code: None,
            fields: Vec::new(),
            one_of: Vec::new(),
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

    #[must_use]
    pub(crate) fn with_one_of(mut self, pointer: &'static str, values: Vec<Value>) -> Self {
        self.one_of.push((pointer, values));
        self
    }

    /// Whether a repetition with the same key gets the same answer: what was wrong with the
    /// request itself, or with its moment, is not kept.
    pub(crate) fn is_kept(&self) -> bool {
        !matches!(self.status, 400 | 401 | 412 | 422 | 429)
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
        for (pointer, values) in &self.one_of {
            if !(body.pointer(pointer)).is_some_and(|value| values.contains(value)) {
                let detail = format!("{}: {pointer} is none of {values:?}", seen());
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
    pub(crate) shop: shop::Model,
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
            Deed::Shop(deed) => self.shop.answer(&mut self.books, ask.who, deed, now),
            Deed::Trespass => match ask.who {
                Who::Nobody => Expect::refused(401, "missing_credentials"),
                Who::Person(_) | Who::Operator => Expect::ok(403),
            },
        };
        if let Some(keyed) = keyed.filter(|_| expect.is_kept()) {
            self.answers.insert(keyed, expect.clone());
        }
        expect
    }

    /// Remembers what only the program could choose.
    pub(crate) fn learn(&mut self, learn: &Learn, answer: &Value) {
        match learn {
            Learn::Withdrawal(number) => self.wallet.learn(*number, answer),
            Learn::Order(_) | Learn::Review(_) => self.services.learn(learn, answer),
            Learn::Shop(learn) => self.shop.learn(learn, answer),
        }
    }

    /// The workers have done everything that is due.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        self.services.settle(&mut self.books, now);
        self.shop.settle(now);
    }

    /// The next moment at which something is due.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        let due = [self.services.next_due(), self.shop.next_due()];
        due.into_iter().flatten().min()
    }

    /// Something that somebody may ask for now.
    pub(crate) fn draw(&self, dice: &mut Dice, now: Timestamp) -> Ask {
        if self.wallet.is_on()
            && dice.chance(25)
            && let Some(ask) = self.wallet.draw(&self.books, dice)
        {
            return ask;
        }
        match dice.weighted(&[50, 47, 3]) {
            0 => self.services.draw(dice, now),
            1 => self.shop.draw(dice, now),
            _ => shop::recharge(dice),
        }
    }

    /// How often each event must have been told of each aggregate.
    pub(crate) fn events(&self) -> BTreeMap<(String, String), u64> {
        let mut all = self.services.events();
        all.extend(self.shop.events());
        all
    }

    /// A private text in `text` that this person may not see.
    pub(crate) fn leak(&self, text: &str, reader: Option<Who>) -> Option<String> {
        let leaked = self.services.leak(text, reader);
        leaked.or_else(|| self.shop.leak(text, reader))
    }
}
