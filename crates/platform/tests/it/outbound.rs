//! Requests to addresses of strangers: what is connected to, what is trusted, what is read.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Method};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};
use torg_platform::outbound::{Answer, Net, Outbound, Reach, Unsent, tls_config, tls_config_with};

/// A network in which names mean what the test says, one answer after the other, and every
/// address is the one listener.
#[derive(Clone)]
struct Scripted(Arc<Mutex<State>>);

struct State {
    answers: VecDeque<Vec<SocketAddr>>,
    looked_up: usize,
    connected: Vec<SocketAddr>,
    listener: SocketAddr,
}

impl Scripted {
    fn new(listener: SocketAddr, answers: &[&[&str]]) -> Self {
        let parse = |list: &&[&str]| list.iter().map(|text| text.parse().unwrap()).collect();
        Self(Arc::new(Mutex::new(State {
            answers: answers.iter().map(parse).collect(),
            looked_up: 0,
            connected: Vec::new(),
            listener,
        })))
    }

    fn seen(&self) -> (usize, Vec<String>) {
        let state = self.0.lock().unwrap();
        let connected = state.connected.iter().map(ToString::to_string).collect();
        (state.looked_up, connected)
    }
}

impl Net for Scripted {
    fn resolve<'a>(&'a self, _: &'a str, _: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        let mut state = self.0.lock().unwrap();
        state.looked_up += 1;
        let answer = state.answers.pop_front();
        Box::pin(async move { answer.ok_or_else(|| io::Error::other("unknown")) })
    }

    fn connect(&self, address: SocketAddr) -> BoxFuture<'_, io::Result<TcpStream>> {
        let mut state = self.0.lock().unwrap();
        state.connected.push(address);
        Box::pin(TcpStream::connect(state.listener))
    }
}

/// A listener with a certificate for `example.org`, which answers everything with `answer`, and
/// those who trust it.
async fn tls_server(answer: &'static [u8]) -> (SocketAddr, RootCertStore) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["example.org".to_owned()]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            // A client that does not trust us hangs up here.
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let mut request = [0; 4096];
            let _whole = stream.read(&mut request).await.unwrap();
            drop(stream.write_all(answer).await);
            drop(stream.shutdown().await);
        }
    });
    (address, roots)
}

async fn get(outbound: &Outbound, url: &str) -> Result<Answer, Unsent> {
    let target = outbound.target(url, "url").unwrap();
    let sent = outbound.send(Method::GET, &target, HeaderMap::new(), Bytes::new());
    sent.await
}

const HELLO: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
const PUBLIC: &[&str] = &["93.184.215.14:443"];

#[tokio::test]
async fn a_name_that_changes_its_meaning_leads_nowhere_else() {
    let (listener, roots) = tls_server(HELLO).await;
    let net = Scripted::new(listener, &[PUBLIC, &["127.0.0.1:443"], PUBLIC]);
    let tls = tls_config_with(roots).unwrap();
    let outbound = Outbound::with(Reach::Internet, net.clone(), tls);
    let answer = get(&outbound, "https://example.org/").await.unwrap();
    assert_eq!(
        (answer.status.as_u16(), &answer.body[..]),
        (200, &b"hello"[..])
    );
    assert_eq!(
        net.seen(),
        (1, vec!["93.184.215.14:443".to_owned()]),
        "looked up once, and connected to what was looked at"
    );
    let second = get(&outbound, "https://example.org/").await;
    assert_eq!(second.unwrap_err(), Unsent::Refused);
    assert_eq!(net.seen().1.len(), 1, "no connection at all");
    get(&outbound, "https://example.org/").await.unwrap();
}

#[tokio::test]
async fn one_address_inside_spoils_a_name_whatever_its_place() {
    let (listener, roots) = tls_server(HELLO).await;
    let answers: [&[&str]; 5] = [
        &["93.184.215.14:443", "10.0.0.1:443"],
        &["169.254.169.254:443", "93.184.215.14:443"],
        &["[::ffff:127.0.0.1]:443"],
        &["[fd00::1]:443", "[2606:4700::1111]:443"],
        &[],
    ];
    let net = Scripted::new(listener, &answers);
    let tls = tls_config_with(roots).unwrap();
    let outbound = Outbound::with(Reach::Internet, net.clone(), tls);
    for answer in answers {
        let refused = get(&outbound, "https://example.org/").await.unwrap_err();
        let expected = if answer.is_empty() {
            Unsent::NoHost
        } else {
            Unsent::Refused
        };
        assert_eq!(refused, expected, "{answer:?}");
    }
    let unknown = get(&outbound, "https://example.org/").await.unwrap_err();
    assert_eq!(unknown, Unsent::NoHost);
    assert!(net.seen().1.is_empty());
}

#[tokio::test]
async fn a_target_from_a_laxer_client_is_looked_at_again() {
    let listener = SocketAddr::from(([127, 0, 0, 1], 9));
    let net = Scripted::new(listener, &[PUBLIC]);
    let lax = Outbound::with(Reach::Anywhere, net.clone(), tls_config().unwrap());
    let strict = Outbound::with(Reach::Internet, net.clone(), tls_config().unwrap());
    for url in ["https://127.0.0.1/", "http://example.org:8080/"] {
        let target = lax.target(url, "url").unwrap();
        let sent = strict.send(Method::GET, &target, HeaderMap::new(), Bytes::new());
        assert_eq!(sent.await.unwrap_err(), Unsent::Refused, "{url}");
    }
    assert_eq!(net.seen(), (0, Vec::new()));
}

#[tokio::test]
async fn only_a_certificate_of_the_name_by_a_known_authority_is_trusted() {
    let (listener, roots) = tls_server(HELLO).await;
    let try_with = async |roots: Option<RootCertStore>, url: &str| {
        let tls = roots.map_or_else(tls_config, tls_config_with).unwrap();
        let net = Scripted::new(listener, &[PUBLIC]);
        let sent = get(&Outbound::with(Reach::Internet, net, tls), url).await;
        sent.map(|answer| answer.status.as_u16())
    };
    assert_eq!(
        try_with(Some(roots.clone()), "https://example.org/").await,
        Ok(200)
    );
    let other = try_with(Some(roots), "https://example.com/").await;
    assert_eq!(other, Err(Unsent::Tls));
    assert_eq!(
        try_with(None, "https://example.org/").await,
        Err(Unsent::Tls)
    );
}

#[tokio::test]
async fn of_an_endless_answer_only_the_beginning_is_read() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let endless = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        let _whole = stream.read(&mut request).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let mut sent = 0_usize;
        while stream.write_all(&[b'x'; 65536]).await.is_ok() {
            sent += 65536;
        }
        sent
    });
    let outbound = Outbound::new(Reach::Anywhere).unwrap();
    let answer = get(&outbound, &format!("http://{address}/")).await.unwrap();
    assert_eq!((answer.body.len(), answer.is_whole), (64 * 1024, false));
    let sent = endless.await.unwrap();
    assert!(sent < 64 * 1024 * 1024, "the connection was closed: {sent}");
}

#[tokio::test]
async fn a_redirect_is_an_answer_like_any_other() {
    let redirect: &[u8] =
        b"HTTP/1.1 302 Found\r\nlocation: https://127.0.0.1/\r\ncontent-length: 0\r\n\r\n";
    let (listener, roots) = tls_server(redirect).await;
    let net = Scripted::new(listener, &[PUBLIC]);
    let tls = tls_config_with(roots).unwrap();
    let outbound = Outbound::with(Reach::Internet, net.clone(), tls);
    let answer = get(&outbound, "https://example.org/").await.unwrap();
    assert_eq!(answer.status.as_u16(), 302);
    assert_eq!(net.seen().1, ["93.184.215.14:443"]);
}
