//! The fortnight before the first start: orders that were taken, answered, reviewed or not, and a
//! complaint that waits. Lived through the API with a clock in the hand, so that it can show nothing
//! that Torg cannot do.
//!
//! Everybody ends it with the balance that they began with: nothing.

use super::seed::{Seed, Who};
use crate::assemble::{self, App, Extras};
use crate::cli::failure::Failure;
use crate::cli::runtime;
use crate::markets::Place;
use crate::telegram;
use http::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use torg_platform::clock::Clock;
use torg_platform::config::{Config, Updates};
use torg_platform::db::{self, Db};
use torg_platform::outbound::configured::HttpTransport;
use torg_platform::rng::Rng;
use torg_platform::{Error, Result, Timestamp};
use torg_sandbox::people::{Person, demo_people};

/// Days that it is long.
const DAYS: u64 = 14;
/// Orders of a day.
const ORDERS: usize = 2;
/// The hours at which they are posted.
const HOURS: [u64; 5] = [8, 9, 12, 17, 20];
/// What a take costs, in rubles.
const PRICE: i64 = 2;
/// Nobody listens here: no call leaves the process.
const NOWHERE: &str = "http://127.0.0.1:9";

/// Category, city and description.
const JOBS: [(&str, &str, &str); 5] = [
    (
        "Сантехника",
        "Москва",
        "Забился слив в ванной, вода не уходит совсем",
    ),
    (
        "Электрика",
        "Москва",
        "Выбивает автомат, когда включаю духовку и чайник",
    ),
    (
        "Сборка/установка",
        "Казань",
        "Собрать кухонный стол и четыре стула",
    ),
    (
        "Клининг",
        "Санкт-Петербург",
        "Помыть окна на балконе, рамы и стёкла с двух сторон",
    ),
    (
        "Бытовой ремонт",
        "Казань",
        "Подклеить плинтус и повесить полку в прихожей",
    ),
];

/// What customers say.
const WORDS: [(i64, &str); 4] = [
    (5, "Приехал через полчаса, всё сделал, спасибо"),
    (4, "Сделано хорошо, но пришлось подождать"),
    (5, "Аккуратно и быстро"),
    (2, "Опоздал на два часа и не предупредил"),
];

/// Tells it in the database of `config`, which is not there yet.
pub(super) fn tell(config: &Config, now: Timestamp, rng: &Rng) -> Result<(), Failure> {
    let begin = now.minus(Duration::from_hours(24 * DAYS));
    let clock = Clock::manual(begin);
    let mut config = config.clone();
    // It is not the bot's time yet: nobody is written to.
    config.telegram.updates = Updates::Off;
    let options = db::Options::new(config.database.url.expose());
    let db = Db::open(&options, clock.clone(), &assemble::migrations())?;
    runtime()?.block_on(async {
        let place = Place {
            links: telegram::links(&config, NOWHERE, false),
            public_url: NOWHERE.to_owned(),
            local_url: NOWHERE.to_owned(),
            network: Arc::new(HttpTransport::new()?),
        };
        let ctx = assemble::context(&config, db.clone())?;
        let mut app = assemble::assemble(&config, ctx, &place, Extras::default())?;
        for step in std::mem::take(&mut app.prepare) {
            step.await?;
        }
        let past = Past {
            app: &app,
            bot_token: config.telegram.bot_token.expose(),
            admin_secret: config.admin.secret.expose(),
            rng,
            clock,
            people: demo_people(),
        };
        let told = past.live(begin).await;
        db.close().await;
        Ok(told?)
    })
}

/// The time before, and who lives in it.
struct Past<'a> {
    app: &'a App,
    bot_token: &'a str,
    admin_secret: &'a str,
    rng: &'a Rng,
    clock: Clock,
    people: Vec<Person>,
}

/// How an order ends.
#[derive(Clone, Copy)]
enum End {
    /// Nobody takes it.
    Alone,
    /// So many take it, and nobody answers them.
    Silent(usize),
    /// So many take it, and the first does the job.
    Done(usize),
}

impl End {
    fn of(n: usize) -> Self {
        const ENDS: [End; 7] = [
            End::Done(1),
            End::Done(3),
            End::Silent(2),
            End::Done(2),
            End::Alone,
            End::Done(1),
            End::Done(2),
        ];
        ENDS.get(n.rem_euclid(ENDS.len()))
            .copied()
            .unwrap_or(Self::Alone)
    }
}

impl Past<'_> {
    async fn live(&self, begin: Timestamp) -> Result<()> {
        let mut n = 0_usize;
        for day in 0..DAYS {
            for _order in 0..ORDERS {
                let hour = pick(&HOURS, n)?;
                let hours = day.saturating_mul(24).saturating_add(*hour);
                self.wait_until(begin.plus(Duration::from_hours(hours)));
                self.order(n, End::of(n)).await?;
                n = n.saturating_add(1);
            }
        }
        // What silence gave back is spent, so that nobody begins with an odd sum.
        let rich = self.rich().await?;
        for takers in rich.chunks(3) {
            self.order_for(n, End::Done(takers.len()), takers).await?;
            n = n.saturating_add(1);
        }
        // Whatever is left to be told is told before anybody can be written to.
        self.app.worker.run_due().await
    }

    /// The life of one order. Executors have their turns.
    async fn order(&self, n: usize, end: End) -> Result<()> {
        let mut executors = self.executors();
        let turn = n.checked_rem(executors.len()).unwrap_or_default();
        executors.rotate_left(turn);
        self.order_for(n, end, &executors).await
    }

    /// The same for the first of these.
    async fn order_for(&self, n: usize, end: End, executors: &[&Person]) -> Result<()> {
        let (category, city, description) = pick(&JOBS, n)?;
        let customer = Who::Person(pick(&self.customers(), n)?);
        let contact = format!(
            "+7 916 100-{:02}-{:02}",
            n.div_euclid(100),
            n.rem_euclid(100)
        );
        let body = json!({ "category": category, "city": city, "description": description,
            "contact": contact });
        let order = self.call(customer, "/api/orders", body).await?;
        let id = order["id"].as_str().unwrap_or_default().to_owned();
        let takers = match end {
            End::Alone => 0,
            End::Silent(takers) | End::Done(takers) => takers,
        };
        let mut first = None;
        for executor in executors.iter().copied().take(takers) {
            let wait = u64::try_from(n.rem_euclid(5)).unwrap_or_default();
            self.minutes(wait.saturating_add(2));
            self.take(executor, &id).await?;
            first = first.or(Some(executor));
        }
        match (end, first) {
            (End::Done(_), Some(executor)) => self.finish(n, &id, customer, executor).await?,
            (End::Silent(_), Some(executor)) => self.stay_silent(n, &id, executor).await?,
            (End::Alone | End::Done(_) | End::Silent(_), _) => self.minutes(60),
        }
        Ok(())
    }

    async fn take(&self, executor: &Person, id: &str) -> Result<()> {
        let who = Who::Person(executor);
        if self.balance(executor).await? < PRICE {
            let gift = json!({ "amount": PRICE });
            self.call(who, "/api/balance/recharge", gift).await?;
        }
        let path = format!("/api/orders/{id}/take");
        self.call(who, &path, Value::Null).await.map(drop)
    }

    /// The customer answers, and says later that it is done and how it was.
    async fn finish(&self, n: usize, id: &str, customer: Who<'_>, by: &Person) -> Result<()> {
        self.minutes(3);
        let path = format!("/api/orders/{id}/respond");
        self.call(customer, &path, Value::Null).await?;
        self.minutes(40);
        let path = format!("/api/orders/{id}/complete");
        self.call(customer, &path, json!({ "executor_id": by.id }))
            .await?;
        if n.rem_euclid(3) == 1 {
            // Not everybody writes.
            return Ok(());
        }
        let (stars, words) = pick(&WORDS, n)?;
        let review = json!({ "order_id": id, "rating": stars, "comment": words });
        self.call(customer, "/api/reviews/client", review)
            .await
            .map(drop)
    }

    /// Nobody is answered, and the first one complains; the operator has dealt with the first of
    /// these complaints, and the others wait.
    async fn stay_silent(&self, n: usize, id: &str, executor: &Person) -> Result<()> {
        self.minutes(16);
        self.app.worker.run_due().await?;
        if n.rem_euclid(2) == 1 {
            return Ok(());
        }
        let complaint = json!({ "order_id": id, "complaint": "Не отвечал",
            "comment": "Звонил три раза, трубку не берут" });
        let who = Who::Person(executor);
        let filed = self.call(who, "/api/reviews/executor", complaint).await?;
        if filed["complaint_id"] == 1 {
            let path = "/api/admin/services/complaints/1/resolve";
            let resolution = json!({ "resolution": "Деньги вернулись, заказчик предупреждён" });
            self.call(Who::Operator, path, resolution).await?;
        }
        Ok(())
    }

    fn customers(&self) -> Vec<&Person> {
        let others = self
            .people
            .iter()
            .filter(|person| person.role != "executor");
        others.collect()
    }

    fn executors(&self) -> Vec<&Person> {
        let executors = self
            .people
            .iter()
            .filter(|person| person.role == "executor");
        executors.collect()
    }

    /// Executors with money.
    async fn rich(&self) -> Result<Vec<&Person>> {
        let mut rich = Vec::new();
        for person in self.executors() {
            if self.balance(person).await? > 0 {
                rich.push(person);
            }
        }
        Ok(rich)
    }

    async fn balance(&self, person: &Person) -> Result<i64> {
        let seed = self.seed();
        let who = Who::Person(person);
        let balance = seed.call(who, Method::GET, "/api/balance", None).await?;
        Ok(balance["balance"].as_i64().unwrap_or_default())
    }

    async fn call(&self, who: Who<'_>, path: &str, body: Value) -> Result<Value> {
        let body = Some(body).filter(|body| !body.is_null());
        self.seed().call(who, Method::POST, path, body).await
    }

    fn seed(&self) -> Seed<'_> {
        Seed {
            router: &self.app.public,
            bot_token: self.bot_token,
            admin_secret: self.admin_secret,
            now: self.clock.now(),
            rng: self.rng,
        }
    }

    fn minutes(&self, minutes: u64) {
        self.clock.advance(Duration::from_mins(minutes));
    }

    fn wait_until(&self, at: Timestamp) {
        self.clock.advance(at.since(self.clock.now()));
    }
}

fn pick<T>(of: &[T], n: usize) -> Result<&T> {
    let index = n.checked_rem(of.len()).unwrap_or_default();
    of.get(index)
        .ok_or_else(|| Error::internal("nothing to choose from"))
}
