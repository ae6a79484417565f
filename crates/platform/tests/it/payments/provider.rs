//! The test provider, against something that really answers.

use super::*;
use axum::routing::post;
use axum::{Json, Router};
use http::StatusCode;
use serde_json::json;
use torg_platform::Timestamp;
use torg_platform::payments::State;

fn payment(purpose: &str) -> Payment {
    Payment {
        id: "p".to_owned(),
        purpose: purpose.to_owned(),
        subject: "o".to_owned(),
        payer: None,
        provider: "test".to_owned(),
        currency: "RUB".to_owned(),
        amount_minor: 19_990,
        state: State::Pending,
        charge_id: None,
        checkout: None,
        refunded_minor: 0,
        created_at: Timestamp::from_seconds(0),
        expires_at: None,
        settled_at: None,
        title: String::new(),
        asked_minor: None,
        asked_currency: None,
    }
}

/// Serves `/_fake_payments`, answers `status`, and tells what it got.
async fn company(status: StatusCode) -> (String, Arc<Mutex<Vec<Value>>>) {
    let got = Arc::new(Mutex::new(Vec::new()));
    let heard = got.clone();
    let take = async move |Json(body): Json<Value>| {
        heard.lock().unwrap().push(body);
        (status, "{}")
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/_fake_payments", post(take));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (base_url, got)
}

fn provider(base_url: &str) -> TestProvider {
    let options = TestProviderOptions {
        base_url: base_url.to_owned(),
        public_url: "https://pay.test".to_owned(),
        secret: Secret::new(SECRET),
        started: vec![ORDER],
        pages: vec![("paytest.balance", "/_fake_payments/balance/")],
    };
    TestProvider::new(options, torg_testkit::network())
}

#[tokio::test]
async fn a_payment_is_started_where_its_purpose_says() {
    let (url, got) = company(StatusCode::OK).await;
    let test = provider(&url);
    assert_eq!(test.start(&payment(ORDER)).await, Ok(None));
    let expected = json!({"order_id": "o", "amount": "199.90", "payment_id": "p"});
    assert_eq!(*got.lock().unwrap(), [expected]);
    assert_eq!(test.link(&payment(ORDER)), None);
    let balance = payment("paytest.balance");
    let page = test.link(&balance).unwrap();
    let url = "https://pay.test/_fake_payments/balance/p";
    assert_eq!(page.pay_url.as_deref(), Some(url));
    assert_eq!(test.start(&balance).await, Ok(Some(page)));
    assert_eq!(got.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_company_that_is_away_is_tried_again_and_one_that_refuses_is_not() {
    for (status, permanent) in [
        (StatusCode::INTERNAL_SERVER_ERROR, false),
        (StatusCode::TOO_MANY_REQUESTS, false),
        (StatusCode::NOT_FOUND, true),
    ] {
        let (url, _) = company(status).await;
        let failure = provider(&url).start(&payment(ORDER)).await.unwrap_err();
        assert_eq!(failure.permanent, permanent, "{}", failure.reason);
    }
    let nobody = provider("http://127.0.0.1:1");
    assert!(!nobody.start(&payment(ORDER)).await.unwrap_err().permanent);
}
