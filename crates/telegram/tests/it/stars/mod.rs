//! Stars, as a market with orders is paid with them. Telegram's side is a till in the hand that
//! keeps what came and went, and can be made to lie.

mod desk;
mod invoice;
mod reconcile;
mod refunds;
mod schema;
mod till;

use schema::Order;
use serde_json::json;
use std::sync::Arc;
use till::Till;
use torg_platform::db::{Migrations, Tx};
use torg_platform::http::Api;
use torg_platform::module::Module;
use torg_platform::money::Money;
use torg_platform::payments::{
    self, Due, NewPayment, NewRefund, Payee, Payees, Payment, Provenance, Providers, Receipt,
    Refund,
};
use torg_platform::{Error, Result, UserId};
use torg_telegram::api::{BotApi, Message, PreCheckoutQuery};
use torg_telegram::stars::{Reconcile, Report, StarDesk, Stars};
use torg_testkit::{TestApp, TestDb};

pub(crate) const ALL: &[Migrations] = &[
    torg_platform::MIGRATIONS,
    torg_telegram::MIGRATIONS,
    schema::MIGRATIONS,
];

const ORDER: &str = "startest.order";
/// Who orders.
const ANNA: i64 = 5_000_000_007;
/// What an order costs: 56 Stars at 1.80.
const PRICE: i64 = 10_000;
const STARS: i64 = 56;

/// Counts in the order's row, so that only what was committed counts.
struct Market;

impl Payee for Market {
    fn purpose(&self) -> &'static str {
        ORDER
    }

    fn lock(&self, tx: &mut Tx<'_>, subject: &str) -> Result<Option<Due>> {
        Ok(schema::lock_order(tx, subject)?.map(|order| Due {
            amount_minor: order.amount_minor,
            currency: "RUB".to_owned(),
            payer: Some(UserId(ANNA)),
        }))
    }

    fn objection(&self, tx: &mut Tx<'_>, payment: &Payment) -> Result<Option<&'static str>> {
        let order = schema::find_order(tx, &payment.subject)?;
        Ok(match order.map(|order| order.note).as_deref() {
            Some("sold out") => Some("order_over"),
            Some(_) | None => None,
        })
    }

    fn paid(&self, tx: &mut Tx<'_>, payment: &Payment, from: &Provenance<'_>) -> Result<()> {
        assert_eq!(from.provider, "stars");
        assert_eq!(payment.amount_minor, PRICE, "the books are in roubles");
        let order = schema::find_order(tx, &payment.subject)?.unwrap();
        schema::count_paid(tx, &order.id)?;
        if order.note == "broken" {
            return Err(Error::internal("the market is broken"));
        }
        if order.note == "sold out" {
            give_back(tx, &payment.id, PRICE, "late")?;
        }
        Ok(())
    }

    fn failed(&self, _: &mut Tx<'_>, _: &Payment) -> Result<()> {
        Ok(())
    }
}

fn give_back(tx: &mut Tx<'_>, id: &str, amount_minor: i64, op: &str) -> Result<Refund> {
    let payment = payments::lock(tx, id)?.unwrap();
    let new = NewRefund {
        op: &format!("{op}:{id}"),
        amount_minor,
        reason: "changed their mind",
        by: "user/7",
    };
    payments::refund(tx, &payment, &new)
}

struct World {
    app: TestApp,
    till: Till,
    api: BotApi,
    providers: Providers,
    desk: StarDesk,
    reconcile: Reconcile,
}

impl World {
    async fn start(t: TestDb) -> Self {
        let till = Till::default();
        let module = Module {
            name: "startest",
            api: Api::new(),
            reconcilers: Vec::new(),
            periodic: Vec::new(),
            handlers: Vec::new(),
            sinks: Vec::new(),
            payees: vec![Arc::new(Market)],
            waiting: Vec::new(),
            cards: Vec::new(),
            settings: Vec::new(),
        };
        let payees = Payees::of_modules(std::slice::from_ref(&module));
        let (mut api, mut providers) = (None, Providers::default());
        let app = TestApp::start_paying(
            t,
            async |ctx| {
                let bot = till.api(&ctx.clock, &ctx.metrics);
                providers = at_price(&bot, ctx.db.clone(), 180);
                api = Some(bot);
                providers.clone()
            },
            async |_| vec![module],
        )
        .await;
        let api = api.unwrap();
        let desk = StarDesk::new(api.bot_id(), payees);
        let reconcile = Reconcile::new(api.clone(), app.ctx.db.clone(), desk.clone());
        Self {
            app,
            till,
            api,
            providers,
            desk,
            reconcile,
        }
    }

    async fn write<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.app.ctx.db.write("startest.write", f).await
    }

    /// An order of Anna's with a payment of the same name.
    async fn open(&self, id: &str) {
        let (id, providers) = (id.to_owned(), self.providers.clone());
        let open = move |tx: &mut Tx<'_>| {
            schema::insert_order(tx, &id, PRICE, "")?;
            let new = NewPayment {
                id: id.clone(),
                purpose: ORDER.to_owned(),
                subject: id.clone(),
                payer: Some(UserId(ANNA)),
                provider: "stars".to_owned(),
                currency: "RUB".to_owned(),
                amount_minor: PRICE,
                expires_at: Some(tx.now().plus(std::time::Duration::from_mins(15))),
                title: "Заказ".to_owned(),
            };
            payments::open(tx, &providers, &new)
        };
        self.write(open).await.unwrap();
    }

    async fn note(&self, id: &str, note: &'static str) {
        let id = id.to_owned();
        self.write(move |tx| Ok(schema::set_note(tx, &id, note)?))
            .await
            .unwrap();
    }

    async fn payment(&self, id: &str) -> Payment {
        let id = id.to_owned();
        let read = move |tx: &mut Tx<'_>| payments::find(tx, &id);
        let found = self.app.ctx.db.read("startest.read", read).await.unwrap();
        found.unwrap()
    }

    /// How often the market was told that it is paid.
    async fn told(&self, id: &str) -> i64 {
        let id = id.to_owned();
        let read = move |tx: &mut Tx<'_>| Ok::<_, Error>(schema::find_order(tx, &id)?);
        let order: Option<Order> = self.app.ctx.db.read("startest.read", read).await.unwrap();
        order.unwrap().paid
    }

    /// The bot is told that it was paid.
    async fn paid(&self, message: Message) -> Result<Receipt> {
        let desk = self.desk.clone();
        let write = move |tx: &mut Tx<'_>| desk.paid(tx, &message);
        Ok(self.write(write).await?.unwrap())
    }

    /// An order that was paid, as Telegram knows.
    async fn bought(&self, id: &str) {
        self.open(id).await;
        self.till.pay(id, id, ANNA, STARS);
        let receipt = self.paid(paid(id, id, STARS)).await.unwrap();
        assert_eq!(receipt, Receipt::Applied);
    }

    async fn pre_checkout(&self, query: PreCheckoutQuery) -> Option<&'static str> {
        let desk = self.desk.clone();
        let write = move |tx: &mut Tx<'_>| desk.pre_checkout(tx, &query);
        self.write(write).await.unwrap()
    }

    async fn give_back(&self, id: &str, amount_minor: i64, op: &'static str) -> Result<Refund> {
        let id = id.to_owned();
        self.write(move |tx| give_back(tx, &id, amount_minor, op))
            .await
    }

    async fn compare(&self) -> Report {
        self.reconcile.compare().await.unwrap()
    }

    /// Event and reason of all that the operator must look at.
    async fn flagged(&self) -> Vec<(String, String)> {
        let read = |tx: &mut Tx<'_>| payments::flagged(tx, None, 1000);
        let all = self.app.ctx.db.read("startest.read", read).await.unwrap();
        let mut all: Vec<_> = all.into_iter().map(|n| (n.event_id, n.reason)).collect();
        all.sort();
        all
    }
}

fn at_price(api: &BotApi, db: torg_platform::db::Db, kopecks: i64) -> Providers {
    let stars = Stars::new(api.clone(), db, Money::from_minor(kopecks));
    Providers::new(vec![Arc::new(stars)])
}

fn message(user: i64, what: &str, value: serde_json::Value) -> Message {
    let message = json!({
        "message_id": 1, "date": 1, "chat": {"id": user, "type": "private"},
        "from": {"id": user, "is_bot": false, "first_name": "A"}, what: value,
    });
    serde_json::from_value(message).unwrap()
}

/// Anna has paid the payment `id`, as an update says it.
fn paid(id: &str, charge: &str, stars: i64) -> Message {
    let payment = json!({"currency": "XTR", "total_amount": stars, "invoice_payload": id,
        "telegram_payment_charge_id": charge, "provider_payment_charge_id": ""});
    message(ANNA, "successful_payment", payment)
}

/// Anna has got the Stars of `charge` back, as an update says it.
fn refunded(id: &str, charge: &str) -> Message {
    let payment = json!({"currency": "XTR", "total_amount": STARS, "invoice_payload": id,
        "telegram_payment_charge_id": charge});
    message(ANNA, "refunded_payment", payment)
}

fn query(id: &str, user: i64, stars: i64, currency: &str) -> PreCheckoutQuery {
    let query = json!({"id": "q", "from": {"id": user, "is_bot": false, "first_name": "A"},
        "currency": currency, "total_amount": stars, "invoice_payload": id});
    serde_json::from_value(query).unwrap()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |(event, reason): &(&str, &str)| ((*event).to_owned(), (*reason).to_owned());
    all.iter().map(own).collect()
}
