//! What stands outside of the program in the demo: on a listener and threads of its own, so that
//! Torg meets it as it meets the real one, by its address.

use crate::cli::failure::Failure;
use crate::cli::runtime;
use axum::Router;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use torg_platform::http::{Server, ServerOptions};

/// Requests in flight get this long to finish.
const STOP_TIMEOUT: Duration = Duration::from_secs(1);

/// A part of the outside world that runs until [`Outside::stop`].
pub(super) struct Outside {
    runtime: Runtime,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
    /// Where others find it, without a slash at its end.
    pub(super) url: String,
}

impl Outside {
    /// Starts what `start` makes, `away` ports beside `main` or on any free one. `start` runs
    /// inside the runtime, and gives its router and its work in the background.
    pub(super) fn start<T>(
        name: &'static str,
        main: SocketAddr,
        away: u16,
        start: impl FnOnce(CancellationToken) -> Result<(T, Router, JoinHandle<()>), Failure>,
    ) -> Result<(Self, T), Failure> {
        let runtime = runtime()?;
        let (listener, stop) = (listen_beside(name, main, away)?, CancellationToken::new());
        let inside = runtime.enter();
        let (made, router, work) = start(stop.clone())?;
        let options = ServerOptions {
            stop_timeout: STOP_TIMEOUT,
            ..ServerOptions::default()
        };
        let server = Server::from_listener(listener, options)?;
        let url = format!("http://{}", server.local_addr());
        let serve = server.serve(router, stop.clone().cancelled_owned());
        let served = tokio::spawn(async move {
            if let Err(error) = serve.await {
                tracing::error!(%error, name, "not served any more");
            }
        });
        drop(inside);
        let outside = Self {
            runtime,
            stop,
            tasks: vec![served, work],
            url,
        };
        Ok((outside, made))
    }

    /// Everything is in its file when this returns.
    pub(super) fn stop(self) {
        self.stop.cancel();
        self.runtime.block_on(async {
            for task in self.tasks {
                // It has said itself what went wrong, if anything did.
                let _ended = task.await;
            }
        });
    }
}

fn listen_beside(name: &str, main: SocketAddr, away: u16) -> Result<TcpListener, Failure> {
    let next = match main.port() {
        0 => 0,
        port => port.checked_add(away).unwrap_or(0),
    };
    TcpListener::bind((main.ip(), next))
        .or_else(|_taken| TcpListener::bind((main.ip(), 0)))
        .map_err(|error| Failure::failed(format!("cannot listen for the {name}: {error}")))
}
