//! The listening server: its own accept loop, because a server that waits for half a request for
//! ever is stopped by three hundred idle sockets.
//!
//! Stopping: readiness turns red, after `drain` the listener closes, requests in flight are
//! finished up to `stop_timeout`, then what is left is dropped.

use super::client::Peer;
use super::connection::{Activity, InFlight, Patience, Timed};
use crate::error::{Error, Result};
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{Request, StatusCode};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service as _;

/// How many surplus connections are told so at once; further ones are just closed.
const REFUSALS: usize = 64;
const REFUSAL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n\
    Retry-After: 1\r\nConnection: close\r\nContent-Length: 62\r\n\r\n\
    {\"detail\":\"Too many connections; try again\",\"code\":\"overloaded\"}";

/// Settings of a listening server.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Time from a request's first byte (or from the connection's start) to its whole header.
    pub header_timeout: Duration,
    /// How long a connection may stay open without a request.
    pub idle_timeout: Duration,
    /// How long a client may leave a part of an answer unread.
    pub write_timeout: Duration,
    /// Most connections; the next one gets a 503 and is closed.
    pub max_connections: usize,
    /// Most streams of one HTTP/2 connection.
    pub max_streams: u32,
    /// Time between readiness turning red and the listener closing.
    pub drain: Duration,
    /// Time for requests in flight to finish once the listener is closed.
    pub stop_timeout: Duration,
    /// Cancelled when the server begins to stop: health turns red and endless streams end.
    pub stopping: CancellationToken,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(60),
            write_timeout: Duration::from_secs(30),
            max_connections: 20_000,
            max_streams: 100,
            drain: Duration::ZERO,
            stop_timeout: Duration::from_secs(20),
            stopping: CancellationToken::new(),
        }
    }
}

/// How a server's life ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Every request was answered.
    Clean,
    /// So many connections were still busy when the time was over.
    Cut(usize),
}

/// A bound listener.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    options: ServerOptions,
}

impl Server {
    /// Listens on `address`; port 0 takes a free one.
    pub async fn bind(address: SocketAddr, options: ServerOptions) -> Result<Self> {
        let listener = TcpListener::bind(address).await.map_err(Error::internal)?;
        let address = listener.local_addr().map_err(Error::internal)?;
        Ok(Self {
            listener,
            address,
            options,
        })
    }

    /// Takes over a listener that is already bound.
    pub fn from_listener(listener: std::net::TcpListener, options: ServerOptions) -> Result<Self> {
        listener.set_nonblocking(true).map_err(Error::internal)?;
        let listener = TcpListener::from_std(listener).map_err(Error::internal)?;
        let address = listener.local_addr().map_err(Error::internal)?;
        Ok(Self {
            listener,
            address,
            options,
        })
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until `shutdown` is ready, then stops gracefully.
    pub async fn serve(
        self,
        router: Router,
        shutdown: impl Future<Output = ()>,
    ) -> Result<Stopped> {
        let Self {
            listener, options, ..
        } = self;
        let shared = Arc::new(Shared {
            router,
            patience: Patience {
                header: options.header_timeout,
                idle: options.idle_timeout,
                write: options.write_timeout,
            },
            builder: builder(&options),
            closing: CancellationToken::new(),
            cut: CancellationToken::new(),
        });
        let connections = TaskTracker::new();
        let gate = Gate {
            places: Arc::new(Semaphore::new(
                options.max_connections.min(Semaphore::MAX_PERMITS),
            )),
            refusals: Arc::new(Semaphore::new(REFUSALS)),
            connections: connections.clone(),
            shared: Arc::clone(&shared),
        };
        let stop = async {
            shutdown.await;
            options.stopping.cancel();
            tokio::time::sleep(options.drain).await;
        };
        tokio::select! {
            () = stop => {}
            never = accept(&listener, gate) => match never {},
        }
        drop(listener);
        shared.closing.cancel();
        connections.close();
        if tokio::time::timeout(options.stop_timeout, connections.wait())
            .await
            .is_ok()
        {
            return Ok(Stopped::Clean);
        }
        let busy = connections.len();
        shared.cut.cancel();
        connections.wait().await;
        tracing::warn!(connections = busy, "stopped with requests in flight");
        Ok(Stopped::Cut(busy))
    }
}

fn builder(options: &ServerOptions) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // `Timed` tells a slow header from an idle connection; hyper does not.
        .header_read_timeout(None)
        .max_buf_size(64 * 1024)
        .pipeline_flush(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(options.max_streams)
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(100)
        .max_header_list_size(32 * 1024)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10));
    builder
}

struct Shared {
    router: Router,
    patience: Patience,
    builder: Builder<TokioExecutor>,
    /// Connections finish what they do and take no more.
    closing: CancellationToken,
    /// Connections are dropped.
    cut: CancellationToken,
}

struct Gate {
    places: Arc<Semaphore>,
    refusals: Arc<Semaphore>,
    connections: TaskTracker,
    shared: Arc<Shared>,
}

/// Accepts until it is dropped.
async fn accept(listener: &TcpListener, gate: Gate) -> std::convert::Infallible {
    const FIRST: Duration = Duration::from_millis(5);
    const LONGEST: Duration = Duration::from_secs(1);
    let mut pause = FIRST;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                pause = FIRST;
                gate.admit(stream, peer);
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                // Out of descriptors or memory: the same call would fail again at once, and
                // only the end of other connections helps.
                tracing::error!(%error, "cannot accept connections");
                tokio::time::sleep(pause).await;
                pause = pause.saturating_mul(2).min(LONGEST);
            }
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

impl Gate {
    fn admit(&self, stream: TcpStream, peer: SocketAddr) {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            if let Ok(slot) = Arc::clone(&self.refusals).try_acquire_owned() {
                self.connections.spawn(async move {
                    refuse(stream).await;
                    drop(slot);
                });
            }
            return;
        };
        // Answers are small and wanted now.
        let _ = stream.set_nodelay(true);
        let shared = Arc::clone(&self.shared);
        self.connections.spawn(async move {
            let cut = shared.cut.clone();
            let _ = cut
                .run_until_cancelled(converse(stream, peer, &shared))
                .await;
            drop(place);
        });
    }
}

/// Says no, and reads on for a moment: closing a socket with unread bytes would reset the
/// connection before the client has seen why.
async fn refuse(mut stream: TcpStream) {
    let polite = async {
        stream.write_all(REFUSAL).await?;
        stream.shutdown().await?;
        let mut rest = [0_u8; 1024];
        while stream.read(&mut rest).await? > 0 {}
        io::Result::Ok(())
    };
    let _ = tokio::time::timeout(Duration::from_millis(500), polite).await;
}

/// Answers the requests of one connection.
async fn converse(stream: TcpStream, peer: SocketAddr, shared: &Shared) {
    let activity = Arc::new(Activity::default());
    let stream = Timed::new(stream, Arc::clone(&activity), shared.patience);
    let router = shared.router.clone();
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let in_flight = activity.begin(request.version());
        let activity = Arc::clone(&activity);
        let mut router = router.clone();
        async move {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer));
            let response = router.call(request).await?;
            if response.status() == StatusCode::SWITCHING_PROTOCOLS {
                activity.upgrade();
            }
            let response = response.map(|body| Answer {
                body,
                _in_flight: in_flight,
            });
            Result::<_, std::convert::Infallible>::Ok(response)
        }
    });
    let mut connection = pin!(
        shared
            .builder
            .serve_connection_with_upgrades(TokioIo::new(stream), service)
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shared.closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // What clients and networks do to connections is not worth an operator's attention.
        tracing::debug!(%peer, %error, "connection ended");
    }
}

/// An answer's body; its request is in flight until it is dropped.
struct Answer {
    body: Body,
    _in_flight: InFlight,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
