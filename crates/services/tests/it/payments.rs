//! Invoices that a provider reports about, through the kernel's webhook.

use crate::app::{MIGRATIONS, config};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use torg_platform::config::Secret;
use torg_platform::payments::{Providers, TestProvider, TestProviderOptions};
use torg_platform::{ledger, signature};
use torg_services::Services;
use torg_testkit::{Answer, Person, TestApp, TestDb, both_engines};

const SECRET: &str = "the-secret-of-the-test-provider";

async fn start(t: TestDb) -> TestApp {
    let test = TestProviderOptions {
        public_url: "https://pay.test".to_owned(),
        secret: Secret::new(SECRET),
        pages: vec![torg_services::TEST_PAGE],
        ..TestProviderOptions::default()
    };
    let test = TestProvider::new(test, torg_testkit::network());
    let providers = Providers::new(vec![Arc::new(test)]);
    let ours = providers.clone();
    TestApp::start_paying(
        t,
        async |_| providers,
        async |ctx| {
            let services = Services::new(ctx.clone(), config(), ours).unwrap();
            services.prepare().await.unwrap();
            vec![torg_services::module(services, &crate::chat::links())]
        },
    )
    .await
}

async fn notice(app: &TestApp, body: Value) -> Answer {
    let text = body.to_string();
    let signature = signature::sign(&Secret::new(SECRET), app.now(), text.as_bytes()).unwrap();
    let request = app
        .post("/payments/webhook/test")
        .header("x-signature", &signature);
    request.body("application/json", text).send().await
}

async fn invoice(app: &TestApp, who: &Person) -> String {
    let path = "/api/balance/create-invoice";
    let made = app.post(path).by(who).json(json!({"amount": 50}));
    let made = made.send().await.ok(200);
    made["payment_id"].as_str().unwrap().to_owned()
}

async fn status(app: &TestApp, who: &Person, id: &str) -> Value {
    let path = format!("/api/balance/payment/{id}/status");
    app.get(&path).by(who).send().await.ok(200)
}

both_engines! { MIGRATIONS =>
    async fn a_signed_notice_credits_an_invoice_once(t: TestDb) {
        let app = start(t).await;
        let anna = app.person(10);
        let id = invoice(&app, &anna).await;
        let paid = json!({"event_id": "e", "payment_id": id, "status": "success", "amount": "50.00"});
        let wrong = json!({"event_id": "w", "payment_id": id, "status": "success", "amount": "49.99"});
        assert_eq!(notice(&app, wrong).await.ok(200)["message"], "kept for the operator");
        assert_eq!(status(&app, &anna, &id).await["status"], "pending");
        let twins = join_all((0..64).map(|_| notice(&app, paid.clone()))).await;
        let applied = twins.iter().filter(|twin| twin.ok(200)["message"] == "applied");
        assert_eq!(applied.count(), 1);
        let expected = json!({"payment_id": id, "status": "paid", "amount": 50, "new_balance": 50});
        assert_eq!(status(&app, &anna, &id).await, expected);
        // A failure that comes late, and the page of the same provider, change nothing.
        let late = json!({"event_id": "f", "payment_id": id, "status": "failed"});
        assert_eq!(notice(&app, late).await.ok(200)["message"], "already seen");
        let page = format!("/_fake_payments/balance/{id}");
        assert_eq!(app.post(&page).send().await.ok(200), expected);
        assert_eq!(status(&app, &anna, &id).await, expected);
        let lines = app.get("/api/balance/transactions").by(&anna).send().await.ok(200);
        assert_eq!(lines["transactions"].as_array().unwrap().len(), 1);
        let verify = |tx: &mut torg_platform::db::Tx<'_>| ledger::verify(tx);
        assert!(app.t.db.read("verify", verify).await.unwrap().is_sound());
    }

    async fn an_invoice_that_failed_is_over_until_money_comes(t: TestDb) {
        let app = start(t).await;
        let anna = app.person(10);
        let id = invoice(&app, &anna).await;
        let failed = json!({"event_id": "f", "payment_id": id, "status": "failed"});
        assert_eq!(notice(&app, failed).await.ok(200)["message"], "applied");
        assert_eq!(status(&app, &anna, &id).await, json!({"payment_id": id, "status": "expired", "amount": 50}));
        app.advance(Duration::from_hours(1)).await;
        let paid = json!({"event_id": "e", "payment_id": id, "status": "success"});
        assert_eq!(notice(&app, paid).await.ok(200)["message"], "applied");
        assert_eq!(status(&app, &anna, &id).await["new_balance"], 50);
        // What nobody invoiced is nobody's balance.
        let stray = json!({"event_id": "s", "payment_id": "unknown", "status": "success"});
        notice(&app, stray).await.ok(202);
    }
}
