//! Money in and out over a chain that is another process, and dying in between.

use crate::process::{KEYS, Server, folder, run};
use crate::ton_world::{COIN, Chain, World, until};
use reqwest::Method;
use serde_json::json;
use std::os::unix::fs::PermissionsExt as _;
use torg_testkit::{TestDb, both_engines};

both_engines! { &[] =>
    async fn a_deposit_counts_when_it_is_deep_enough(t: TestDb) {
        let world = World::new(&t).await;
        let torg = world.serve("api,worker", &[("TORG_TON__CONFIRMATIONS", "3")]);
        let health = until("health", async || {
            let (_, health) = torg.get("/health").await;
            (health["checks"]["ton"]["status"] == "ok").then_some(health)
        }).await;
        assert_eq!(health["status"], "ok");
        // The first look makes what is there the operator's.
        world.agrees(&torg).await;
        // From here on blocks come by hand.
        world.chain.dev("time", json!({ "block_time_ms": 3_600_000 })).await;
        world.pay_in(&torg, 5).await;
        world.chain.dev("mine", json!({ "blocks": 3 })).await;
        let before = world.calls(&torg, "masterchainInfo").await;
        until("three looks", async || {
            (world.calls(&torg, "masterchainInfo").await >= before + 3).then_some(())
        }).await;
        assert_eq!(world.get(&torg, "/api/wallet/deposits").await["deposits"], json!([]));
        world.chain.dev("mine", json!({})).await;
        world.has(&torg, "5.000000000").await;
        let deposits = world.get(&torg, "/api/wallet/deposits").await;
        let [deposit] = deposits["deposits"].as_array().unwrap().as_slice() else {
            panic!("{deposits}")
        };
        assert_eq!((&deposit["amount"], &deposit["state"]), (&json!("5.000000000"), &json!("credited")));
        assert_eq!(torg.stop("TERM").0, 0);
        assert!(world.run("verify").contains("wallet: the books agree"));
    }

    async fn a_withdrawal_arrives_once_however_often_it_is_asked_for(t: TestDb) {
        let world = World::new(&t).await;
        let torg = world.serve("api,worker", &[]);
        world.agrees(&torg).await;
        world.pay_in(&torg, 5).await;
        world.has(&torg, "5.000000000").await;
        let boris = world.chain.wallet("boris").await;
        let (one, twin) = tokio::join!(
            world.take_out(&torg, &boris, "2"),
            world.take_out(&torg, &boris, "2"),
        );
        assert_eq!(one, twin);
        let arrived = world.withdrawal_is(&torg, "confirmed").await;
        assert_eq!(arrived["id"], one["id"]);
        assert!(arrived["tx_hash"].is_string(), "{arrived}");
        assert_eq!(world.chain.balance(&boris).await, 2 * COIN);
        assert_eq!(world.take_out(&torg, &boris, "2").await, one, "the first answer again");
        world.has(&torg, "2.950000000").await;
        world.agrees(&torg).await;
        let other = json!({ "address": boris, "amount": "3" });
        let path = "/api/wallet/withdrawals";
        let (status, refusal) = world.ask(&torg, Method::POST, path, "3", Some(other)).await;
        assert_eq!((status, &refusal["code"]), (402, &json!("insufficient_balance")));
        let own = json!({ "address": world.hot, "amount": "1" });
        let (status, refusal) = world.ask(&torg, Method::POST, path, "own", Some(own)).await;
        assert_eq!((status, &refusal["code"]), (400, &json!("address_own")));
        assert_eq!(torg.stop("TERM").0, 0);
        world.run("verify");
    }

    async fn a_withdrawal_survives_kill_9_at_every_step(t: TestDb) {
        let world = World::new(&t).await;
        let boris = world.chain.wallet("boris").await;
        let torg = world.serve("api,worker", &[]);
        world.agrees(&torg).await;
        world.pay_in(&torg, 5).await;
        world.has(&torg, "5.000000000").await;
        drop(torg);

        // After the request: nobody is there to sign it.
        let torg = world.serve("api", &[]);
        world.take_out(&torg, &boris, "2").await;
        drop(torg);

        // After signing: what was sent is lost on the way.
        world.chain.dev("faults", json!({ "swallowed_sends": 1000 })).await;
        let torg = world.serve("api,worker", &[]);
        world.withdrawal_is(&torg, "sending").await;
        drop(torg);
        assert_eq!(world.chain.balance(&boris).await, 0);

        // After sending: it lands while nobody looks.
        world.chain.dev("faults", json!({ "withheld_sends": 1000, "withheld_blocks": 5000 })).await;
        let torg = world.serve("api,worker", &[]);
        let before = world.calls(&torg, "sendBoc").await;
        until("sent again", async || {
            (world.calls(&torg, "sendBoc").await > before).then_some(())
        }).await;
        drop(torg);
        assert_eq!(world.chain.balance(&boris).await, 0);
        world.chain.dev("faults", json!({})).await;
        world.chain.dev("mine", json!({ "blocks": 5001 })).await;
        assert_eq!(world.chain.balance(&boris).await, 2 * COIN);

        let torg = world.serve("api,worker", &[]);
        world.withdrawal_is(&torg, "confirmed").await;
        world.has(&torg, "2.950000000").await;
        world.agrees(&torg).await;
        assert_eq!(world.chain.balance(&boris).await, 2 * COIN);
        assert_eq!(torg.stop("TERM").0, 0);
        world.run("verify");
    }

    async fn somebody_without_the_words_shows_the_address(t: TestDb) {
        let world = World::new(&t).await;
        let address = world.hot.clone();
        let torg = world.serve("api", &[
            ("TORG_TON__WALLET_FILE", ""),
            ("TORG_TON__WALLET_ADDRESS", &address),
        ]);
        let shown = world.get(&torg, "/api/wallet").await["deposit"]["address"].clone();
        assert_eq!(torg.stop("TERM").0, 0);
        let torg = world.serve("api", &[]);
        assert_eq!(world.get(&torg, "/api/wallet").await["deposit"]["address"], shown);
        assert_eq!(torg.stop("TERM").0, 0);
        let doctor = world.run("doctor");
        assert!(doctor.contains("ok    wallet     UQ"), "{doctor}");
        assert!(doctor.contains(" of mainnet\n"), "{doctor}");
    }
}

#[test]
fn words_that_others_can_read_are_refused() {
    let folder = folder();
    let file = folder.path().join("words");
    let words = "abandon ".repeat(24);
    std::fs::write(&file, &words).unwrap();
    let mut settings = KEYS.to_vec();
    settings.push(("TORG_TON__API_URL", "http://127.0.0.1:9"));
    settings.push(("TORG_TON__WALLET_FILE", file.to_str().unwrap()));
    let mode = |mode| {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let says = |command: &[&str], code: i32, expected: &str| {
        let (found, out, err) = run(folder.path(), command, &settings);
        let said = format!("{out}{err}");
        assert!(said.contains(expected), "{command:?}: {said}");
        assert_eq!(found, code, "{said}");
        assert!(!said.contains("abandon"), "{said}");
    };
    mode(0o640);
    let refusal = "ton.wallet_file (TORG_TON__WALLET_FILE): can be read by others (mode 640): make it its \
                   owner's alone with chmod 600";
    says(&["serve"], 2, refusal);
    says(&["config", "check"], 2, refusal);
    says(
        &["doctor"],
        1,
        "FAIL  wallet     ton.wallet_file: can be read by others (mode 640)",
    );
    mode(0o600);
    says(&["config", "check"], 0, "the settings are fine");
    // Readable, and no mnemonic.
    says(&["serve"], 1, "ton.wallet_file: ");
    says(&["config", "show"], 0, "wallet_file = ");
}

/// Ten coins at five percent.
const DEAL: u64 = 10 * COIN;
const FEE: u64 = DEAL / 20;
/// Storage of an account for a minute or so, in nanotons.
const RENT: i64 = 20;
/// What the network and its rent take of a whole deal, at most.
const COSTS: u64 = COIN / 20;

struct Deal {
    chain: Chain,
    address: String,
    advertiser: String,
    owner: String,
}

impl Deal {
    /// A funded one.
    async fn new(chain: Chain, term: u64) -> Self {
        for name in ["advertiser", "owner", "platform"] {
            let address = chain.wallet(name).await;
            chain.faucet(&address, 100).await;
        }
        let terms = json!({ "amount": DEAL.to_string(), "fee_bps": 500, "term_seconds": term });
        let made = chain.dev("escrows", terms).await;
        let deal = Self {
            address: made["address"].as_str().unwrap().to_owned(),
            advertiser: chain.wallet("advertiser").await,
            owner: chain.wallet("owner").await,
            chain,
        };
        deal.is("funded").await;
        let paid = 100 * COIN - deal.chain.balance(&deal.advertiser).await;
        assert!((DEAL..DEAL + COSTS).contains(&paid), "{paid}");
        deal
    }

    async fn is(&self, stage: &str) -> serde_json::Value {
        let path = format!("/dev/escrows/{}", self.address);
        until(stage, async || {
            let (status, deal) = self.chain.0.get(&path).await;
            (status == 200 && deal["stage"] == stage).then_some(deal)
        })
        .await
    }

    async fn play(&self, what: &str) {
        let path = format!("escrows/{}/{what}", self.address);
        self.chain.dev(&path, json!({})).await;
    }

    /// Owner and advertiser, as what they have more than the hundred coins of the beginning.
    async fn changes(&self) -> (i64, i64) {
        let change = async |address| {
            i64::try_from(self.chain.balance(address).await).unwrap()
                - i64::try_from(100 * COIN).unwrap()
        };
        (change(&self.owner).await, change(&self.advertiser).await)
    }
}

#[tokio::test]
async fn a_deal_is_released() {
    let folder = folder();
    let deal = Deal::new(Chain::start(folder.path()).await, 86_400).await;
    deal.play("release").await;
    deal.is("released").await;
    let (owner, advertiser) = deal.changes().await;
    // To the nano, but for what the owner's own account costs while the machine is slow.
    let whole = i64::try_from(DEAL - FEE).unwrap();
    assert!(
        (whole - RENT..=whole).contains(&owner),
        "{owner} of {whole}"
    );
    let lost = -advertiser - i64::try_from(DEAL).unwrap();
    assert!((0..i64::try_from(COSTS).unwrap()).contains(&lost), "{lost}");
    // It is over: the money is not there a second time.
    deal.play("refund").await;
    deal.chain.dev("mine", json!({ "blocks": 3 })).await;
    deal.is("released").await;
    let after = deal.changes().await.0;
    assert!(
        (owner - RENT..=owner).contains(&after),
        "{owner} became {after}"
    );
}

#[tokio::test]
async fn a_deal_is_refunded() {
    let folder = folder();
    let deal = Deal::new(Chain::start(folder.path()).await, 86_400).await;
    // Nobody but the platform may, before the deadline.
    deal.play("auto_refund").await;
    deal.chain.dev("mine", json!({ "blocks": 3 })).await;
    deal.is("funded").await;
    deal.play("refund").await;
    deal.is("refunded").await;
    let (owner, advertiser) = deal.changes().await;
    assert!(
        (-i64::try_from(COSTS).unwrap()..=0).contains(&owner),
        "{owner}"
    );
    assert!(
        (-i64::try_from(COSTS).unwrap()..=0).contains(&advertiser),
        "{advertiser}"
    );
}

/// The platform is gone: Torg is stopped, nobody has its key. Anybody gives the money back.
#[tokio::test]
async fn a_deal_outlives_the_platform() {
    let folder = folder();
    let chain = Chain::start(folder.path()).await;
    let mut settings = KEYS.to_vec();
    settings.push(("TORG_TON__API_URL", chain.0.url.as_str()));
    let torg = Server::start(folder.path(), &["serve"], &settings);
    assert_eq!(torg.get("/health").await.0, 200);
    let url = chain.0.url.clone();
    let deal = Deal::new(chain, 3).await;
    assert_eq!(torg.stop("TERM").0, 0);
    let page = reqwest::get(format!("{url}/exit/")).await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("auto_refund"));
    let found = until("the deadline", async || {
        let path = format!("/dev/escrows/{}", deal.address);
        let (_, found) = deal.chain.0.get(&path).await;
        (found["now"].as_u64() >= found["deadline"].as_u64()).then_some(found)
    })
    .await;
    assert_eq!(found["stage"], "funded", "nothing happens by itself");
    deal.play("auto_refund").await;
    deal.is("refunded").await;
    let (_, advertiser) = deal.changes().await;
    assert!(
        (-i64::try_from(COSTS).unwrap()..=0).contains(&advertiser),
        "{advertiser}"
    );
}
