//! The provider: invoice links and refunds.

use super::{NAME, in_stars};
use crate::api::{
    ApiError, ApiErrorKind, BadRequest, BotApi, CreateInvoiceLink, Invoice, RefundStarPayment,
    STARS,
};
use crate::store::stars as store;
use futures_util::future::BoxFuture;
use torg_platform::config::Secret;
use torg_platform::db::{Db, Tx};
use torg_platform::money::{Currency as _, Money, Rub, show};
use torg_platform::outbox::Failure;
use torg_platform::payments::{Asked, Checkout, Notice, Payment, Provider, Refund};
use torg_platform::{Error, Kind, Result};

/// Longest title of an invoice, in characters.
const TITLE_MAX: usize = 32;
/// Longest description of an invoice, in characters.
const DESCRIPTION_MAX: usize = 255;
/// What an invoice is called whose payment has no title.
const TITLE: &str = "Оплата";

/// See the module.
#[derive(Debug, Clone)]
pub struct Stars {
    api: BotApi,
    db: Db,
    price: Money<Rub>,
    secret: Secret,
}

impl Stars {
    /// Asks for Stars that count for `price` each.
    pub fn new(api: BotApi, db: Db, price: Money<Rub>) -> Self {
        Self {
            api,
            db,
            price,
            secret: Secret::default(),
        }
    }

    async fn begin(&self, payment: &Payment) -> Result<Option<Checkout>, Failure> {
        if let Some(known) = self.link(payment) {
            return Ok(Some(known));
        }
        let (stars, currency) = payment.asked();
        if currency != STARS {
            // Opened by a program that did not know this provider.
            let reason = format!("the payment {} is not in Stars", payment.id);
            return Err(Failure::permanent(reason));
        }
        let invoice = Invoice::stars(
            title(payment),
            description(payment),
            payment.id.as_str(),
            stars,
        );
        let request = CreateInvoiceLink(invoice);
        let link = self.api.create_invoice_link(&request).await;
        let link = link.map_err(|error| failure(&error))?;
        Ok(Some(Checkout {
            pay_url: Some(link.clone()),
            mini_app_invoice_url: Some(link),
        }))
    }

    async fn give_back(&self, payment: &Payment, refund: &Refund) -> Result<(), Failure> {
        if refund.amount_minor != payment.amount_minor {
            let reason = "Telegram gives Stars back whole, and this is a part";
            return Err(Failure::permanent(reason));
        }
        let charge = payment.charge_id.clone();
        let charge = charge.ok_or_else(|| Failure::permanent("the payment has no charge"))?;
        let request = RefundStarPayment {
            user_id: self.payer(payment, &charge).await?,
            telegram_payment_charge_id: charge.clone(),
        };
        match self.api.refund_star_payment(&request).await {
            Ok(_done) => {}
            // An earlier attempt whose answer was lost, or a person at Telegram.
            Err(error)
                if error.kind == ApiErrorKind::BadRequest(BadRequest::ChargeAlreadyRefunded) => {}
            Err(error) => return Err(failure(&error)),
        }
        let write = move |tx: &mut Tx<'_>| {
            let now = tx.now();
            store::mark_refunded(tx, &charge, now)?;
            Ok::<_, Error>(())
        };
        let marked = self.db.write("telegram.mark_stars_refunded", write).await;
        marked.map_err(again)
    }

    /// Who has paid; whoever the payment was meant for need not be the same.
    async fn payer(&self, payment: &Payment, charge: &str) -> Result<i64, Failure> {
        let name = charge.to_owned();
        let read = move |tx: &mut Tx<'_>| Ok::<_, Error>(store::find(tx, &name)?);
        let found = self.db.read("telegram.find_star_charge", read).await;
        let payer = found.map_err(again)?.map(|charge| charge.user_id);
        payer
            .or(payment.payer.map(|user| user.0))
            .ok_or_else(|| Failure::permanent("nobody knows who has paid"))
    }
}

fn again(error: Error) -> Failure {
    Failure::temporary(error.to_string())
}

/// What a refused call means for whoever wanted it. A second refund of a charge is none, so what
/// became of a call that nobody knows about may be asked by making it again.
fn failure(error: &ApiError) -> Failure {
    let reason = error.to_string();
    match error.kind {
        ApiErrorKind::BadRequest(_) | ApiErrorKind::Forbidden(_) => Failure::permanent(reason),
        ApiErrorKind::Flood { retry_after } => Failure {
            reason,
            retry_after: Some(retry_after),
            permanent: false,
        },
        // The token and the address are the operator's to mend.
        ApiErrorKind::Unauthorized
        | ApiErrorKind::NotFound
        | ApiErrorKind::Conflict
        | ApiErrorKind::Server
        | ApiErrorKind::NoAnswer { .. }
        | ApiErrorKind::Malformed => Failure::temporary(reason),
    }
}

fn title(payment: &Payment) -> String {
    let title = if payment.title.is_empty() {
        TITLE
    } else {
        &payment.title
    };
    title.chars().take(TITLE_MAX).collect()
}

/// The title with the price that it stands for.
fn description(payment: &Payment) -> String {
    let title = title(payment);
    let text = match show(&payment.currency, payment.amount_minor) {
        Some(amount) if payment.currency == Rub::CODE => {
            format!("{title}: {} ₽", amount.trim_end_matches(".00"))
        }
        Some(_) | None => title,
    };
    text.chars().take(DESCRIPTION_MAX).collect()
}

impl Provider for Stars {
    fn name(&self) -> &'static str {
        NAME
    }

    fn asks(&self, amount_minor: i64, currency: &str) -> Result<Option<Asked>> {
        match currency {
            STARS => Ok(None),
            Rub::CODE => {
                let stars = in_stars(Money::from_minor(amount_minor), self.price);
                let stars = stars.ok_or_else(|| Error::internal("nothing to pay for"))?;
                Ok(Some(Asked {
                    amount_minor: stars.minor(),
                    currency: STARS.to_owned(),
                }))
            }
            _ => {
                let text = "This cannot be paid with Stars";
                Err(Error::new(
                    Kind::Invalid,
                    "payment_method_unavailable",
                    text,
                ))
            }
        }
    }

    fn link(&self, payment: &Payment) -> Option<Checkout> {
        let saved = payment.saved_checkout()?;
        saved.mini_app_invoice_url.is_some().then_some(saved)
    }

    fn start<'a>(
        &'a self,
        payment: &'a Payment,
    ) -> BoxFuture<'a, Result<Option<Checkout>, Failure>> {
        Box::pin(self.begin(payment))
    }

    fn refund<'a>(
        &'a self,
        payment: &'a Payment,
        refund: &'a Refund,
    ) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.give_back(payment, refund))
    }

    fn secret(&self) -> &Secret {
        &self.secret
    }

    fn read_notice(&self, _body: &[u8]) -> Result<Notice> {
        Err(Error::field(
            "body",
            "Stars are reported by the bot's updates",
        ))
    }
}
