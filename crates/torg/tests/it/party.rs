//! A whole Torg with its Telegram and its chain beside it, and people who ask it things by HTTP.
//! Its clock is in the hand.

use crate::process::{self, Server};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;
use torg_platform::config::Secret;
use torg_platform::db::Engine;
use torg_platform::rng::Rng;
use torg_platform::{Timestamp, UserId, signature};
use torg_telegram::init_data::{SecretKey, User, sign};
use torg_testkit::TestDb;

/// Secrets of this world; each is a canary, so it must be seen in no answer and in no log.
pub(crate) const BOT_TOKEN: &str = "100:cnrybt0001";
pub(crate) const ADMIN_SECRET: &str = "the-admin-secret-cnryas0001";
const JWT_SECRET: &str = "the-key-of-the-sessions-cnryjw0001";
const WEBHOOK_SECRET: &str = "the-secret-of-the-company-cnryws0001";

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The body, with the headers before it.
    pub(crate) all: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// The body of an answer that must have this status.
    #[track_caller]
    pub(crate) fn must(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.json()
    }
}

/// Everything that runs.
pub(crate) struct Party {
    pub(crate) folder: TempDir,
    pub(crate) server: Server,
    pub(crate) telegram: Server,
    pub(crate) chain: Server,
    settings: Vec<(&'static str, String)>,
    pub(crate) http: Client,
    keys: AtomicU64,
    /// What time it is, as long as nobody moves it.
    now: Mutex<Option<Timestamp>>,
}

impl Party {
    /// Starts on the database of `t`.
    pub(crate) async fn start(t: &TestDb, log_level: &'static str) -> Self {
        let folder = process::folder();
        let database = match t.engine() {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("torg.db").display()),
            Engine::Postgres => t.options.url.clone(),
        };
        let bot = format!("{BOT_TOKEN}:party_bot");
        let arguments = ["telegram", "--listen", "127.0.0.1:0", "--bot", &bot];
        let telegram = Server::start(folder.path(), &arguments, &[]);
        let arguments = ["chain", "--listen", "127.0.0.1:0", "--data", "chain"];
        let chain = Server::start(folder.path(), &arguments, &[]);
        let words: PathBuf = folder.path().join("words");
        let mnemonic = torg_sandbox::ton::mnemonic(&Rng::from_seed(5)).unwrap();
        std::fs::write(&words, mnemonic).unwrap();
        std::fs::set_permissions(&words, std::fs::Permissions::from_mode(0o600)).unwrap();
        let fixed = [
            ("TORG_HTTP__LISTEN", "127.0.0.1:0"),
            ("TORG_CLOCK__MODE", "manual"),
            ("TORG_TELEGRAM__BOT_TOKEN", BOT_TOKEN),
            ("TORG_AUTH__JWT_SECRET", JWT_SECRET),
            ("TORG_ADMIN__SECRET", ADMIN_SECRET),
            ("TORG_PAYMENTS__TEST_PROVIDER", "true"),
            ("TORG_PAYMENTS__WEBHOOK_SECRET", WEBHOOK_SECRET),
            ("TORG_PAYMENTS__TEST_DELAY_MS", "3600000"),
            ("TORG_SERVICES__DEV_RECHARGE", "true"),
            ("TORG_LIMITS__ENABLED", "false"),
            ("TORG_TON__REQUESTS_PER_SECOND", "1000"),
            ("TORG_LOG__LEVEL", log_level),
        ];
        let mut settings: Vec<_> = fixed.map(|(name, value)| (name, value.to_owned())).into();
        settings.extend([
            ("TORG_DATABASE__URL", database),
            ("TORG_TELEGRAM__API_URL", telegram.url.clone()),
            ("TORG_TON__API_URL", chain.url.clone()),
            ("TORG_TON__WALLET_FILE", words.to_str().unwrap().to_owned()),
        ]);
        let borrowed: Vec<_> = settings.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let server = Server::start_logged(folder.path(), &["serve"], &borrowed, log);
        Self {
            folder,
            server,
            telegram,
            chain,
            settings,
            http: Client::new(),
            keys: AtomicU64::new(1),
            now: Mutex::new(None),
        }
    }

    /// Stops the server gracefully and computes everything again: its log, and what does not add up.
    pub(crate) fn stop_and_verify(self) -> (String, Vec<String>) {
        let settings: Vec<_> = (self.settings.iter())
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let mut wrong = Vec::new();
        let (code, _) = self.server.stop("TERM");
        if code != 0 {
            wrong.push(format!("the server ended with {code}"));
        }
        let (code, out, err) = process::run(self.folder.path(), &["verify"], &settings);
        if code != 0 {
            wrong.push(format!("verify ended with {code}: {out}{err}"));
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap();
        (log, wrong)
    }

    /// A key that nobody has used.
    pub(crate) fn key(&self) -> String {
        format!("key-{}", self.keys.fetch_add(1, Ordering::Relaxed))
    }

    /// A request with these headers.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&'static str, String)],
        body: Option<&Value>,
    ) -> Answer {
        let key = self.key();
        self.ask_with(method, path, headers, &key, body).await
    }

    /// The same with a key.
    pub(crate) async fn ask_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&'static str, String)],
        key: &str,
        body: Option<&Value>,
    ) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.server.url));
        request = request.header("idempotency-key", key);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        match body {
            Some(Value::String(table)) => {
                request = request
                    .header("content-type", "text/csv")
                    .body(table.clone());
            }
            Some(body) => request = request.json(body),
            None => {}
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        let head = format!("{:?}\n", response.headers());
        let stream = (response.headers().get("content-type"))
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        // A stream has no end: its head is the answer here.
        let body = if stream && status == StatusCode::OK {
            String::new()
        } else {
            String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned()
        };
        Answer {
            status: status.as_u16(),
            all: head + &body,
            body,
        }
    }

    /// Whoever knows the secret asks; the answer must be good.
    #[track_caller]
    pub(crate) fn operator(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> impl Future<Output = Value> {
        let what = format!("{method} {path}");
        async move {
            let headers = [("x-admin-secret", ADMIN_SECRET.to_owned())];
            let (method, path) = what.split_once(' ').unwrap();
            let answer = self.ask(method, path, &headers, body.as_ref()).await;
            assert!(
                answer.status < 300,
                "{what}: {} {}",
                answer.status,
                answer.body
            );
            answer.json()
        }
    }

    /// Person `id` asks; the answer must be good.
    pub(crate) async fn by(&self, id: i64, what: &str, body: Option<Value>) -> Value {
        let headers = [self.signed(id).await];
        let (method, path) = what.split_once(' ').unwrap();
        let answer = self.ask(method, path, &headers, body.as_ref()).await;
        let Answer { status, body, .. } = &answer;
        assert!(*status < 300, "{id}: {what}: {status} {body}");
        answer.json()
    }

    /// The header of a person who has just opened the Mini App.
    pub(crate) async fn signed(&self, id: i64) -> (&'static str, String) {
        (
            "authorization",
            format!("tma {}", init_data(id, self.now().await, BOT_TOKEN)),
        )
    }

    /// What time it is for Torg.
    pub(crate) async fn now(&self) -> Timestamp {
        if let Some(now) = *self.now.lock().unwrap() {
            return now;
        }
        let now = self.ask("GET", "/_clock", &[], None).await.must(200);
        let now = Timestamp::parse_rfc3339(now["now"].as_str().unwrap()).unwrap();
        *self.now.lock().unwrap() = Some(now);
        now
    }

    /// Moves the clock, and does what has become due.
    pub(crate) async fn advance(&self, seconds: u64) {
        *self.now.lock().unwrap() = None;
        let body = json!({ "advance_seconds": seconds });
        self.ask("POST", "/_clock", &[], Some(&body))
            .await
            .must(200);
    }

    /// The company behind the test provider reports.
    pub(crate) async fn callback(&self, order: &str, status: &str, amount: Option<&str>) -> Answer {
        let (headers, notice) = notice(order, status, amount);
        self.ask("POST", "/payments/callback", &headers, Some(&notice))
            .await
    }
}

/// What the company behind the test provider reports, signed.
pub(crate) fn notice(
    order: &str,
    status: &str,
    amount: Option<&str>,
) -> (Vec<(&'static str, String)>, Value) {
    let mut notice = json!({
        "payment_id": format!("pay-{order}"), "order_id": order, "status": status,
    });
    if let Some(amount) = amount {
        notice["amount"] = json!(amount);
    }
    let text = notice.to_string();
    let signed = signature::hex(&Secret::new(WEBHOOK_SECRET), text.as_bytes()).unwrap();
    (vec![("x-signature", signed)], notice)
}

/// initData of person `id`.
pub(crate) fn init_data(id: i64, at: Timestamp, token: &str) -> String {
    let mut user = User::new(UserId(id), format!("Person {id}"));
    user.username = Some(format!("person_{id}"));
    sign(&user, at, &[], &SecretKey::from_token(token))
}
