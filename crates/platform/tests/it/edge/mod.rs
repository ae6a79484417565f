//! The HTTP edge, through a real listening server and raw sockets.

mod connections;
mod input;
mod pass;
mod policies;
mod visible;

use axum::extract::State;
use futures_util::stream;
use http::Method;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use torg_platform::http::{
    Api, ClientIp, EdgeOptions, Guard, IdempotencyKey, Json, Path, Policy, Query, RawBody, Server,
    ServerOptions, Stopped, edge, request,
};
use torg_platform::observe::Metrics;
use torg_platform::rng::Rng;
use torg_platform::{Clock, Error, Kind, UserId};

/// Where handlers wait until a test lets them go.
#[derive(Clone)]
struct Gate {
    entered: Arc<Semaphore>,
    leave: Arc<Semaphore>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Colour {
    Red,
    Green,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Line {
    quantity: u8,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Thing {
    name: String,
    colour: Colour,
    #[serde(default)]
    items: Vec<Line>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Filter {
    limit: Option<i64>,
    city: Option<String>,
    colour: Option<Colour>,
}

fn inputs() -> Api<Gate> {
    let (get, post) = (Method::GET, Method::POST);
    let open = Policy::Public;
    Api::new()
        .undocumented(open, get.clone(), "/hello", async || "hello")
        .undocumented(
            open,
            post.clone(),
            "/things",
            async |Json(thing): Json<Thing>| Json(thing),
        )
        .undocumented(
            open,
            get.clone(),
            "/filter",
            async |Query(filter): Query<Filter>| Json(filter),
        )
        .undocumented(
            open,
            get.clone(),
            "/numbers/{id}",
            async |Path(id): Path<i64>| id.to_string(),
        )
        .undocumented(
            open,
            get.clone(),
            "/texts/{id}",
            async |Path(id): Path<String>| id,
        )
        .undocumented(
            open,
            post.clone(),
            "/raw",
            async |RawBody(body): RawBody| body.len().to_string(),
        )
        .undocumented(open, post.clone(), "/keyed", async |key: IdempotencyKey| {
            key.as_str().to_owned()
        })
        .undocumented(
            open,
            post,
            "/maybe-keyed",
            async |key: Option<IdempotencyKey>| {
                key.map(|key| key.as_str().to_owned()).unwrap_or_default()
            },
        )
}

fn routes() -> Api<Gate> {
    let (get, open) = (Method::GET, Policy::Public);
    inputs()
        .undocumented(open, get.clone(), "/panic", panics)
        .undocumented(
            open,
            get.clone(),
            "/fails",
            async || -> Result<(), Error> { Err(Error::internal("the password is hunter2")) },
        )
        .undocumented(open, get.clone(), "/ip", async |ClientIp(ip): ClientIp| {
            ip.to_string()
        })
        .undocumented(open, get.clone(), "/me", async || {
            let context = request::current().expect("the edge names every request");
            context.set_user(UserId(42));
            context.id().as_str().to_owned()
        })
        .undocumented(
            open,
            get.clone(),
            "/gate",
            async |State(gate): State<Gate>| {
                gate.entered.add_permits(1);
                gate.leave.acquire().await.expect("open").forget();
                "through"
            },
        )
        .undocumented(
            open,
            get.clone(),
            "/ever",
            async |State(gate): State<Gate>| {
                gate.entered.add_permits(1);
                std::future::pending::<&str>().await
            },
        )
        .undocumented(
            open,
            get.clone(),
            "/drip",
            async |State(gate): State<Gate>| {
                let parts = stream::unfold(0, move |n| {
                    let leave = Arc::clone(&gate.leave);
                    async move {
                        if n == 3 {
                            return None;
                        }
                        leave.acquire().await.expect("open").forget();
                        Some((Ok::<_, std::io::Error>(format!("part {n}\n")), n + 1))
                    }
                });
                axum::body::Body::from_stream(parts)
            },
        )
        .undocumented(open, get, "/big", async || vec![b'x'; 64 * 1024 * 1024])
}

async fn panics() -> &'static str {
    panic!("this handler panics on purpose")
}

/// Lets through whoever the policy does not ask to be somebody; `Bearer user` is a person,
/// `Bearer admin` is staff.
#[derive(Clone)]
struct Doorman;

impl Guard for Doorman {
    async fn check(&self, policy: Policy, parts: &mut http::request::Parts) -> Result<(), Error> {
        let who = parts
            .headers
            .get("authorization")
            .and_then(|v| v.to_str().ok());
        match (policy, who) {
            (Policy::Public | Policy::Signed, _) | (_, Some("Bearer admin")) => Ok(()),
            (Policy::User, Some("Bearer user")) => Ok(()),
            (_, None) => Err(Error::new(
                Kind::Unauthenticated,
                "unauthenticated",
                "Sign in",
            )),
            (_, Some(_)) => Err(Error::new(Kind::Denied, "denied", "Not yours")),
        }
    }
}

struct App {
    address: SocketAddr,
    gate: Gate,
    metrics: Metrics,
    stop: CancellationToken,
    served: JoinHandle<Stopped>,
}

impl App {
    async fn start() -> Self {
        Self::with(EdgeOptions::default(), ServerOptions::default()).await
    }

    async fn with(edge_options: EdgeOptions, server_options: ServerOptions) -> Self {
        let gate = Gate {
            entered: Arc::new(Semaphore::new(0)),
            leave: Arc::new(Semaphore::new(0)),
        };
        Self::serving(
            routes().with_state(gate.clone()),
            gate,
            edge_options,
            server_options,
        )
        .await
    }

    async fn serving(
        api: Api,
        gate: Gate,
        edge_options: EdgeOptions,
        server_options: ServerOptions,
    ) -> Self {
        let info = utoipa::openapi::Info::new("test", "1");
        let built = api.build(info, &Doorman).expect("routes do not clash");
        let metrics = Metrics::new(&Clock::Real).expect("metrics");
        let router = edge(
            built.router,
            edge_options,
            metrics.clone(),
            Rng::from_seed(1),
        );
        let local = "127.0.0.1:0".parse().expect("an address");
        let server = Server::bind(local, server_options)
            .await
            .expect("a free port");
        let address = server.local_addr();
        let stop = CancellationToken::new();
        let shutdown = stop.clone().cancelled_owned();
        let served =
            tokio::spawn(async move { server.serve(router, shutdown).await.expect("served") });
        Self {
            address,
            gate,
            metrics,
            stop,
            served,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("connected")
    }

    /// Sends a request without a body on a connection of its own.
    async fn get(&self, path: &str) -> Answer {
        self.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"
        ))
        .await
    }

    async fn post(&self, path: &str, headers: &str, body: &[u8]) -> Answer {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n",
            body.len()
        );
        self.send([head.as_bytes(), body].concat()).await
    }

    async fn post_json(&self, path: &str, body: impl AsRef<[u8]>) -> Answer {
        self.post(path, "Content-Type: application/json\r\n", body.as_ref())
            .await
    }

    /// Sends bytes as they are and reads until the server closes.
    async fn send(&self, bytes: impl AsRef<[u8]>) -> Answer {
        let mut stream = self.connect().await;
        stream.write_all(bytes.as_ref()).await.expect("sent");
        Answer::read_all(&mut stream).await
    }

    /// Opens a request and leaves it open.
    async fn open(&self, path: &str) -> TcpStream {
        let mut stream = self.connect().await;
        let head = format!("GET {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("sent");
        stream
    }

    async fn entered(&self, requests: u32) {
        let entered = self.gate.entered.acquire_many(requests);
        soon(entered).await.expect("open").forget();
    }
}

/// A test's patience: long enough for a busy machine.
async fn soon<F: Future>(work: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(20), work)
        .await
        .expect("in time")
}

#[derive(Debug)]
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    async fn read_all(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        soon(stream.read_to_end(&mut bytes))
            .await
            .expect("an answer");
        Self::parse(&bytes)
    }

    fn parse(bytes: &[u8]) -> Self {
        let end = bytes
            .windows(4)
            .position(|w| w == b"\r\n\r\n")
            .expect("a whole head");
        let head = String::from_utf8(bytes[..end].to_vec()).expect("text");
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|l| l.split(' ').nth(1)?.parse().ok());
        let headers = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        Self {
            status: status.expect("a status"),
            headers,
            body: bytes[end + 4..].to_vec(),
        }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// Status and code of a refusal, whose body must have our shape.
    fn refusal(&self) -> (u16, String) {
        let json = self.json();
        assert!(json["detail"].is_string(), "{json}");
        assert_eq!(self.header("content-type"), "application/json");
        (
            self.status,
            json["code"].as_str().expect("a code").to_owned(),
        )
    }

    fn fields(&self) -> Vec<String> {
        let json = self.json();
        let fields = json["fields"].as_array().expect("fields");
        fields
            .iter()
            .map(|f| f["field"].as_str().expect("a name").to_owned())
            .collect()
    }
}
