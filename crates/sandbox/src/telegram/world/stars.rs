//! Stars: invoices, payments, refunds, and what a bot has.
//!
//! One invoice is paid in three steps, as at Telegram: the person agrees, the bot is asked
//! (`pre_checkout_query`, ten seconds), and only its consent moves the Stars, in the same change
//! that makes the message of the payment.

use super::callback::too_old;
use super::{Draft, World};
use crate::telegram::error::{ApiError, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::time::Duration;
use torg_platform::Timestamp;

/// The bot has so long to agree (core.telegram.org/bots/api#answerprecheckoutquery).
pub(in crate::telegram) const CONSENT: Duration = Duration::from_secs(10);

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::telegram) struct Invoice {
    pub(in crate::telegram) bot: i64,
    pub(in crate::telegram) title: String,
    pub(in crate::telegram) description: String,
    pub(in crate::telegram) payload: String,
    pub(in crate::telegram) currency: String,
    pub(in crate::telegram) total_amount: i64,
    pub(in crate::telegram) photo_url: Option<String>,
    /// Who has paid it.
    pub(in crate::telegram) paid_by: Vec<i64>,
    /// A message with a button is paid once; a link as often as people like.
    pub(in crate::telegram) once: bool,
}

impl Invoice {
    /// What a person sees of it.
    pub(in crate::telegram) fn card(&self) -> Value {
        let mut card = json!({
            "title": self.title,
            "description": self.description,
            "currency": self.currency,
            "total_amount": self.total_amount,
        });
        if let Some(url) = &self.photo_url {
            super::put(&mut card, "photo_url", json!(url));
        }
        card
    }
}

/// A payment that waits for the bot, or is through with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::telegram) struct Checkout {
    pub(in crate::telegram) bot: i64,
    pub(in crate::telegram) user: i64,
    pub(in crate::telegram) invoice: String,
    pub(in crate::telegram) at: Timestamp,
    /// Paid, or why not.
    pub(in crate::telegram) outcome: Option<Result<(), String>>,
}

/// A movement of a bot's Stars.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::telegram) struct Transaction {
    pub(in crate::telegram) id: String,
    pub(in crate::telegram) amount: i64,
    pub(in crate::telegram) date: i64,
    /// Whether the Stars came to the bot.
    pub(in crate::telegram) incoming: bool,
    /// Whom they came from or went to.
    pub(in crate::telegram) user: i64,
    /// `invoice_payment` or `gift_purchase`.
    pub(in crate::telegram) kind: String,
    /// More of the Bot API's `TransactionPartnerUser`.
    pub(in crate::telegram) more: Map<String, Value>,
}

impl World {
    /// The Bot API's `StarTransaction`.
    pub(in crate::telegram) fn transaction(&self, transaction: &Transaction) -> Value {
        let mut partner = json!({
            "type": "user",
            "transaction_type": transaction.kind,
            "user": self.user(transaction.user),
        });
        if let Some(fields) = partner.as_object_mut() {
            fields.extend(transaction.more.clone());
        }
        let side = if transaction.incoming {
            "source"
        } else {
            "receiver"
        };
        let mut shown = json!({
            "id": transaction.id,
            "amount": transaction.amount,
            "date": transaction.date,
        });
        super::put(&mut shown, side, partner);
        shown
    }

    /// Keeps a new invoice; its slug.
    pub(in crate::telegram) fn add_invoice(&mut self, invoice: Invoice) -> String {
        let slug = self.secret();
        self.invoices.put(slug.clone(), invoice);
        slug
    }

    /// A person agrees to pay: asks the bot. The id of the question.
    pub(in crate::telegram) fn begin_payment(
        &mut self,
        person: i64,
        slug: &str,
    ) -> Result<String, Refusal> {
        let slug = slug.to_owned();
        let invoice = self.invoices.get(&slug).cloned();
        let invoice = invoice.ok_or_else(|| Refusal::unknown("invoice"))?;
        if invoice.once && !invoice.paid_by.is_empty() {
            return Err(Refusal::new("already_paid", "the invoice is paid already"));
        }
        let stars = self.people.get(&person).map_or(0, |person| person.stars);
        if stars < invoice.total_amount {
            return Err(Refusal::new("not_enough_stars", "BALANCE_TOO_LOW"));
        }
        let number = self.number();
        let id = format!("{person}{number:09}");
        let query = json!({
            "id": id,
            "from": self.user(person),
            "currency": invoice.currency,
            "total_amount": invoice.total_amount,
            "invoice_payload": invoice.payload,
        });
        let checkout = Checkout {
            bot: invoice.bot,
            user: person,
            invoice: slug,
            at: self.now(),
            outcome: None,
        };
        self.checkouts.put(id.clone(), checkout);
        self.push_update(invoice.bot, "pre_checkout_query", query, person);
        Ok(id)
    }

    /// `answerPreCheckoutQuery`: once, and in time.
    pub(in crate::telegram) fn answer_checkout(
        &mut self,
        bot: i64,
        id: &str,
        answer: Result<(), String>,
    ) -> Result<(), ApiError> {
        let key = id.to_owned();
        let (now, checkout) = (self.now(), self.checkouts.get(&key).cloned());
        let checkout = checkout.filter(|checkout| {
            let in_time = now.since(checkout.at) < CONSENT;
            checkout.bot == bot && checkout.outcome.is_none() && in_time
        });
        let checkout = checkout.ok_or_else(too_old)?;
        let outcome = answer.and_then(|()| self.settle_payment(&checkout));
        if let Some(checkout) = self.checkouts.edit(&key) {
            checkout.outcome = Some(outcome);
        }
        Ok(())
    }

    /// The bot said nothing in time: from now on its answer is too late.
    pub(in crate::telegram) fn give_up_payment(&mut self, id: &str) {
        if let Some(checkout) = self.checkouts.edit(&id.to_owned())
            && checkout.outcome.is_none()
        {
            checkout.outcome = Some(Err("BOT_PRECHECKOUT_TIMEOUT".to_owned()));
        }
    }

    fn settle_payment(&mut self, checkout: &Checkout) -> Result<(), String> {
        let Checkout { bot, user, .. } = *checkout;
        let invoice = self.invoices.get(&checkout.invoice).cloned();
        let invoice = invoice.ok_or("INVOICE_INVALID")?;
        if invoice.once && !invoice.paid_by.is_empty() {
            return Err("INVOICE_ALREADY_PAID".to_owned());
        }
        let amount = invoice.total_amount;
        self.move_stars(user, amount.saturating_neg())
            .map_err(|error| error.description)?;
        if let Some(robot) = self.bots.edit(&bot) {
            robot.stars = robot.stars.saturating_add(amount);
        }
        if let Some(invoice) = self.invoices.edit(&checkout.invoice) {
            invoice.paid_by.push(user);
        }
        let charge = format!("stx{}{}", self.secret(), self.number());
        let mut more = Map::new();
        more.insert("invoice_payload".to_owned(), json!(invoice.payload));
        self.add_transaction(
            bot,
            user,
            charge.clone(),
            amount,
            true,
            "invoice_payment",
            more,
        );
        let payment = json!({
            "currency": invoice.currency,
            "total_amount": amount,
            "invoice_payload": invoice.payload,
            "telegram_payment_charge_id": charge,
            "provider_payment_charge_id": charge,
        });
        let chat = self.private_chat(bot, user);
        self.post_by_person(user, chat, Draft::of("successful_payment", payment));
        Ok(())
    }

    /// `refundStarPayment`.
    pub(in crate::telegram) fn refund(
        &mut self,
        bot: i64,
        user: i64,
        charge: &str,
    ) -> Result<(), ApiError> {
        let of_charge =
            |transaction: &&Transaction| transaction.id == charge && transaction.user == user;
        let all = self.transactions.range((bot, 0)..=(bot, u64::MAX));
        let found = all.map(|(_, transaction)| transaction).filter(of_charge);
        let found: Vec<Transaction> = found.cloned().collect();
        let again = found.len() > 1;
        let paid = found.into_iter().next();
        let paid = paid.ok_or_else(|| ApiError::bad("CHARGE_NOT_FOUND"))?;
        if again {
            // github.com/tdlib/telegram-bot-api/issues/690 has the text.
            return Err(ApiError::bad("CHARGE_ALREADY_REFUNDED"));
        }
        let amount = paid.amount;
        self.spend_stars(bot, amount)?;
        self.move_stars(user, amount)?;
        let payload = paid.more.get("invoice_payload").cloned();
        self.add_transaction(
            bot,
            user,
            paid.id.clone(),
            amount,
            false,
            &paid.kind,
            paid.more,
        );
        let refunded = json!({
            "currency": "XTR",
            "total_amount": amount,
            "invoice_payload": payload,
            "telegram_payment_charge_id": paid.id,
        });
        let chat = self.private_chat(bot, user);
        self.post_by_person(user, chat, Draft::of("refunded_payment", refunded));
        Ok(())
    }

    /// Takes Stars from a bot.
    pub(in crate::telegram) fn spend_stars(
        &mut self,
        bot: i64,
        amount: i64,
    ) -> Result<(), ApiError> {
        let low = || ApiError::bad("BALANCE_TOO_LOW");
        let robot = self.bots.edit(&bot).ok_or_else(low)?;
        let rest = robot.stars.saturating_sub(amount);
        if rest < 0 {
            return Err(low());
        }
        robot.stars = rest;
        Ok(())
    }

    /// Gives a person Stars, or takes them.
    pub(in crate::telegram) fn move_stars(&mut self, user: i64, by: i64) -> Result<i64, ApiError> {
        let low = || ApiError::bad("BALANCE_TOO_LOW");
        let person = self.people.edit(&user).ok_or_else(low)?;
        let rest = person.stars.saturating_add(by);
        if rest < 0 {
            return Err(low());
        }
        person.stars = rest;
        self.tell(user, "stars", json!({ "stars": rest }));
        Ok(rest)
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one row")]
    pub(in crate::telegram) fn add_transaction(
        &mut self,
        bot: i64,
        user: i64,
        id: String,
        amount: i64,
        incoming: bool,
        kind: &str,
        more: Map<String, Value>,
    ) {
        let transaction = Transaction {
            id,
            amount,
            date: self.date(),
            incoming,
            user,
            kind: kind.to_owned(),
            more,
        };
        let number = self.number();
        self.transactions.put((bot, number), transaction);
    }
}
