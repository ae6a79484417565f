//! Payments of outside providers, as a market with orders sees them.

mod notices;
mod orders;
mod provider;
mod refunds;
mod schema;
mod webhook;

use futures_util::future::BoxFuture;
use schema::Order;
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use torg_platform::config::Secret;
use torg_platform::db::Tx;
use torg_platform::http::Api;
use torg_platform::module::Module;
use torg_platform::outbox::Failure;
use torg_platform::payments::{
    self, Checkout, Due, NewPayment, NewRefund, Notice, Outcome, Payee, Payees, Payment,
    Provenance, Provider, Providers, Receipt, Refund, TestProvider, TestProviderOptions,
};
use torg_platform::{Error, Result, UserId, signature};
use torg_testkit::{Answer, TestApp, TestDb};

pub(crate) use schema::MIGRATIONS;
const ALL: &[torg_platform::db::Migrations] = &[torg_platform::MIGRATIONS, MIGRATIONS];

const ORDER: &str = "paytest.order";
const SECRET: &str = "the-secret-of-the-test-provider";

/// Counts in the order's row, so that only what was committed counts.
struct Shop;

impl Payee for Shop {
    fn purpose(&self) -> &'static str {
        ORDER
    }

    fn lock(&self, tx: &mut Tx<'_>, subject: &str) -> Result<Option<Due>> {
        Ok(schema::lock_order(tx, subject)?.map(|order| Due {
            amount_minor: order.amount_minor,
            currency: "RUB".to_owned(),
            payer: Some(UserId(7)),
        }))
    }

    fn paid(&self, tx: &mut Tx<'_>, payment: &Payment, from: &Provenance<'_>) -> Result<()> {
        assert_eq!(payment.charge_id.as_deref(), Some(from.charge_id));
        let order = schema::find_order(tx, &payment.subject)?.unwrap();
        if order.note == "broken" {
            return Err(Error::internal("the shop is broken"));
        }
        schema::count_paid(tx, &order.id)?;
        if order.note == "gone" {
            let locked = payments::lock(tx, &payment.id)?.unwrap();
            let late = NewRefund {
                op: &format!("late:{}", payment.id),
                amount_minor: payment.amount_minor,
                reason: "sold out",
                by: "job/paytest",
            };
            payments::refund(tx, &locked, &late)?;
        }
        Ok(())
    }

    fn failed(&self, tx: &mut Tx<'_>, payment: &Payment) -> Result<()> {
        schema::count_failed(tx, &payment.subject)?;
        Ok(())
    }
}

/// A provider whose refunds can be made to fail.
#[derive(Default)]
struct Bank {
    secret: Secret,
    trouble: Mutex<Option<Failure>>,
    asked: AtomicUsize,
    made: Mutex<Vec<(i64, String, i64)>>,
}

impl Provider for Bank {
    fn name(&self) -> &'static str {
        "bank"
    }

    fn link(&self, _: &Payment) -> Option<Checkout> {
        None
    }

    fn start<'a>(&'a self, _: &'a Payment) -> BoxFuture<'a, Result<Option<Checkout>, Failure>> {
        Box::pin(async { Ok(None) })
    }

    fn refund<'a>(
        &'a self,
        payment: &'a Payment,
        refund: &'a Refund,
    ) -> BoxFuture<'a, Result<(), Failure>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let trouble = self.trouble.lock().unwrap().clone();
        let made = (refund.id, payment.id.clone(), refund.amount_minor);
        Box::pin(async move {
            match trouble {
                Some(failure) => Err(failure),
                None => {
                    self.made.lock().unwrap().push(made);
                    Ok(())
                }
            }
        })
    }

    fn secret(&self) -> &Secret {
        &self.secret
    }

    fn read_notice(&self, _: &[u8]) -> Result<Notice> {
        Err(Error::field("body", "the bank sends none"))
    }
}

struct World {
    app: TestApp,
    bank: Arc<Bank>,
    payees: Payees,
    providers: Providers,
}

impl World {
    async fn start(t: TestDb) -> Self {
        let bank = Arc::new(Bank::default());
        let test = TestProviderOptions {
            secret: Secret::new(SECRET),
            started: vec![ORDER],
            ..TestProviderOptions::default()
        };
        let test = TestProvider::new(test, torg_testkit::network());
        let providers = Providers::new(vec![Arc::new(test), bank.clone()]);
        let module = Module {
            name: "paytest",
            api: Api::new(),
            reconcilers: Vec::new(),
            periodic: Vec::new(),
            handlers: Vec::new(),
            sinks: Vec::new(),
            payees: vec![Arc::new(Shop)],
            waiting: Vec::new(),
            cards: Vec::new(),
            settings: Vec::new(),
        };
        let payees = Payees::of_modules(std::slice::from_ref(&module));
        let all = providers.clone();
        let app = TestApp::start_paying(t, async |_| all, async |_| vec![module]).await;
        Self {
            app,
            bank,
            payees,
            providers,
        }
    }

    async fn write<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.app.ctx.db.write("paytest.write", f).await
    }

    /// An order for 100 and a note that says how it behaves.
    async fn order(&self, id: &str, note: &str) {
        let (id, note) = (id.to_owned(), note.to_owned());
        self.write(move |tx| Ok(schema::insert_order(tx, &id, 100, &note)?))
            .await
            .unwrap();
    }

    /// An order with a payment of the same name.
    async fn open(&self, id: &str, provider: &str, note: &str) {
        self.order(id, note).await;
        let new = NewPayment {
            id: id.to_owned(),
            purpose: ORDER.to_owned(),
            subject: id.to_owned(),
            payer: None,
            provider: provider.to_owned(),
            currency: "RUB".to_owned(),
            amount_minor: 100,
            expires_at: None,
            title: "An order".to_owned(),
        };
        let providers = self.providers.clone();
        self.write(move |tx| payments::open(tx, &providers, &new))
            .await
            .unwrap();
    }

    async fn receive(&self, notice: Notice) -> Result<Receipt> {
        let payees = self.payees.clone();
        self.write(move |tx| payments::receive(tx, &payees, &notice, "{}"))
            .await
    }

    /// How often the order was told that it is paid, and that it is not.
    async fn told(&self, id: &str) -> (i64, i64) {
        let order: Order = self.look(id, schema::find_order).await.unwrap();
        (order.paid, order.failed)
    }

    async fn payment(&self, id: &str) -> Option<Payment> {
        self.look(id, payments::find).await
    }

    async fn look<T: Send + 'static, E: Into<Error> + 'static>(
        &self,
        id: &str,
        f: fn(&mut Tx<'_>, &str) -> Result<Option<T>, E>,
    ) -> Option<T> {
        let id = id.to_owned();
        let read = move |tx: &mut Tx<'_>| f(tx, &id).map_err(Into::<Error>::into);
        self.app.ctx.db.read("paytest.read", read).await.unwrap()
    }

    /// Reasons of all flagged notices.
    async fn flagged(&self) -> Vec<String> {
        let read = |tx: &mut Tx<'_>| payments::flagged(tx, None, 1000);
        let all = self.app.ctx.db.read("paytest.read", read).await.unwrap();
        all.into_iter().map(|notice| notice.reason).collect()
    }

    /// A notice of the test provider, signed now.
    fn notice(&self, body: &Value) -> torg_testkit::Request {
        let text = body.to_string();
        let secret = Secret::new(SECRET);
        let signature = signature::sign(&secret, self.app.now(), text.as_bytes()).unwrap();
        self.app
            .post("/payments/webhook/test")
            .header("x-signature", &signature)
            .body("application/json", text)
    }

    async fn send(&self, body: Value) -> Answer {
        self.notice(&body).send().await
    }
}

/// `event` says that the payment `id` was paid by `charge`.
fn paid(id: &str, event: &str, charge: &str) -> Notice {
    Notice {
        provider: "test".to_owned(),
        event_id: format!("{id}:{event}"),
        payment: Some(id.to_owned()),
        subject: None,
        outcome: Outcome::Paid,
        charge_id: format!("{id}:{charge}"),
        amount_minor: Some(100),
        currency: Some("RUB".to_owned()),
    }
}

fn failed(id: &str, event: &str) -> Notice {
    Notice {
        outcome: Outcome::Failed,
        ..paid(id, event, "none")
    }
}
