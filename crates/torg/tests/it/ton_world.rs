//! A chain in one process, Torg in another, and somebody who pays in and takes out.

use crate::process::{self, KEYS, Server};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;
use torg_platform::db::Engine;
use torg_platform::rng::Rng;
use torg_platform::{Clock, UserId};
use torg_telegram::init_data::{SecretKey, User, sign};
use torg_testkit::TestDb;
use torg_ton::key::Key;
use torg_ton::wallet::Version;
use torg_ton::{Network, Wallet};

/// Nobody waits longer for anything.
const PATIENCE: Duration = Duration::from_secs(60);
/// Time between two looks.
const TICK: Duration = Duration::from_millis(50);
/// Nanotons of one coin.
pub(crate) const COIN: u64 = 1_000_000_000;

/// Looks until there is something.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let mut tick = tokio::time::interval(TICK);
    let found = tokio::time::timeout(PATIENCE, async {
        loop {
            tick.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    });
    match found.await {
        Ok(found) => found,
        Err(_elapsed) => panic!("never: {what}"),
    }
}

/// `torg chain`, with blocks that come fast.
pub(crate) struct Chain(pub(crate) Server);

impl Chain {
    pub(crate) async fn start(folder: &std::path::Path) -> Self {
        let arguments = ["chain", "--listen", "127.0.0.1:0", "--data", "chain"];
        let chain = Self(Server::start(folder, &arguments, &[]));
        chain.dev("time", json!({ "block_time_ms": 100 })).await;
        chain
    }

    pub(crate) async fn dev(&self, what: &str, body: Value) -> Value {
        let path = format!("/dev/{what}");
        let (status, answer) = self.0.send("POST", &path, None, Some(body)).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// The address of a wallet with a name.
    pub(crate) async fn wallet(&self, name: &str) -> String {
        let wallet = self.dev("wallets", json!({ "name": name })).await;
        wallet["address"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn faucet(&self, address: &str, coins: u64) {
        let amount = (coins * COIN).to_string();
        let body = json!({ "address": address, "amount": amount });
        self.dev("faucet", body).await;
    }

    /// Nanotons at an address.
    pub(crate) async fn balance(&self, address: &str) -> u64 {
        let path = format!("/api/v2/getAddressBalance?address={address}");
        let (_, answer) = self.0.get(&path).await;
        answer["result"].as_str().unwrap().parse().unwrap()
    }
}

/// Everything that a test of money needs.
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) chain: Chain,
    database: String,
    words: PathBuf,
    pub(crate) hot: String,
    client: Client,
}

impl World {
    /// The hot wallet has 1000 coins, that of `anna` 100.
    pub(crate) async fn new(t: &TestDb) -> Self {
        let folder = process::folder();
        let database = match t.engine() {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("torg.db").display()),
            Engine::Postgres => t.options.url.clone(),
        };
        let words = torg_sandbox::ton::mnemonic(&Rng::from_seed(5)).unwrap();
        let key = Key::from_mnemonic(&words).unwrap();
        let wallet = Wallet::new(Version::V5R1, key, 0, Network::Mainnet).unwrap();
        let file = folder.path().join("words");
        std::fs::write(&file, words).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        let chain = Chain::start(folder.path()).await;
        let hot = wallet.address().to_string();
        chain.faucet(&hot, 1000).await;
        let anna = chain.wallet("anna").await;
        chain.faucet(&anna, 100).await;
        Self {
            folder,
            chain,
            database,
            words: file,
            hot,
            client: Client::new(),
        }
    }

    fn settings<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut settings = KEYS.to_vec();
        settings.extend([
            ("TORG_DATABASE__URL", self.database.as_str()),
            ("TORG_ADMIN__SECRET", "open sesame"),
            ("TORG_TON__API_URL", self.chain.0.url.as_str()),
            ("TORG_TON__WALLET_FILE", self.words.to_str().unwrap()),
            ("TORG_TON__POLL_SECONDS", "1"),
            ("TORG_TON__REQUESTS_PER_SECOND", "1000"),
            ("TORG_TON__NEW_ADDRESS_COOL_DOWN_SECONDS", "0"),
        ]);
        settings.extend_from_slice(more);
        settings
    }

    /// `torg serve` with these roles.
    pub(crate) fn serve(&self, roles: &str, more: &[(&str, &str)]) -> Server {
        let arguments = ["serve", "--roles", roles];
        Server::start(self.folder.path(), &arguments, &self.settings(more))
    }

    /// A command to its end, which must be good; what it says.
    pub(crate) fn run(&self, command: &str) -> String {
        let (code, out, err) = process::run(self.folder.path(), &[command], &self.settings(&[]));
        assert_eq!(code, 0, "{out}{err}");
        out
    }

    /// A request of user 7, with a key.
    pub(crate) async fn ask(
        &self,
        torg: &Server,
        method: Method,
        path: &str,
        key: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let secret = SecretKey::from_token("100:token");
        let user = User::new(UserId(7), "Анна");
        let bearer = sign(&user, Clock::Real.now(), &[], &secret);
        let mut request = self.client.request(method, format!("{}{path}", torg.url));
        request = request.header("authorization", format!("Bearer {bearer}"));
        request = request.header("idempotency-key", key);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    pub(crate) async fn get(&self, torg: &Server, path: &str) -> Value {
        let (status, answer) = self.ask(torg, Method::GET, path, "none", None).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// Sends coins from anna's wallet to the hot one, with the person's memo.
    pub(crate) async fn pay_in(&self, torg: &Server, coins: u64) {
        let wallet = self.get(torg, "/api/wallet").await;
        let (to, memo) = (&wallet["deposit"]["address"], &wallet["deposit"]["memo"]);
        let amount = (coins * COIN).to_string();
        let order = json!({ "to": to, "amount": amount, "comment": memo });
        self.chain.dev("wallets/anna/send", order).await;
    }

    /// Waits until everything that was sent is credited, and the person has `available` coins.
    pub(crate) async fn has(&self, torg: &Server, available: &str) {
        until(available, async || {
            let wallet = self.get(torg, "/api/wallet").await;
            let balances = wallet["balances"].as_array().unwrap().clone();
            let ton = balances.into_iter().find(|b| b["currency"] == "TON")?;
            (ton["available"] == available).then_some(())
        })
        .await;
    }

    /// Asks for `amount` to `address`.
    pub(crate) async fn take_out(&self, torg: &Server, address: &str, amount: &str) -> Value {
        let body = json!({ "address": address, "amount": amount });
        let path = "/api/wallet/withdrawals";
        let (status, answer) = self.ask(torg, Method::POST, path, amount, Some(body)).await;
        assert_eq!(status, 201, "{answer}");
        answer
    }

    /// Waits until the one withdrawal is in `state`.
    pub(crate) async fn withdrawal_is(&self, torg: &Server, state: &str) -> Value {
        until(state, async || {
            let list = self.get(torg, "/api/wallet/withdrawals").await;
            let [one] = list["withdrawals"].as_array().unwrap().as_slice() else {
                panic!("not the one: {list}")
            };
            (one["state"] == state).then(|| one.clone())
        })
        .await
    }

    /// What is there and whose it is, for the operator.
    pub(crate) async fn position(&self, torg: &Server) -> Value {
        let request = self.client.get(format!("{}/api/admin/wallet", torg.url));
        let request = request.header("x-admin-secret", "open sesame");
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Waits until the operator's books and the chain have been compared at the newest state, and
    /// agree.
    pub(crate) async fn agrees(&self, torg: &Server) {
        let hot = self.chain.balance(&self.hot).await;
        let coins = format!("{}.{:09}", hot / COIN, hot % COIN);
        until("the books agree with the chain", async || {
            let position = self.position(torg).await;
            assert_eq!(position["halts"], json!([]), "{position}");
            let seen = &position["chain"];
            let level = seen["balance"] == coins && position["assets"] == coins;
            (level && seen["difference"] == "0.000000000").then_some(())
        })
        .await;
    }

    /// How many calls of the chain Torg has made.
    pub(crate) async fn calls(&self, torg: &Server, method: &str) -> u64 {
        let (_, text) = torg.get("/metrics").await;
        let name = format!("ton_api_requests_total{{method=\"{method}\",outcome=\"ok\"}} ");
        let text = text.as_str().unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(&name));
        line.map_or(0, |number| number.parse().unwrap())
    }
}
