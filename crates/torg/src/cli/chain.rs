//! `torg chain`: the development chain alone, as the world that Torg may be taken away from.

use super::failure::Failure;
use super::out::say;
use super::runtime;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use torg_platform::clock::Clock;
use torg_platform::http::{Server, ServerOptions};
use torg_platform::observe;
use torg_platform::rng::Rng;
use torg_sandbox::ton::start;

/// Requests in flight get this long to finish.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// Run only the development chain of TON: Toncenter's API, a faucet and a wallet page
///
/// Prints `listening on http://ADDR` as soon as it answers. Everybody who reaches it can make
/// test coins and act as every wallet, so it belongs on this machine and nowhere else. SIGTERM or
/// Ctrl-C stops it; the next start in the same folder goes on at the same block.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Chain {
    /// Where it listens; port 0 takes any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8082")]
    listen: SocketAddr,
    /// Folder for the chain's file
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
}

impl Chain {
    pub(super) fn run(self) -> Result<(), Failure> {
        let _log = observe::log::init(observe::LogFormat::Text, "warn").map_err(Failure::Usage)?;
        std::fs::create_dir_all(&self.data)
            .map_err(|error| Failure::failed(format!("{}: {error}", self.data.display())))?;
        let path = self.data.join("ton.db");
        runtime()?.block_on(serve(self.listen, path))
    }
}

async fn serve(listen: SocketAddr, path: PathBuf) -> Result<(), Failure> {
    let options = ServerOptions {
        stop_timeout: STOP_TIMEOUT,
        ..ServerOptions::default()
    };
    let server = Server::bind(listen, options).await?;
    let stop = CancellationToken::new();
    let running = start(Clock::Real, path.clone(), Rng::from_os(), stop.clone())
        .map_err(|error| Failure::failed(format!("{}: {error}", path.display())))?;
    let refused = |error: std::io::Error| Failure::failed(format!("signals: {error}"));
    let mut term = signal(SignalKind::terminate()).map_err(refused)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(refused)?;
    let told = async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    say(format_args!("listening on http://{}", server.local_addr()));
    server.serve(running.router, told).await?;
    stop.cancel();
    // It has said itself what went wrong, if anything did.
    let _done = running.done.await;
    Ok(())
}
