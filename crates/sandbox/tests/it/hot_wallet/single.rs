//! One thing at a time.

use super::MIGRATIONS;
use super::world::{World, person, rules};
use std::time::Duration;
use torg_platform::audit::By;
use torg_platform::db::Tx;
use torg_platform::money::Money;
use torg_platform::wallet::{Decision, WalletRules, WithdrawalState};
use torg_sandbox::ton::Faults;
use torg_testkit::TestDb;
use torg_ton::hot_wallet::{Paid, Settings, Sight};
use torg_ton::message::{Outgoing, comment};
use tycho_types::cell::{Cell, CellFamily as _};

const TON: u64 = 1_000_000_000;

impl World {
    /// Gives `user` coins by a deposit.
    async fn fund(&self, user: i64, nano: u64) {
        let memo = self.memo(user).await;
        self.transfer(100, nano, comment(&memo).unwrap(), false, false);
        self.mine();
        self.settle().await;
    }

    async fn state(&self, id: &str) -> WithdrawalState {
        let id = id.to_owned();
        self.read(move |tx, _| Ok(state(tx, &id)?.0)).await
    }

    /// One more look at the chain; the moment at which it was level.
    async fn level(&self) -> torg_ton::hot_wallet::Level {
        for _ in 0..20 {
            self.advance(5);
            self.mine();
            if let Ok(Sight::Level(level)) = self.hot.scan().await {
                return level;
            }
        }
        panic!("it does not get level");
    }

    async fn orders(&self) -> i64 {
        self.read(|tx, _| Ok(orders(tx)?.0)).await
    }

    async fn halts(&self) -> usize {
        self.read(|tx, desk| desk.halts(tx)).await.len()
    }
}

torg_platform::sql! {
    fn state(id: &str) -> torg_platform::db::One<WithdrawalState> =
        "SELECT state FROM platform_withdrawals WHERE id = $1";
    fn newest() -> torg_platform::db::One<i64> = "SELECT max(id) FROM platform_deposits";
    fn orders() -> torg_platform::db::One<i64> = "SELECT count(*) FROM ton_orders";
}

fn careless() -> Settings {
    Settings {
        reserve: Money::ZERO,
        payout_cost: Money::ZERO,
        ..Settings::default()
    }
}

torg_testkit::both_engines! { MIGRATIONS =>
    /// Mode 2 skips what cannot be paid for, and the seqno is used all the same.
    async fn a_payout_that_the_wallet_skipped_goes_out_again(t: TestDb) {
        let free = WalletRules { fee: Money::ZERO, ..rules() };
        let world = World::new(t.engine(), 1, careless(), free).await;
        world.begin(6_000_000).await;
        world.fund(1, 5 * TON).await;
        world.fund(2, 5 * TON).await;
        let first = world.ask(1, &person(31), 5_000_000_000, None).await.unwrap();
        let second = world.ask(2, &person(32), 5_000_000_000, None).await.unwrap();
        let level = world.level().await;
        assert_eq!(world.hot.pay(&level).await.unwrap(), Paid::Sent);
        let level = world.level().await;
        assert_eq!(world.state(&first).await, WithdrawalState::Confirmed);
        assert_eq!(world.state(&second).await, WithdrawalState::Approved);
        // There is less than people own now, so nothing goes out until the operator tops it up.
        assert_eq!(world.hot.pay(&level).await.unwrap(), Paid::Nothing);
        assert_eq!(world.halts().await, 1);
        world.transfer(9, TON, Cell::empty_cell(), false, false);
        world.mine();
        world.level().await;
        let by = By::system("test");
        world.write(move |tx: &mut Tx<'_>, desk| {
            let deposit = newest(tx)?.0;
            desk.decide(tx, deposit, &Decision::Keep, "topped up", &by)?;
            desk.resume(tx, "topped up", &by)
        }).await.unwrap();
        world.settle().await;
        assert_eq!(world.state(&second).await, WithdrawalState::Confirmed);
        for to in [31, 32] {
            assert_eq!(world.chain.balance(&person(to)).unwrap(), 5_000_000_000);
        }
        world.check_books().await;
    }

    /// Somebody else uses the key: the coins are missed, payouts stop, and what was signed under
    /// the same seqno goes out under the next when the operator has looked at it.
    async fn an_order_that_is_not_ours(t: TestDb) {
        let world = World::new(t.engine(), 1, Settings::default(), rules()).await;
        world.begin(10 * TON).await;
        world.fund(1, 50 * TON).await;
        let id = world.ask(1, &person(31), 5_000_000_000, Some("mine")).await.unwrap();
        world.chain.set_faults(Faults { swallowed_sends: 1000, ..Faults::default() });
        let level = world.level().await;
        assert_eq!(world.hot.pay(&level).await.unwrap(), Paid::Sent);
        assert_eq!(world.state(&id).await, WithdrawalState::Sending);
        world.chain.set_faults(Faults::default());
        // The contract's first order has put it there with seqno 0.
        let until = world.chain.now() + 60;
        let stolen = Outgoing::coins(person(66), 2 * TON);
        world.chain.send(world.wallet.order(1, until, &[stolen]).unwrap()).unwrap();
        world.mine();
        let level = world.level().await;
        let position = world.position().await;
        assert_eq!(position.unexplained, Money::from_minor(-2_000_000_000));
        assert_eq!(world.halts().await, 1);
        assert_eq!(world.state(&id).await, WithdrawalState::Approved);
        world.check_block().await;
        assert_eq!(world.hot.pay(&level).await.unwrap(), Paid::Nothing);
        let by = By::system("test");
        world.write(move |tx: &mut Tx<'_>, desk| desk.resume(tx, "seen", &by)).await.unwrap();
        world.settle().await;
        assert_eq!(world.state(&id).await, WithdrawalState::Confirmed);
        assert_eq!(world.chain.balance(&person(31)).unwrap(), 5_000_000_000);
        world.check_books().await;
    }

    /// A deposit counts when enough blocks stand above it, and not before.
    async fn a_deposit_waits_for_its_confirmations(t: TestDb) {
        let settings = Settings { confirmations: 5, ..Settings::default() };
        let world = World::new(t.engine(), 1, settings, rules()).await;
        world.begin(10 * TON).await;
        let memo = world.memo(1).await;
        world.transfer(9, 3 * TON, comment(&memo).unwrap(), false, false);
        for block in 0..5 {
            world.mine();
            world.advance(2);
            let sight = world.hot.scan().await.unwrap();
            assert_ne!(sight, Sight::Behind, "after {block} blocks");
            assert_eq!(world.balance(1).await, 0, "after {block} blocks");
        }
        world.settle().await;
        assert_eq!(world.balance(1).await, (3 * TON).cast_signed());
    }

    /// The server keeps the order in a drawer until it can no longer land; then the same batch is
    /// signed again under the same seqno, and only one of the two ever lands.
    async fn an_order_that_died_is_signed_again(t: TestDb) {
        let world = World::new(t.engine(), 1, Settings::default(), rules()).await;
        world.begin(10 * TON).await;
        world.fund(1, 50 * TON).await;
        let before = world.orders().await;
        let id = world.ask(1, &person(31), 5_000_000_000, None).await.unwrap();
        world.chain.set_faults(Faults { swallowed_sends: 1000, ..Faults::default() });
        for _ in 0..4 {
            let level = world.level().await;
            assert_eq!(world.hot.pay(&level).await.unwrap(), Paid::Sent);
        }
        assert_eq!(world.orders().await, before + 1, "the same bytes are sent again");
        world.advance(170);
        let level = world.level().await;
        assert_eq!(world.hot.pay(&level).await.unwrap(), Paid::InFlight, "within the margin");
        assert_eq!(world.orders().await, before + 1);
        world.advance(40);
        let level = world.level().await;
        assert_eq!(world.hot.pay(&level).await.unwrap(), Paid::Sent);
        assert_eq!(world.orders().await, before + 2);
        world.settle().await;
        assert_eq!(world.state(&id).await, WithdrawalState::Confirmed);
        assert_eq!(world.chain.balance(&person(31)).unwrap(), 5_000_000_000);
        world.check_books().await;
    }

    /// What is signed and not sent yet stays here while payouts are halted, however often it is
    /// looked at and however old it gets; then it goes out once.
    async fn a_halt_holds_back_what_is_signed(t: TestDb) {
        let world = World::new(t.engine(), 1, Settings::default(), rules()).await;
        world.begin(10 * TON).await;
        world.fund(1, 50 * TON).await;
        world.ask(1, &person(31), 5_000_000_000, None).await.unwrap();
        world.chain.set_faults(Faults { swallowed_sends: 1000, ..Faults::default() });
        let level = world.level().await;
        assert_eq!(world.hot.pay(&level).await.unwrap(), Paid::Sent);
        world.chain.set_faults(Faults::default());
        let (by, orders) = (By::system("test"), world.orders().await);
        let halt = by.clone();
        world.write(move |tx, desk| desk.halt(tx, "operator", None, &halt)).await.unwrap();
        for seconds in [1, 100, 400] {
            world.advance(seconds);
            let level = world.level().await;
            assert_eq!(world.hot.pay(&level).await.unwrap(), Paid::Nothing);
        }
        assert_eq!(world.chain.balance(&person(31)).unwrap(), 0);
        assert_eq!(world.orders().await, orders);
        world.write(move |tx, desk| desk.resume(tx, "seen", &by)).await.unwrap();
        world.settle().await;
        assert_eq!(world.chain.balance(&person(31)).unwrap(), 5_000_000_000);
        world.check_books().await;
    }

    /// The chain says that a seqno was used which the wallet's history knows nothing of: nothing is
    /// signed again, and somebody has to look.
    async fn a_seqno_that_the_history_does_not_know(t: TestDb) {
        let world = World::new(t.engine(), 1, Settings::default(), rules()).await;
        world.begin(10 * TON).await;
        world.fund(1, 50 * TON).await;
        world.ask(1, &person(31), 5_000_000_000, None).await.unwrap();
        world.chain.set_faults(Faults { swallowed_sends: 1000, ..Faults::default() });
        let level = world.level().await;
        assert_eq!(world.hot.pay(&level).await.unwrap(), Paid::Sent);
        world.t.raw("UPDATE ton_cursors SET seqno = seqno + 1").await.unwrap();
        world.advance(300);
        let level = world.level().await;
        let orders = world.orders().await;
        assert_eq!(world.hot.pay(&level).await.unwrap(), Paid::InFlight);
        assert_eq!(world.orders().await, orders);
        assert_eq!(world.halts().await, 1);
    }

    /// A server that is behind, or ahead, signs nothing.
    async fn nothing_is_signed_by_a_clock_that_is_wrong(t: TestDb) {
        let world = World::new(t.engine(), 1, Settings::default(), rules()).await;
        world.begin(10 * TON).await;
        world.fund(1, 50 * TON).await;
        world.ask(1, &person(31), 5_000_000_000, None).await.unwrap();
        let level = world.level().await;
        world.advance(16);
        assert_eq!(world.hot.pay(&level).await.unwrap(), Paid::Lagging);
        let mut level = world.level().await;
        level.time = level.time.plus(Duration::from_secs(30));
        assert_eq!(world.hot.pay(&level).await.unwrap(), Paid::Lagging);
    }

    /// Between the look and the signature something has come: the look is worth nothing.
    async fn nothing_is_signed_on_an_old_look(t: TestDb) {
        let world = World::new(t.engine(), 1, Settings::default(), rules()).await;
        world.begin(10 * TON).await;
        world.fund(1, 50 * TON).await;
        world.ask(1, &person(31), 5_000_000_000, None).await.unwrap();
        let old = world.level().await;
        world.transfer(9, TON, Cell::empty_cell(), false, false);
        world.mine();
        world.level().await;
        let orders = world.orders().await;
        world.hot.pay(&old).await.unwrap();
        assert_eq!(world.orders().await, orders);
    }

    /// Another chain behind the same address: nothing of it is booked.
    async fn a_history_that_is_another(t: TestDb) {
        let world = World::new(t.engine(), 1, Settings::default(), rules()).await;
        world.begin(10 * TON).await;
        world.fund(1, 50 * TON).await;
        let before = world.position().await;
        world.t.raw(
            "UPDATE ton_cursors SET hash = 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff'",
        ).await.unwrap();
        world.transfer(9, TON, Cell::empty_cell(), false, false);
        for _ in 0..4 {
            world.advance(5);
            world.mine();
        }
        let error = world.hot.scan().await.unwrap_err();
        assert_eq!(error.code(), "ton_history_differs");
        assert_eq!(world.position().await, before);
    }

    /// Coins that are in the wallet and not in the books, or the other way round, stop payouts
    /// and no deposits.
    async fn a_difference_stops_payouts(t: TestDb) {
        let world = World::new(t.engine(), 1, Settings::default(), rules()).await;
        world.begin(10 * TON).await;
        world.fund(1, 50 * TON).await;
        world.write(|tx, desk| desk.capital(tx, "test/plant", Money::from_minor(1))).await.unwrap();
        world.ask(1, &person(31), 5_000_000_000, None).await.unwrap();
        let level = world.level().await;
        assert_eq!(world.halts().await, 1);
        assert_eq!(world.hot.pay(&level).await.unwrap(), Paid::Nothing);
        let memo = world.memo(1).await;
        world.transfer(100, TON, comment(&memo).unwrap(), false, false);
        world.mine();
        world.level().await;
        assert_eq!(world.balance(1).await, 51_000_000_000);
    }
}
