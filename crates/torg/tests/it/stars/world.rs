//! Both markets behind the real router, the bot without any loop, and people with phones.

use axum::Router;
use axum::body::Body;
use serde_json::{Value, json};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use torg_platform::config::{Secret, Section};
use torg_platform::ctx::Ctx;
use torg_platform::db::Tx;
use torg_platform::money::Money;
use torg_platform::outbound::configured::{Answer, Transport, TransportError};
use torg_platform::payments::{self, Payees, Providers};
use torg_platform::rng::Rng;
use torg_platform::{Error, ledger};
use torg_sandbox::telegram::{Act, LocalTelegram, NewBot, NewPerson, Options};
use torg_telegram::api::{self, BotApi};
use torg_telegram::bot::Bot;
use torg_telegram::intake::Fetch;
use torg_telegram::links::Links;
use torg_telegram::sender::Sender;
use torg_telegram::stars::{Reconcile, StarDesk, Stars};
use torg_testkit::{ADMIN_SECRET, TestApp, TestDb};
use tower::ServiceExt as _;

const TOKEN: &str = "4242:local";
pub(super) const BOT: i64 = 4242;
pub(super) const FIRST: i64 = 1_000;
/// How many people there are: as many as the bot answers in less than a second.
pub(super) const PEOPLE: i64 = 16;
/// What everybody has at first.
pub(super) const STARS: i64 = 1_000;

/// Hands each request to a router.
struct Wire(Router);

impl Transport for Wire {
    fn call(
        &self,
        request: http::Request<axum::body::Bytes>,
        _within: Duration,
    ) -> Pin<Box<dyn Future<Output = Result<Answer, TransportError>> + Send + '_>> {
        let router = self.0.clone();
        Box::pin(async move {
            let Ok(answer) = router.oneshot(request.map(Body::from)).await;
            let (head, body) = answer.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await;
            let body = body.map_err(|error| TransportError::unknown(error.to_string()))?;
            Ok((head.status, head.headers, body))
        })
    }
}

pub(super) struct World {
    pub(super) app: TestApp,
    pub(super) telegram: LocalTelegram,
    pub(super) reconcile: Reconcile,
    fetch: Fetch,
    sender: Sender,
}

fn config<C: Section>() -> C {
    let all: toml::Value = toml::from_str(C::DEFAULTS).unwrap();
    all[C::NAME].clone().try_into().unwrap()
}

impl World {
    pub(super) async fn start(t: TestDb) -> Self {
        let mut options = Options::new(t.clock.clone(), Rng::from_seed(1))
            .with_bot(NewBot::new(TOKEN, "torg_bot", "Torg"));
        options.people = (FIRST..FIRST + PEOPLE).map(person).collect();
        let telegram = LocalTelegram::open(options).unwrap();
        let (mut api, mut payees) = (None, Payees::default());
        let mut paying = Providers::default();
        // The modules are built before the providers are asked for.
        let slot = std::sync::Mutex::new(None);
        let app = TestApp::start_paying(
            t,
            async |_| slot.lock().unwrap().clone().unwrap(),
            async |ctx| {
                let bot_api = client(ctx, &telegram);
                let stars = Stars::new(bot_api.clone(), ctx.db.clone(), Money::from_minor(180));
                paying = Providers::new(vec![Arc::new(stars)]);
                *slot.lock().unwrap() = Some(paying.clone());
                let links = Links::new("torg_bot", None);
                let services =
                    torg_services::Services::new(ctx.clone(), config(), paying.clone()).unwrap();
                services.prepare().await.unwrap();
                let shop =
                    torg_shop::Shop::new(ctx.clone(), config(), paying.clone(), None).unwrap();
                shop.prepare().await.unwrap();
                let markets = vec![torg_services::bot(&services, &links), torg_shop::bot(&shop)];
                let mut modules = vec![
                    torg_services::module(services, &links),
                    torg_shop::module(shop, links.clone()),
                ];
                payees = Payees::of_modules(&modules);
                let code = Secret::new("the-setup-code");
                let bot = Bot::new(ctx, links, markets, payees.clone(), code).unwrap();
                modules[0].sinks.push(Arc::new(bot));
                api = Some(bot_api);
                modules
            },
        )
        .await;
        let api = api.unwrap();
        let desk = StarDesk::new(api.bot_id(), payees);
        let world = Self {
            reconcile: Reconcile::new(api.clone(), app.ctx.db.clone(), desk),
            fetch: Fetch::new(&app.ctx, api.clone()).without_waiting(),
            sender: Sender::new(&app.ctx, api),
            telegram,
            app,
        };
        for person in FIRST..FIRST + PEOPLE {
            world.telegram.start_bot(person, BOT, None).await.unwrap();
        }
        world.turn().await;
        world
    }

    /// The bot does all that there is to do.
    pub(super) async fn turn(&self) {
        loop {
            let fetched = self.fetch.fetch().await.unwrap();
            self.app.settle().await;
            let sent = self.send().await;
            if fetched == 0 && sent == 0 {
                return;
            }
        }
    }

    /// Sends what is due; time goes on as long as the sender keeps its pace.
    async fn send(&self) -> usize {
        let sending = self.sender.send_due();
        tokio::pin!(sending);
        loop {
            tokio::select! {
                biased;
                sent = &mut sending => return sent.unwrap(),
                () = tokio::time::sleep(Duration::from_millis(10)) => {
                    self.app.advance_asleep(Duration::from_millis(25));
                }
            }
        }
    }

    /// People pay what links ask for, all at once, while the bot does its work: how that ended.
    pub(super) async fn pay_all(&self, all: &[(i64, String)]) -> Vec<Value> {
        let mut acts = tokio::task::JoinSet::new();
        for (person, link) in all.iter().cloned() {
            let telegram = self.telegram.clone();
            let act = Act::Pay {
                link: Some(link),
                chat: None,
                message: None,
            };
            acts.spawn(async move { telegram.act(person, act).await.unwrap() });
        }
        let mut outcomes = Vec::new();
        while outcomes.len() < all.len() {
            tokio::select! {
                biased;
                Some(outcome) = acts.join_next() => outcomes.push(outcome.unwrap()),
                () = self.turn() => tokio::time::sleep(Duration::from_millis(1)).await,
            }
        }
        outcomes
    }

    /// One person pays.
    pub(super) async fn pay(&self, person: i64, link: &str) -> Value {
        let mut outcomes = self.pay_all(&[(person, link.to_owned())]).await;
        outcomes.pop().unwrap()
    }

    /// The same, and the bot has heard of it.
    pub(super) async fn pay_and_tell(&self, person: i64, link: &str) -> Value {
        let outcome = self.pay(person, link).await;
        self.turn().await;
        outcome
    }

    /// Stars of a person.
    pub(super) fn stars(&self, person: i64) -> i64 {
        let state = self.telegram.state(person).unwrap();
        state["me"]["stars"].as_i64().unwrap()
    }

    /// Stars of the bot.
    pub(super) fn till(&self) -> i64 {
        let balance = self.telegram.call(BOT, "getMyStarBalance", &json!({}));
        balance.unwrap()["amount"].as_i64().unwrap()
    }

    /// Links that were made are what somebody was given: asks for one.
    pub(super) async fn invoice(&self, person: i64, roubles: i64) -> (String, String) {
        let path = "/api/balance/create-invoice";
        let body = json!({"amount": roubles, "provider": "stars"});
        let who = self.app.person(person);
        let made = self.app.post(path).by(&who).json(body).send().await.ok(200);
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        assert_eq!(text("pay_url"), text("mini_app_invoice_url"));
        (text("payment_id"), text("mini_app_invoice_url"))
    }

    /// Whole roubles on a person's balance.
    pub(super) async fn balance(&self, person: i64) -> i64 {
        let who = self.app.person(person);
        let view = self.app.get("/api/balance").by(&who).send().await.ok(200);
        view["balance"].as_i64().unwrap()
    }

    /// Reasons of all that the operator must look at.
    pub(super) async fn flagged(&self) -> Vec<String> {
        let page = self.app.get("/api/admin/payments/flagged");
        let page = page
            .header("x-admin-secret", ADMIN_SECRET)
            .send()
            .await
            .ok(200);
        let notices = page["notices"].as_array().unwrap().clone();
        let reason = |notice: Value| notice["reason"].as_str().unwrap().to_owned();
        notices.into_iter().map(reason).collect()
    }

    /// Ledger, markets and Telegram agree.
    pub(super) async fn assert_books(&self) {
        let read = |tx: &mut Tx<'_>| {
            let sound = ledger::verify(tx)?.is_sound();
            let shop = torg_shop::app::check_books::check_books(tx)?;
            let services =
                torg_services::app::check_books::check_books(tx).map_err(Error::internal)?;
            let clearing = payments::clearing_account("stars", "RUB");
            Ok::<_, Error>((sound, shop, services, ledger::balance(tx, &clearing)?))
        };
        let (sound, shop, services, clearing) =
            self.app.ctx.db.read("stars.books", read).await.unwrap();
        assert!(
            sound && shop.is_empty() && services.is_empty(),
            "{shop:?} {services:?}"
        );
        // What Telegram owes us is what people have paid, Star by Star rounded up.
        let worth = self.till() * 180;
        assert!(-clearing <= worth, "{clearing} {worth}");
        let report = self.reconcile.compare().await.unwrap();
        assert_eq!((report.missed, report.flagged, report.failed), (0, 0, 0));
    }
}

fn client(ctx: &Ctx, telegram: &LocalTelegram) -> BotApi {
    let options = api::Options {
        base_url: "http://telegram.test".to_owned(),
        token: Secret::new(TOKEN),
    };
    let wire = Arc::new(Wire(telegram.router()));
    BotApi::new(&options, wire, ctx.clock.clone(), &ctx.metrics).unwrap()
}

fn person(id: i64) -> NewPerson {
    NewPerson {
        id,
        first_name: format!("P{id}"),
        last_name: None,
        username: None,
        language_code: "ru".to_owned(),
        hint: "customer".to_owned(),
        stars: STARS,
    }
}
