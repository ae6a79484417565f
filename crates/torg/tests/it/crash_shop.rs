//! kill -9 of a shop under load: acknowledged orders and payments are there, stock and money add
//! up, and a retry with its key gets the first answer.

use crate::process::{self, KEYS, Server};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use torg_platform::config::Secret;
use torg_platform::db::Engine;
use torg_platform::signature;
use torg_testkit::{TestDb, both_engines};

const PRODUCTS: usize = 4;
/// Units of each product; there are more buyers than units.
const STOCK: usize = 60;
const ORDERS: usize = 400;
const CLIENTS: usize = 12;
const KILLS: usize = 6;
const ADMIN_SECRET: &str = "the-admin-secret-of-the-crash";
const WEBHOOK_SECRET: &str = "the-webhook-secret-of-the-crash";

fn serve(folder: &Path, database: &str) -> Server {
    let mut settings = KEYS.to_vec();
    settings.extend([
        ("TORG_DATABASE__URL", database),
        ("TORG_ADMIN__SECRET", ADMIN_SECRET),
        ("TORG_PAYMENTS__TEST_PROVIDER", "true"),
        ("TORG_PAYMENTS__WEBHOOK_SECRET", WEBHOOK_SECRET),
        // The clients report by themselves.
        ("TORG_PAYMENTS__TEST_DELAY_MS", "3600000"),
        ("TORG_LIMITS__ENABLED", "false"),
    ]);
    Server::start(folder, &["serve"], &settings)
}

/// A request that is repeated until somebody answers it for good.
async fn until_answered(
    http: &reqwest::Client,
    address: &mut watch::Receiver<String>,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> (u16, String) {
    loop {
        let url = address.borrow_and_update().clone();
        let mut request = http
            .post(format!("{url}{path}"))
            .header("content-type", "application/json")
            .body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
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

/// Orders one or two units of two products, and lets the payment succeed, fail, or not come.
async fn buy(
    http: &reqwest::Client,
    address: &mut watch::Receiver<String>,
    products: &[String],
    n: usize,
) -> (u16, String) {
    let line = |k: usize| serde_json::json!({ "product_id": products[k % PRODUCTS], "quantity": 1 + k % 2 });
    let body = serde_json::json!({
        "user_email": format!("buyer{n}@example.com"), "items": [line(n), line(n + 1)],
    });
    let key = format!("buy-{n}");
    let headers = [("idempotency-key", key.as_str())];
    let answer = until_answered(http, address, "/orders", &headers, &body.to_string()).await;
    let status = ["success", "failed", ""][n % 3];
    if answer.0 != 201 || status.is_empty() {
        return answer;
    }
    let order: serde_json::Value = serde_json::from_str(&answer.1).unwrap();
    let notice = serde_json::json!({
        "payment_id": format!("pay-{n}"), "order_id": order["id"], "status": status,
    })
    .to_string();
    let signed = signature::hex(&Secret::new(WEBHOOK_SECRET), notice.as_bytes()).unwrap();
    let headers = [("x-signature", signed.as_str())];
    // Twice, as companies do.
    for _ in 0..2 {
        let reported = until_answered(http, address, "/payments/callback", &headers, &notice).await;
        assert_eq!(reported.0, 200, "{}", reported.1);
    }
    answer
}

both_engines! { &[] =>
    async fn acknowledged_orders_survive_kill_9(t: TestDb) {
        let folder = process::folder();
        let database = match t.engine() {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("torg.db").display()),
            Engine::Postgres => t.options.url.clone(),
        };
        let mut server = serve(folder.path(), &database);
        let http = reqwest::Client::new();
        let (moved, mut address) = watch::channel(server.url.clone());
        let mut products = Vec::new();
        for n in 0..PRODUCTS {
            let body = serde_json::json!({ "name": format!("Mug {n}"), "price": "10.00", "stock": STOCK });
            let headers = [("x-admin-secret", ADMIN_SECRET)];
            let body = body.to_string();
            let made = until_answered(&http, &mut address, "/admin/products", &headers, &body);
            let (status, made) = made.await;
            assert_eq!(status, 201, "{made}");
            let made: serde_json::Value = serde_json::from_str(&made).unwrap();
            products.push(made["id"].as_str().unwrap().to_owned());
        }
        let (progress, mut done) = watch::channel(0_usize);
        let (progress, products) = (Arc::new(progress), Arc::new(products));
        let work = Arc::new(Mutex::new((0..ORDERS).rev().collect::<Vec<_>>()));
        let answers = Arc::new(Mutex::new(BTreeMap::new()));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                let (work, answers, progress) = (work.clone(), answers.clone(), progress.clone());
                let (mut address, products) = (address.clone(), products.clone());
                tokio::spawn(async move {
                    let http = reqwest::Client::new();
                    loop {
                        let Some(n) = work.lock().unwrap().pop() else { return };
                        let answer = buy(&http, &mut address, &products, n).await;
                        answers.lock().unwrap().insert(n, answer);
                        progress.send_modify(|n| *n += 1);
                    }
                })
            })
            .collect();
        for kill in 1..=KILLS {
            let target = kill * ORDERS / (KILLS + 2);
            done.wait_for(|n| *n >= target).await.unwrap();
            drop(server);
            server = serve(folder.path(), &database);
            moved.send(server.url.clone()).unwrap();
        }
        for client in clients {
            client.await.unwrap();
        }

        // Each answer is given again, byte for byte, and what was reported again changes nothing.
        let given = answers.lock().unwrap().clone();
        assert_eq!(given.len(), ORDERS);
        let (mut made, mut paid) = (0, 0);
        for (n, answer) in &given {
            assert_eq!(&buy(&http, &mut address, &products, *n).await, answer, "{n}");
            assert!(matches!(answer.0, 201 | 409), "{}", answer.1);
            let Ok(order) = serde_json::from_str::<serde_json::Value>(&answer.1) else { continue };
            let Some(id) = order["id"].as_str() else { continue };
            made += 1;
            let (_, now) = server.get(&format!("/orders/{id}")).await;
            let meant = match n % 3 {
                0 => &["paid"][..],
                1 => &["canceled"],
                _ => &["reserved", "payment_pending"],
            };
            let status = now["status"].as_str().unwrap();
            assert!(meant.contains(&status), "{n}: {status} instead of {meant:?}");
            paid += usize::from(status == "paid");
        }
        assert!(made > PRODUCTS * STOCK / 4 && paid > 0, "{made} made, {paid} paid");
        for product in products.iter() {
            let (_, product) = server.get(&format!("/products/{product}")).await;
            assert!(product["stock"].as_i64().unwrap() >= 0, "{product}");
        }
        let (code, _) = server.stop("TERM");
        assert_eq!(code, 0);
        let mut settings = KEYS.to_vec();
        settings.push(("TORG_DATABASE__URL", &database));
        let (code, out, err) = process::run(folder.path(), &["verify"], &settings);
        assert_eq!(code, 0, "{out}{err}");
        assert!(out.contains("shop: the books agree"), "{out}");
    }
}
