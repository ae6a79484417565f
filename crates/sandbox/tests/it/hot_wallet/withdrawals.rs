//! Withdrawals while the server lies and the process dies at every step: each is paid once or
//! comes back, and the wallet always holds what people own.

use super::world::{World, person, rules};
use super::{MIGRATIONS, seeds};
use std::collections::BTreeMap;
use std::time::Duration;
use torg_platform::UserId;
use torg_platform::audit::By;
use torg_platform::db::Engine;
use torg_sandbox::ton::Faults;
use torg_testkit::TestDb;
use torg_ton::hot_wallet::Settings;
use torg_ton::message::comment;
use tycho_types::cell::Cell;

/// Rounds that a world lives.
const ROUNDS: u64 = 20;
const USERS: u64 = 4;
const TON: u64 = 1_000_000_000;

/// What a payout looks like on the chain: whom it is for, how much, and what it says.
type Looks = (String, i64, String);

torg_platform::row! {
    struct Row {
        destination: String,
        amount: i64,
        comment: Option<String>,
        state: String,
    }
}

torg_platform::sql! {
    fn all() -> Vec<Row> =
        "SELECT destination, amount, comment, state FROM platform_withdrawals ORDER BY id";
    fn orders() -> torg_platform::db::One<i64> = "SELECT count(*) FROM ton_orders";
    fn signed_again() -> torg_platform::db::One<i64> =
        "SELECT count(*) FROM ton_orders WHERE form > 1";
}

struct Sim {
    world: World,
    asked: Vec<(i64, String)>,
}

impl Sim {
    async fn new(engine: Engine, seed: u64) -> Self {
        // Orders that die young are signed again more often.
        let settings = Settings {
            valid_for: Duration::from_secs(40),
            margin: Duration::from_secs(10),
            ..Settings::default()
        };
        let world = World::new(engine, seed, settings, rules()).await;
        world.begin(TON).await;
        let sim = Self {
            world,
            asked: Vec::new(),
        };
        sim.fund().await;
        sim
    }

    async fn fund(&self) {
        for user in 1..=USERS {
            let memo = self.world.memo(user.cast_signed()).await;
            let body = comment(&memo).unwrap();
            self.world.transfer(100, 1_000 * TON, body, false, false);
        }
        self.world.mine();
        self.world.settle().await;
    }

    fn share(&self, percent: u64, most: u64) -> u16 {
        let drawn = u16::try_from(self.world.draw(most)).unwrap();
        if self.world.chance(percent) { drawn } else { 0 }
    }

    fn faults(&self) -> Faults {
        Faults {
            status_500: self.share(30, 300),
            status_504: self.share(30, 300),
            truncated: self.share(30, 300),
            dropped: self.share(40, 500),
            failed_after: self.share(40, 500),
            duplicated_sends: self.share(40, 900),
            swallowed_sends: self.share(40, 900),
            withheld_sends: self.share(40, 900),
            withheld_blocks: u32::from(self.share(100, 60)),
            lag_blocks: u32::from(self.share(25, 6)),
            finality_blocks: u32::from(self.share(25, 6)),
            missing_rows: self.share(25, 400),
            reordered_rows: self.share(25, 400),
            ..Faults::default()
        }
    }

    /// Somebody asks for money, sometimes for the same as before; somebody may think again.
    async fn ask(&mut self) {
        let world = &self.world;
        let user = 1 + world.draw(USERS).cast_signed();
        let to = person(u8::try_from(30 + world.draw(4)).unwrap());
        let nano = (TON + world.draw(3) * TON).cast_signed();
        let text = world.chance(40).then_some("thanks");
        if let Ok(id) = world.ask(user, &to, nano, text).await {
            self.asked.push((user, id));
        }
        if world.chance(15)
            && let Some((user, id)) = self.asked.last().cloned()
        {
            let cancel = world
                .write(move |tx, desk| desk.cancel(tx, UserId(user), &id, &By::system("test")));
            // It may be under way already.
            drop(cancel.await);
        }
    }

    async fn round(&mut self) {
        let faults = self.faults();
        self.world.chain.set_faults(faults);
        for _ in 0..1 + self.world.draw(8) {
            if self.world.chance(50) {
                self.ask().await;
            }
            let step = if self.world.chance(10) { 400 } else { 20 };
            self.world.advance(1 + self.world.draw(step));
            for _ in 0..self.world.draw(3) {
                self.world.mine();
                self.world.check_block().await;
            }
            self.world.wire.live();
            if self.world.chance(40) {
                let call = i64::try_from(self.world.draw(8)).unwrap();
                self.world.wire.die_at(call, self.world.chance(50));
            }
            self.world.turn().await;
            self.world.check_block().await;
        }
        self.world.settle().await;
        self.check().await;
    }

    /// What has left the wallet is what is confirmed, as often as it is.
    async fn check(&self) {
        let mut paid: BTreeMap<Looks, i64> = BTreeMap::new();
        let text = |cell: &Cell| cell.repr_hash().to_string();
        for out in self.world.history().iter().flat_map(|tx| &tx.out_msgs) {
            let to = out.to.as_ref().unwrap().to_string();
            let looks = (to, out.value.cast_signed(), text(&out.body));
            *paid.entry(looks).or_default() += 1;
        }
        let mut books: BTreeMap<Looks, i64> = BTreeMap::new();
        for row in self.world.read(|tx, _| Ok(all(tx)?)).await {
            let body = row.comment.map(|text| comment(&text).unwrap());
            let looks = (row.destination, row.amount, text(&body.unwrap_or_default()));
            match row.state.as_str() {
                "confirmed" => *books.entry(looks).or_default() += 1,
                "returned" => {}
                state => panic!("a withdrawal is {state} in the end"),
            }
        }
        assert_eq!(paid, books);
        let halts = self.world.read(|tx, desk| desk.halts(tx)).await;
        assert!(halts.is_empty(), "{halts:?}");
        self.world.check_block().await;
    }
}

async fn worlds(engine: Engine, usual: u64) {
    for seed in seeds(usual) {
        println!("withdrawals: seed {seed}, {ROUNDS} rounds");
        let mut sim = Sim::new(engine, seed).await;
        for _ in 0..ROUNDS {
            sim.round().await;
        }
        sim.world.check_books().await;
        let (asked, orders, again) = sim
            .world
            .read(|tx, _| Ok((all(tx)?.len(), orders(tx)?.0, signed_again(tx)?.0)))
            .await;
        println!("  {asked} withdrawals, {orders} orders, {again} of them signed again");
    }
}

torg_testkit::both_engines! { MIGRATIONS =>
    async fn paid_once_or_returned(t: TestDb) {
        worlds(t.engine(), 4).await;
    }
}
