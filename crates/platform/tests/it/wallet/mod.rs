//! Money in and out, through the routes and through what the adapter of a chain calls, on a chain
//! that exists in the tests only.

mod books;
mod chain;
mod deposits;
mod observe;
mod operator;
mod payouts;
mod proofs;
mod races;
mod views;
mod withdrawals;

use chain::TestChain;
use http::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use torg_platform::auth::{Role, staff};
use torg_platform::db::{Migrations, Tx};
use torg_platform::ledger;
use torg_platform::module::Module;
use torg_platform::money::{Money, Ton};
use torg_platform::wallet::{
    Arrival, Arrived, Chain, Doubt, Landed, Observed, Payout, Wallet, WalletRules, WithdrawalState,
    accounts, check_books,
};
use torg_platform::{Error, Result};
use torg_testkit::{ADMIN_SECRET, Answer, Person, TestApp, TestDb, both_engines};

const ALL: &[Migrations] = &[torg_platform::MIGRATIONS];
/// The hot wallet.
const HOT: &str = "raw:hot";

fn nano(minor: i64) -> Money<Ton> {
    Money::from_minor(minor)
}

fn ton(text: &str) -> Money<Ton> {
    Money::parse_decimal(text).unwrap()
}

struct World {
    app: TestApp,
    wallet: Wallet,
    lt: AtomicI64,
}

impl World {
    async fn start(t: TestDb) -> Self {
        Self::start_with(t, WalletRules::default(), true).await
    }

    async fn start_with(t: TestDb, rules: WalletRules, has_chain: bool) -> Self {
        let mut made = None;
        let app = TestApp::start(t, async |ctx| {
            let chain: Arc<dyn Chain> = Arc::new(TestChain);
            let wallet = Wallet::new(ctx, rules, has_chain.then_some(chain)).unwrap();
            let module = module(&wallet);
            made = Some(wallet);
            vec![module]
        })
        .await;
        let wallet = made.unwrap();
        wallet.prepare().await.unwrap();
        Self {
            app,
            wallet,
            lt: AtomicI64::new(1),
        }
    }

    /// Runs `f` as one unit.
    async fn unit<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx<'_>, &Wallet) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let wallet = self.wallet.clone();
        let write = move |tx: &mut Tx<'_>| f(tx, &wallet);
        self.app.t.db.write("test.unit", write).await
    }

    fn arrival(&self, amount: Money<Ton>, memo: Option<&str>) -> Arrival {
        let lt = self.lt.fetch_add(1, Ordering::SeqCst);
        Arrival {
            chain: "ton",
            account: HOT.to_owned(),
            lt,
            tx_hash: format!("hash-{lt}"),
            sender: Some("raw:sender".to_owned()),
            memo: memo.map(str::to_owned),
            amount,
            chain_time: self.app.now(),
            doubt: None,
        }
    }

    async fn take(&self, arrival: &Arrival) -> Arrived {
        let arrival = arrival.clone();
        let taken = self.unit(move |tx, wallet| wallet.arrived(tx, &arrival));
        taken.await.unwrap()
    }

    async fn memo(&self, person: &Person) -> String {
        let wallet = self.app.get("/api/wallet").by(person).send().await.ok(200);
        wallet["deposit"]["memo"].as_str().unwrap().to_owned()
    }

    /// Brings coins in for somebody.
    async fn fund(&self, person: &Person, amount: &str) {
        let memo = self.memo(person).await;
        let arrived = self.take(&self.arrival(ton(amount), Some(&memo))).await;
        assert!(matches!(arrived, Arrived::Credited { user, .. } if user == person.id()));
    }

    /// What somebody can spend and what is held, in TON.
    async fn balance(&self, person: &Person) -> (String, String) {
        let wallet = self.app.get("/api/wallet").by(person).send().await.ok(200);
        let of = |balance: &Value, key: &str| balance[key].as_str().unwrap().to_owned();
        let all = wallet["balances"].as_array().unwrap();
        let balance = all.iter().find(|b| b["currency"] == "TON");
        balance.map_or_else(
            || ("0".to_owned(), "0".to_owned()),
            |b| (of(b, "available"), of(b, "held")),
        )
    }

    async fn ask(&self, person: &Person, key: &str, body: Value) -> Answer {
        let request = self.app.post("/api/wallet/withdrawals").by(person).key(key);
        request.json(body).send().await
    }

    /// Withdraws to an address; the answer of a success.
    async fn withdraw(&self, person: &Person, key: &str, address: &str, amount: &str) -> Value {
        let body = json!({ "address": address, "amount": amount });
        self.ask(person, key, body).await.ok(201)
    }

    /// The id of a withdrawal that may go out now: its address has been known for a day.
    async fn approved(&self, person: &Person, key: &str, amount: &str) -> String {
        let made = self.withdraw(person, key, "EQknown", amount).await;
        self.app.advance(std::time::Duration::from_hours(25)).await;
        let id = made["id"].as_str().unwrap().to_owned();
        assert_eq!(self.state(person, &id).await, "approved");
        id
    }

    async fn state(&self, person: &Person, id: &str) -> String {
        let path = format!("/api/wallet/withdrawals/{id}");
        let found = self.app.get(&path).by(person).send().await.ok(200);
        found["state"].as_str().unwrap().to_owned()
    }

    async fn cancel(&self, person: &Person, id: &str) -> Answer {
        let path = format!("/api/wallet/withdrawals/{id}/cancel");
        self.app.post(&path).by(person).send().await
    }

    /// Takes a batch with money for everything.
    async fn batch(&self, name: &str) -> Vec<Payout> {
        self.batch_of(name, 100, ton("1000000")).await
    }

    async fn batch_of(&self, name: &str, max: usize, spendable: Money<Ton>) -> Vec<Payout> {
        let name = name.to_owned();
        let take = self
            .unit(move |tx, wallet| wallet.next_payouts(tx, &name, max, spendable, ton("0.01")));
        take.await.unwrap()
    }

    async fn confirm(&self, batch: &str, id: &str, hash: &str) -> Result<()> {
        let (batch, id) = (batch.to_owned(), id.to_owned());
        let landed = Landed {
            tx_hash: hash.to_owned(),
            at: self.app.now(),
        };
        let confirm = self.unit(move |tx, wallet| wallet.confirm(tx, &batch, &id, &landed));
        confirm.await
    }

    async fn again(&self, batch: &str, id: &str) -> Result<WithdrawalState> {
        let (batch, id) = (batch.to_owned(), id.to_owned());
        let again = self.unit(move |tx, wallet| wallet.send_again(tx, &batch, &id, "expired"));
        again.await
    }

    async fn fail(&self, batch: &str, id: &str) -> Result<()> {
        let (batch, id) = (batch.to_owned(), id.to_owned());
        let fail = self.unit(move |tx, wallet| wallet.fail(tx, &batch, &id, "no such address"));
        fail.await
    }

    async fn observe(&self, balance: &str) -> Money<Ton> {
        let seen = Observed {
            chain: "ton",
            account: HOT.to_owned(),
            balance: ton(balance),
            chain_time: self.app.now(),
        };
        let observe = self.unit(move |tx, wallet| wallet.observed(tx, &seen));
        observe.await.unwrap()
    }

    async fn admin(&self, method: Method, path: &str, body: Value) -> Answer {
        let path = format!("/api/admin/wallet{path}");
        let request = self.app.request(method.clone(), &path);
        let request = request.header("x-admin-secret", ADMIN_SECRET);
        if method == Method::GET {
            return request.send().await;
        }
        request.json(body).send().await
    }

    async fn position(&self) -> Value {
        self.admin(Method::GET, "", Value::Null).await.ok(200)
    }

    async fn suspended(&self) -> Vec<Value> {
        let page = self.admin(Method::GET, "/deposits", Value::Null).await;
        page.ok(200)["deposits"].as_array().unwrap().clone()
    }

    async fn employ(&self, person: &Person, role: Role) {
        let id = person.id();
        let grant = move |tx: &mut Tx<'_>| staff::grant(tx, id, role, "test");
        self.app.t.db.write("test.grant", grant).await.unwrap();
        self.app.forget(id);
    }

    /// Ledger and wallet add up.
    #[track_caller]
    fn sound(&self) -> impl Future<Output = ()> {
        let at = std::panic::Location::caller();
        let db = self.app.t.db.clone();
        async move {
            let read = |tx: &mut Tx<'_>| {
                let report = ledger::verify(tx)?;
                let books = check_books(tx)?;
                let position = accounts::position(tx)?;
                Ok::<_, Error>((report, books, position))
            };
            let (report, books, position) = db.read("test.verify", read).await.unwrap();
            assert!(report.is_sound(), "{at}: {report:?}");
            assert!(books.is_empty(), "{at}: {books:?}");
            assert!(position.is_covered(), "{at}: {position:?}");
        }
    }
}

fn module(wallet: &Wallet) -> Module {
    Module {
        name: "platform",
        api: wallet.api(),
        reconcilers: wallet.reconcilers(),
        periodic: Vec::new(),
        handlers: Vec::new(),
        sinks: Vec::new(),
        payees: Vec::new(),
        waiting: Vec::new(),
        cards: Vec::new(),
        settings: Vec::new(),
    }
}
