//! Requests to addresses that a person has typed: webhooks, pictures, previews.
//!
//! Whoever may make this server ask an address may make it ask for what only this server can
//! reach: its own operations, a neighbour's database, the metadata of the cloud (SSRF). So:
//! https on its port only; the name is looked up once, every address that it has must be of the
//! public Internet, and the connection goes to one of the addresses that were looked at, so that
//! a name that means something else a moment later (DNS rebinding) gains nothing; no redirects
//! are followed; proxies of the environment are not asked; a connection serves one request.
//! Nothing of the answer may reach whoever typed the address but its status.
//!
//! Addresses that the operator has configured are another matter: [`configured`].

mod address;
pub mod configured;
mod net;
mod target;

pub use address::is_global;
pub use net::{Net, SystemNet, tls_config, tls_config_with};
pub use target::Target;

use crate::error::Result;
use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, HOST, HeaderMap, HeaderValue, USER_AGENT};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_util::task::AbortOnDropHandle;

/// Time for name and connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Time for all of it.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(10);
/// Most bytes of an answer's body; the rest is not read.
pub const BODY_MAX: usize = 64 * 1024;
/// Most bytes of an answer's header.
const HEADER_MAX: usize = 32 * 1024;
/// How this program calls itself.
const AGENT: &str = concat!("Torg/", env!("CARGO_PKG_VERSION"));

/// Where a request may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// https to addresses of the public Internet.
    Internet,
    /// Anything, this machine included. For development: it opens the inside to whoever may
    /// type an address.
    Anywhere,
}

/// Why there is no answer. Says nothing of what is where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsent {
    /// The name is nobody's.
    NoHost,
    /// The address is not of the public Internet.
    Refused,
    /// Nobody has taken the connection.
    NoConnection,
    /// There is no trustworthy encryption.
    Tls,
    /// The answer is not HTTP, or ended early.
    Broken,
    /// It took too long.
    Timeout,
}

impl fmt::Display for Unsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoHost => "the host was not found",
            Self::Refused => "the host is not on the public Internet",
            Self::NoConnection => "no connection",
            Self::Tls => "no trusted TLS connection",
            Self::Broken => "no HTTP answer",
            Self::Timeout => "no answer in time",
        })
    }
}

impl std::error::Error for Unsent {}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status; a redirect is one like any other.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// The beginning of its body, [`BODY_MAX`] bytes at most.
    pub body: Bytes,
    /// Whether that is all of it.
    pub is_whole: bool,
}

/// The client. Clones share what they trust.
#[derive(Clone)]
pub struct Outbound {
    reach: Reach,
    net: Arc<dyn Net>,
    tls: TlsConnector,
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound")
            .field("reach", &self.reach)
            .finish_non_exhaustive()
    }
}

impl Outbound {
    /// A client of this machine's network.
    ///
    /// # Errors
    /// Internal, when the cryptography cannot be used.
    pub fn new(reach: Reach) -> Result<Self> {
        Ok(Self::with(reach, SystemNet, tls_config()?))
    }

    /// A client with another network and other trust, for tests.
    pub fn with(reach: Reach, net: impl Net, tls: Arc<rustls::ClientConfig>) -> Self {
        Self {
            reach,
            net: Arc::new(net),
            tls: TlsConnector::from(tls),
        }
    }

    /// Reads an address that somebody has typed into `field`.
    ///
    /// # Errors
    /// `validation_error` that says what is wrong with it.
    pub fn target(&self, text: &str, field: &str) -> Result<Target> {
        Target::parse(text, self.reach, field)
    }

    /// Sends one request and reads the beginning of its answer.
    ///
    /// # Errors
    /// Why there is no answer. Whether the other side has seen the request is unknown then.
    pub async fn send(
        &self,
        method: Method,
        target: &Target,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, Unsent> {
        // Checked again: the target may be from a time with another reach.
        Target::parse(target.as_str(), self.reach, "url").map_err(|_wrong| Unsent::Refused)?;
        let request = request(method, target, headers, body)?;
        let end = after(TOTAL_TIMEOUT);
        let stream = by(after(CONNECT_TIMEOUT), self.dial(target)).await?;
        if !target.is_encrypted() {
            return exchange(stream, request, end).await;
        }
        let name = server_name(target)?;
        let secure = async {
            let secured = self.tls.connect(name, stream).await;
            secured.map_err(|_untrusted| Unsent::Tls)
        };
        exchange(by(end, secure).await?, request, end).await
    }

    /// Connects to the first of the target's addresses that answers, all of them vetted.
    async fn dial(&self, target: &Target) -> Result<TcpStream, Unsent> {
        let addresses = match target.literal() {
            Some(address) => {
                let one = vec![SocketAddr::new(address, target.port)];
                self.reach.vet(one).ok_or(Unsent::Refused)?
            }
            None => net::vetted(&*self.net, self.reach, &target.host(), target.port).await?,
        };
        for address in addresses {
            if let Ok(stream) = self.net.connect(address).await {
                return Ok(stream);
            }
        }
        Err(Unsent::NoConnection)
    }
}

fn after(time: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(time).unwrap_or(now)
}

async fn by<T>(end: Instant, work: impl Future<Output = Result<T, Unsent>>) -> Result<T, Unsent> {
    tokio::time::timeout_at(end, work)
        .await
        .unwrap_or(Err(Unsent::Timeout))
}

fn server_name(target: &Target) -> Result<ServerName<'static>, Unsent> {
    match target.literal() {
        Some(address) => Ok(ServerName::IpAddress(address.into())),
        None => ServerName::try_from(target.host()).map_err(|_name| Unsent::Tls),
    }
}

fn request(
    method: Method,
    target: &Target,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Request<Full<Bytes>>, Unsent> {
    let host = HeaderValue::try_from(target.authority()).map_err(|_wrong| Unsent::Refused)?;
    let length = HeaderValue::from(body.len());
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = method;
    let path = target.path_and_query();
    *request.uri_mut() = path.parse().map_err(|_wrong| Unsent::Refused)?;
    *request.headers_mut() = headers;
    let headers = request.headers_mut();
    headers.insert(HOST, host);
    headers.insert(CONTENT_LENGTH, length);
    headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    Ok(request)
}

/// One request, one answer, one connection.
async fn exchange<S>(
    stream: S,
    request: Request<Full<Bytes>>,
    end: Instant,
) -> Result<Answer, Unsent>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let opened = http1::Builder::new()
        .max_buf_size(HEADER_MAX)
        .handshake(TokioIo::new(stream));
    let (mut sender, connection) = opened.await.map_err(|_broken| Unsent::Broken)?;
    // Ends with this request, however it ends.
    let _connection = AbortOnDropHandle::new(tokio::spawn(connection));
    let answer = async {
        let answer = sender.send_request(request).await;
        answer.map_err(|_broken| Unsent::Broken)
    };
    let (head, body) = by(end, answer).await?.into_parts();
    let (body, is_whole) = read(body, end).await;
    Ok(Answer {
        status: head.status,
        headers: head.headers,
        body,
        is_whole,
    })
}

/// The beginning of a body. One that breaks off or takes too long is short: what matters has been
/// said by the status.
async fn read(mut body: Incoming, end: Instant) -> (Bytes, bool) {
    let mut begun = BytesMut::new();
    loop {
        let data = match tokio::time::timeout_at(end, body.frame()).await {
            Ok(None) => return (begun.freeze(), true),
            Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            Ok(Some(Err(_))) | Err(_) => return (begun.freeze(), false),
        };
        let room = BODY_MAX.saturating_sub(begun.len());
        begun.extend_from_slice(data.get(..room).unwrap_or(&data));
        if data.len() > room {
            return (begun.freeze(), false);
        }
    }
}
