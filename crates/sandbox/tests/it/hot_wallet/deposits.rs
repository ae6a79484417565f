//! Deposits under a lying server: each is credited once or visibly in suspense.

use super::world::{World, rules};
use super::{MIGRATIONS, seeds};
use torg_platform::db::Engine;
use torg_platform::money::Money;
use torg_platform::wallet::{CHAIN, DepositState};
use torg_sandbox::ton::Faults;
use torg_testkit::TestDb;
use torg_ton::hot_wallet::Settings;
use torg_ton::message::comment;
use tycho_types::cell::{Cell, CellBuilder, CellFamily as _};

/// Rounds that a world lives.
const ROUNDS: u64 = 25;
const USERS: usize = 4;
const TON: u64 = 1_000_000_000;

/// What has to be in the books in the end.
#[derive(Default)]
struct Truth {
    credited: [i64; USERS],
    suspense: i64,
    /// Deposits by their state.
    counted: [usize; 3],
}

struct Sim {
    world: World,
    memos: Vec<String>,
    truth: Truth,
}

impl Sim {
    async fn new(engine: Engine, seed: u64) -> Self {
        let world = World::new(engine, seed, Settings::default(), rules()).await;
        let mut memos = Vec::new();
        for user in (1..).take(USERS) {
            memos.push(world.memo(user).await);
        }
        world.begin(TON).await;
        Self {
            world,
            memos,
            truth: Truth::default(),
        }
    }

    /// A share of a thousand: mostly nothing, sometimes half of all answers.
    fn share(&self) -> u16 {
        let world = &self.world;
        if world.chance(60) {
            return 0;
        }
        u16::try_from(world.draw(500)).unwrap()
    }

    fn faults(&self) -> Faults {
        let world = &self.world;
        let blocks = |percent, most| {
            let blocks = world.draw(most);
            if world.chance(percent) {
                u32::try_from(blocks).unwrap()
            } else {
                0
            }
        };
        Faults {
            status_429: self.share(),
            status_500: self.share(),
            status_504: self.share(),
            truncated: self.share(),
            html: self.share(),
            dropped: self.share(),
            lag_blocks: blocks(30, 6),
            finality_blocks: blocks(30, 6),
            recent_blocks: blocks(20, 20),
            missing_rows: self.share(),
            duplicated_rows: self.share(),
            reordered_rows: self.share(),
            wrong_amounts: self.share(),
            wrong_bocs: self.share(),
            ..Faults::default()
        }
    }

    /// Somebody sends something, and it is known what must become of it.
    fn send(&mut self) {
        let world = &self.world;
        let user = usize::try_from(world.draw(4)).unwrap();
        let memo = self.memos[user].clone();
        let nano = TON / 10 + world.draw(20 * TON);
        let value = i64::try_from(nano).unwrap();
        let from = u8::try_from(1 + world.draw(20)).unwrap();
        let text = |text: &str| comment(text).unwrap();
        let is_bounceable = world.chance(50);
        let (body, bounced, nano, is_credited) = match world.draw(10) {
            0..=3 => (text(&memo), false, nano, true),
            4 => (
                text(&format!(" {} ", memo.to_lowercase())),
                false,
                nano,
                true,
            ),
            5 => (text("what is this"), false, nano, false),
            6 => (Cell::empty_cell(), false, nano, false),
            7 => (text(&memo), true, nano, false),
            8 => (self.forged_order(), false, nano, false),
            _ => {
                let dust = 1 + world.draw(9_000_000);
                world.transfer(from, dust, text(&memo), is_bounceable, false);
                self.truth.suspense += i64::try_from(dust).unwrap();
                self.truth.counted[2] += 1;
                return;
            }
        };
        world.transfer(from, nano, body, is_bounceable, bounced);
        if is_credited {
            self.truth.credited[user] += value;
            self.truth.counted[0] += 1;
        } else {
            self.truth.suspense += value;
            self.truth.counted[1] += 1;
        }
    }

    /// A signed order inside a message, with a signature that is none: the wallet does nothing.
    fn forged_order(&self) -> Cell {
        let mut body = CellBuilder::new();
        body.store_u32(0x7369_6e74).unwrap();
        for _ in 0..18 {
            body.store_u32(u32::try_from(self.world.draw(1 << 32)).unwrap())
                .unwrap();
        }
        body.build().unwrap()
    }

    async fn round(&mut self) {
        let faults = self.faults();
        self.world.chain.set_faults(faults);
        for _ in 0..=self.world.draw(5) {
            for _ in 0..self.world.draw(3) {
                self.send();
            }
            let away = if self.world.chance(3) { 3 * 86_400 } else { 5 };
            self.world.advance(away + self.world.draw(90));
            for _ in 0..self.world.draw(3) {
                self.world.mine();
            }
            for _ in 0..self.world.draw(3) {
                self.world.wire.live();
                if self.world.chance(30) {
                    let call = i64::try_from(self.world.draw(6)).unwrap();
                    self.world.wire.die_at(call, self.world.chance(50));
                }
                self.world.turn().await;
            }
            self.world.check_block().await;
        }
        self.world.mine();
        self.world.settle().await;
        self.check().await;
    }

    async fn check(&self) {
        for (user, expected) in (1..).zip(self.truth.credited) {
            assert_eq!(self.world.balance(user).await, expected, "of user {user}");
        }
        let position = self.world.position().await;
        assert_eq!(position.suspense, Money::from_minor(self.truth.suspense));
        assert_eq!(position.unexplained, Money::ZERO);
        let states = [
            DepositState::Credited,
            DepositState::Suspense,
            DepositState::Dust,
        ];
        for (state, expected) in states.into_iter().zip(self.truth.counted) {
            let count = self
                .world
                .read(move |tx, _| Ok(count(tx, CHAIN, state.as_str())?.0))
                .await;
            assert_eq!(usize::try_from(count).unwrap(), expected, "{state:?}");
        }
        let halts = self.world.read(|tx, desk| desk.halts(tx)).await;
        assert!(halts.is_empty(), "{halts:?}");
        self.world.check_block().await;
    }
}

torg_platform::sql! {
    fn count(chain: &str, state: &str) -> torg_platform::db::One<i64> =
        "SELECT count(*) FROM platform_deposits WHERE chain = $1 AND state = $2";
}

async fn worlds(engine: Engine, usual: u64) {
    for seed in seeds(usual) {
        println!("deposits: seed {seed}, {ROUNDS} rounds");
        let mut sim = Sim::new(engine, seed).await;
        for _ in 0..ROUNDS {
            sim.round().await;
        }
        sim.world.check_books().await;
    }
}

torg_testkit::both_engines! { MIGRATIONS =>
    async fn credited_once_or_in_suspense(t: TestDb) {
        worlds(t.engine(), 4).await;
    }
}
