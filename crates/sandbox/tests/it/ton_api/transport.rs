//! The real client over a real socket.

use crate::ton::chain;
use axum::Router;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::routing::get;
use std::sync::Arc;
use torg_platform::Clock;
use torg_platform::config::Secret;
use torg_platform::observe::Metrics;
use torg_platform::outbound::configured::HttpTransport;
use torg_platform::rng::Rng;
use torg_sandbox::ton::{ApiOptions, router};
use torg_ton::Network;
use torg_ton::api::{ErrorKind, Options, TonApi};

async fn listening(router: Router) -> TonApi {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    client(base_url)
}

fn client(base_url: String) -> TonApi {
    let options = Options {
        base_url,
        api_key: Secret::default(),
        network: Network::Mainnet,
        requests_per_second: Some(1000),
    };
    let metrics = Metrics::new(&Clock::Real).unwrap();
    let transport = Arc::new(HttpTransport::new().unwrap());
    TonApi::new(
        &options,
        transport,
        Clock::Real,
        Rng::from_seed(1),
        &metrics,
    )
    .unwrap()
}

#[tokio::test]
async fn it_speaks_to_the_chain_over_a_socket() {
    let chain = chain();
    let api = listening(router(chain.clone(), ApiOptions::default())).await;
    for _ in 0..3 {
        chain.mine().unwrap();
        assert_eq!(api.head().await.unwrap().seqno, chain.head().seqno);
    }
}

#[tokio::test]
async fn it_follows_nobody_and_does_not_swallow_everything() {
    let away = || async { (StatusCode::FOUND, [(LOCATION, "/api/v3/elsewhere")]) };
    let large = || async { vec![b' '; 9 * 1024 * 1024] };
    let found = r#"{"last":{"seqno":1,"gen_utime":"1"}}"#;
    let router = Router::new()
        .route("/api/v3/masterchainInfo", get(away))
        .route("/api/v3/elsewhere", get(move || async move { found }))
        .route("/api/v3/transactions", get(large));
    let api = listening(router).await;
    let error = api.head().await.unwrap_err();
    assert!(
        matches!(error.kind, ErrorKind::Refused { code: 302, .. }),
        "{error}"
    );
    let error = api
        .transactions_since(&crate::ton::nobody(1), 0, 1)
        .await
        .unwrap_err();
    assert!(
        matches!(&error.kind, ErrorKind::Unavailable(text) if text.contains("limit")),
        "{error}"
    );
}

#[tokio::test]
async fn nobody_there_is_said_in_words() {
    // A port that was free a moment ago.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = client(base_url).send(b"order").await.unwrap_err();
    assert!(error.to_string().contains("refused"), "{error}");
}
