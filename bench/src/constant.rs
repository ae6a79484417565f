//! A server that only answers a constant, through the same edge and listener: the limit of any
//! handler.

use torg_platform::http::layers::{EdgeOptions, edge};
use torg_platform::http::serve::{Server, ServerOptions};
use torg_platform::observe::Metrics;
use torg_platform::rng::Rng;
use torg_platform::{Clock, Error};

/// Serves `bytes` of JSON at every path until the process is stopped.
pub(crate) fn serve(bytes: usize) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| e.to_string())?;
    runtime.block_on(answer(bytes)).map_err(|e| e.to_string())
}

async fn answer(bytes: usize) -> Result<(), Error> {
    let body = bytes::Bytes::from(format!("\"{}\"", "x".repeat(bytes.saturating_sub(2))));
    let handler = move || {
        let body = body.clone();
        async move { ([("content-type", "application/json")], body) }
    };
    let router = axum::Router::new().fallback(handler);
    let metrics = Metrics::new(&Clock::Real)?;
    let router = edge(router, EdgeOptions::default(), metrics, Rng::from_os());
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Server::bind(address, ServerOptions::default()).await?;
    println!("listening on http://{}", server.local_addr());
    server.serve(router, std::future::pending()).await.map(drop)
}
