//! kill -9 under load: what was acknowledged is there, what was not happens at most once, and a
//! retry with its key gets the first answer.

use crate::process::{self, KEYS, Server};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use torg_platform::db::Engine;
use torg_platform::{Clock, UserId};
use torg_telegram::init_data::{SecretKey, User, sign};
use torg_testkit::{TestDb, both_engines};

const EXECUTORS: usize = 8;
const ORDERS: usize = 90;
const CLIENTS: usize = 12;
const KILLS: usize = 6;

/// Answers by key: status and body.
type Answers = Arc<Mutex<BTreeMap<String, (u16, String)>>>;

fn token(id: i64) -> String {
    let key = SecretKey::from_token("100:token");
    let user = User::new(UserId(id), format!("Person {id}"));
    format!("Bearer {}", sign(&user, Clock::Real.now(), &[], &key))
}

fn executor(n: usize) -> i64 {
    100 + i64::try_from(n).unwrap()
}

fn serve(folder: &Path, database: &str) -> Server {
    let mut settings = KEYS.to_vec();
    settings.push(("TORG_DATABASE__URL", database));
    settings.push(("TORG_SERVICES__DEV_RECHARGE", "true"));
    settings.push(("TORG_LIMITS__ENABLED", "false"));
    Server::start(folder, &["serve"], &settings)
}

/// One keyed take, repeated until somebody answers it for good.
async fn take(
    http: &reqwest::Client,
    address: &mut watch::Receiver<String>,
    order: &str,
    who: usize,
) -> (u16, String) {
    loop {
        let url = address.borrow_and_update().clone();
        let request = http
            .post(format!("{url}/api/orders/{order}/take"))
            .header("authorization", token(executor(who)))
            .header("idempotency-key", format!("{order}-{who}"));
        let answer = async {
            let response = request.send().await.ok()?;
            let status = response.status().as_u16();
            Some((status, response.text().await.ok()?))
        };
        match answer.await {
            Some((503, _)) => tokio::task::yield_now().await,
            Some(answer) => return answer,
            // Killed: ask its successor the same question.
            None => drop(tokio::time::timeout(Duration::from_secs(20), address.changed()).await),
        }
    }
}

both_engines! { &[] =>
    async fn acknowledged_takes_survive_kill_9(t: TestDb) {
        let folder = process::folder();
        let database = match t.engine() {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("torg.db").display()),
            Engine::Postgres => t.options.url.clone(),
        };
        let mut server = serve(folder.path(), &database);
        for who in 0..EXECUTORS {
            let body = serde_json::json!({ "amount": 1000 });
            let bearer = token(executor(who));
            let (status, answer) =
                server.send("POST", "/api/balance/recharge", Some(&bearer), Some(body)).await;
            assert_eq!(status, 200, "{answer}");
        }
        let mut orders = Vec::new();
        for n in 0..ORDERS {
            let body = serde_json::json!({
                "category": "plumbing", "city": "Москва",
                "description": "Срочно течёт кран на кухне, нужна помощь",
                "contact": format!("+7900{n:07}"),
            });
            let (status, answer) =
                server.send("POST", "/api/orders", Some(&token(1)), Some(body)).await;
            assert_eq!(status, 201, "{answer}");
            orders.push(answer["id"].as_str().unwrap().to_owned());
        }

        let answers = Answers::default();
        let (moved, address) = watch::channel(server.url.clone());
        let (progress, mut done) = watch::channel(0_usize);
        let progress = Arc::new(progress);
        let work: Vec<(String, usize)> = orders
            .iter()
            .enumerate()
            .flat_map(|(n, order)| (0..5).map(move |k| (order.clone(), (n + k) % EXECUTORS)))
            .collect();
        let work = Arc::new(Mutex::new(work));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                let (work, answers, progress) = (work.clone(), answers.clone(), progress.clone());
                let mut address = address.clone();
                tokio::spawn(async move {
                    let http = reqwest::Client::new();
                    loop {
                        let Some((order, who)) = work.lock().unwrap().pop() else { return };
                        let answer = take(&http, &mut address, &order, who).await;
                        answers.lock().unwrap().insert(format!("{order}-{who}"), answer);
                        progress.send_modify(|n| *n += 1);
                    }
                })
            })
            .collect();
        for kill in 1..=KILLS {
            let target = kill * ORDERS * 5 / (KILLS + 2);
            done.wait_for(|n| *n >= target).await.unwrap();
            drop(server);
            server = serve(folder.path(), &database);
            moved.send(server.url.clone()).unwrap();
        }
        for client in clients {
            client.await.unwrap();
        }

        // Each answer is given again, byte for byte.
        let http = reqwest::Client::new();
        let mut address = address.clone();
        let given = answers.lock().unwrap().clone();
        assert_eq!(given.len(), ORDERS * 5);
        let mut paid: BTreeMap<usize, i64> = BTreeMap::new();
        let mut takes: BTreeMap<String, usize> = BTreeMap::new();
        for (key, answer) in &given {
            let (order, who) = key.rsplit_once('-').unwrap();
            let who: usize = who.parse().unwrap();
            assert_eq!(&take(&http, &mut address, order, who).await, answer, "{key}");
            if answer.0 == 200 {
                *paid.entry(who).or_default() += 2;
                *takes.entry(order.to_owned()).or_default() += 1;
            } else {
                assert_eq!(answer.0, 409, "{}", answer.1);
            }
        }
        // Three executors each, neither more nor fewer, and everybody paid for what he has.
        assert_eq!(takes.len(), ORDERS);
        assert!(takes.values().all(|n| *n == 3), "{takes:?}");
        for who in 0..EXECUTORS {
            let (_, answer) =
                server.send("GET", "/api/balance", Some(&token(executor(who))), None).await;
            assert_eq!(answer["balance"], 1000 - paid.get(&who).copied().unwrap_or(0));
        }
        let (code, _) = server.stop("TERM");
        assert_eq!(code, 0);
        let mut settings = KEYS.to_vec();
        settings.push(("TORG_DATABASE__URL", &database));
        let (code, out, err) = process::run(folder.path(), &["verify"], &settings);
        assert_eq!(code, 0, "{out}{err}");
    }
}
