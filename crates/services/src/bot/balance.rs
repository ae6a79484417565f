//! Money in the chat: what there is, and how more gets there.

use super::Bot;
use super::words::{Words, press};
use crate::app::get_me;
use crate::app::top_up::{self, PaymentStatus};
use crate::domain;
use crate::events::Invoice;
use torg_platform::db::Tx;
use torg_platform::money::{Money, Rub};
use torg_platform::outbox::Failure;
use torg_platform::payments::{self, Checkout, Payment};
use torg_platform::{Result, ids};
use torg_telegram::bot::Talk;
use torg_telegram::content::{Button, Content};
use torg_telegram::messages::{self, Terms};
use torg_telegram::people;

/// Roubles that can be put on the balance with one press.
const AMOUNTS: [i64; 3] = [100, 300, 500];

/// Key of the message about an invoice.
fn key(payment: &str) -> String {
    format!("services.topup/{payment}")
}

impl Bot {
    /// The line for `/balance`.
    pub(super) fn balance_line(
        &self,
        tx: &mut Tx<'_>,
        talk: &Talk,
    ) -> Result<(String, Vec<Button>)> {
        let words = self.words(talk);
        let balance = words.roubles(get_me::balance(tx, talk.user())?);
        let line = words.say("balance.line", &[("balance", (&balance).into())]);
        Ok((line, self.amounts(words)))
    }

    fn amounts(&self, words: Words) -> Vec<Button> {
        if self.services.provider_in_chat().is_err() {
            return Vec::new();
        }
        let buttons = AMOUNTS.map(|roubles| {
            let text = words.plain("balance.add", &[("amount", roubles.into())]);
            press(text, format_args!("topup:{roubles}"))
        });
        buttons.to_vec()
    }

    /// The balance does not cover a take: how to get there.
    pub(super) fn offer_top_up(&self, tx: &mut Tx<'_>, talk: &mut Talk) -> Result<()> {
        let words = self.words(talk);
        let amounts = self.amounts(words);
        if amounts.is_empty() {
            return Ok(());
        }
        let balance = words.roubles(get_me::balance(tx, talk.user())?);
        let text = words.say("balance.too_low", &[("balance", (&balance).into())]);
        talk.say(tx, &Content::html(text).row(amounts))
    }

    /// Opens an invoice. Where it can be paid is asked afterwards, unless it is known.
    pub(super) fn top_up(&self, tx: &mut Tx<'_>, talk: &mut Talk, roubles: &str) -> Result<()> {
        let amount = domain::recharge(roubles.parse().unwrap_or_default())?;
        let provider = self.services.provider_in_chat()?;
        let id = ids::random_token(&self.services.ctx.rng, 24);
        let user = talk.user();
        let payment = top_up::create_invoice(
            tx,
            &self.services.gate(),
            &self.services.providers,
            &id,
            user,
            provider.name(),
            amount,
        )?;
        let checkout = provider.link(&payment);
        match &checkout {
            Some(checkout) => payments::save_checkout(tx, &id, &checkout.to_json()?)?,
            None => top_up::invoice_opened(tx, &payment)?,
        }
        let content = invoice(self.words(talk), &payment, checkout.as_ref(), None);
        let terms = Terms {
            expires_at: payment.expires_at,
            once: false,
        };
        messages::send(tx, user, &key(&id), &content, terms).map(drop)
    }

    /// Asks the provider where the invoice can be paid, and shows it.
    pub(super) async fn start_invoice(&self, event: Invoice) -> Result<(), Failure> {
        let db = &self.services.ctx.db;
        let id = event.payment_id.clone();
        let find = move |tx: &mut Tx<'_>| payments::find(tx, &id);
        let found = db
            .read("services.find_invoice", find)
            .await
            .map_err(again)?;
        let Some(payment) = found else { return Ok(()) };
        let Some(provider) = self.services.providers.get(&payment.provider) else {
            let reason = format!("this process has no provider {}", payment.provider);
            return Err(Failure::temporary(reason));
        };
        let started = provider.start(&payment).await?;
        let bot = self.clone();
        let write = move |tx: &mut Tx<'_>| {
            if let Some(checkout) = &started {
                payments::save_checkout(tx, &event.payment_id, &checkout.to_json()?)?;
            }
            bot.show_invoice(tx, &event)
        };
        db.write("services.show_invoice", write)
            .await
            .map_err(again)
    }

    /// The message about an invoice says what is so now.
    pub(super) fn show_invoice(&self, tx: &mut Tx<'_>, event: &Invoice) -> Result<()> {
        let user = event.user_id;
        let (key, payment) = (
            key(&event.payment_id),
            payments::find(tx, &event.payment_id)?,
        );
        // Invoices of the app have no message.
        let (Some(payment), Some(_)) = (payment, messages::content_of(tx, &key)?) else {
            return Ok(());
        };
        let words = Words(people::language(tx, user)?);
        let balance = get_me::balance(tx, user)?;
        let checkout = payment.saved_checkout();
        let content = invoice(
            words,
            &payment,
            checkout.as_ref(),
            Some((tx.now(), balance)),
        );
        messages::show(tx, user, &key, &content).map(drop)
    }
}

fn again(error: torg_platform::Error) -> Failure {
    Failure::temporary(error.to_string())
}

/// An invoice as it is.
fn invoice(
    words: Words,
    payment: &Payment,
    checkout: Option<&Checkout>,
    now: Option<(torg_platform::Timestamp, Money<Rub>)>,
) -> Content {
    let amount = words.roubles(Money::from_minor(payment.amount_minor));
    let amount = ("amount", (&amount).into());
    let at = now.map_or(payment.created_at, |(at, _)| at);
    match PaymentStatus::of(payment, at) {
        PaymentStatus::Paid => {
            let balance = now.map_or(Money::ZERO, |(_, balance)| balance);
            let balance = words.roubles(balance);
            let args = [amount, ("balance", (&balance).into())];
            Content::html(words.say("balance.paid", &args))
        }
        PaymentStatus::Expired => Content::html(words.say("balance.expired", &[amount])),
        PaymentStatus::Pending => {
            let url = checkout.and_then(|c| c.mini_app_invoice_url.clone().or(c.pay_url.clone()));
            match url {
                Some(url) => {
                    let text = words.plain("balance.pay", &[amount]);
                    Content::html(words.say("balance.invoice", &[amount]))
                        .row([Button::url(text, url)])
                }
                None => Content::html(words.say("balance.preparing", &[amount])),
            }
        }
    }
}
