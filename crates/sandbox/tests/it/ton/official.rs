//! The unmodified client of the TON foundation, against this chain over a socket.

use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use torg_platform::Clock;
use torg_platform::rng::Rng;
use torg_sandbox::ton::start;

/// Whether a test may be left out: never in CI.
fn skip(why: &str) {
    assert!(
        std::env::var_os("CI").is_none(),
        "{why}, and CI never skips"
    );
    eprintln!("SKIPPED: the official client of TON: {why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ton_client_works_as_it_is() {
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts");
    if !contracts.join("node_modules/@ton/ton").is_dir() {
        return skip("there is no contracts/node_modules (npm ci)");
    }
    if Command::new("node").arg("--version").output().is_err() {
        return skip("there is no node");
    }
    let folder = tempfile::tempdir().unwrap();
    let stop = CancellationToken::new();
    let clock = Clock::Real;
    let path = folder.path().join("ton.db");
    let running = start(clock, path, Rng::from_seed(1), stop.clone()).unwrap();
    running.chain.set_block_time(Duration::from_millis(100));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/api/v2/jsonRPC", listener.local_addr().unwrap());
    let router = running.router;
    tokio::spawn(async move { axum::serve(listener, router).await });
    let client = tokio::task::spawn_blocking(move || {
        Command::new("node")
            .args(["tools/client.mjs", &url])
            .current_dir(contracts)
            .output()
    });
    let output = client.await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complained}");
    stop.cancel();
    running.done.await.unwrap();
}
