//! Deals on the chain: who is paid, what remains, and which account is believed.

use super::World;
use crate::ton::{NOW, TON, nobody};
use std::time::Duration;
use torg_ton::escrow::{EscrowView, Found, Stage, Terms, read};
use torg_ton::message::Outgoing;
use torg_ton::{StdAddr, Wallet};

struct Deal {
    world: World,
    terms: Terms,
    advertiser: Wallet,
    controller: Wallet,
}

const AMOUNT: u64 = 10 * TON + 7;

impl Deal {
    fn new() -> Self {
        let world = World::new();
        let (advertiser, controller) = (world.rich(1), world.rich(2));
        let terms = Terms {
            deal_id: 5,
            amount: AMOUNT,
            fee_bps: 500,
            deadline: u32::try_from(NOW).unwrap() + 86_400,
            controller: controller.address().clone(),
            fee_address: nobody(11),
            advertiser: advertiser.address().clone(),
            owner: nobody(12),
        };
        terms.check(world.chain.now()).unwrap();
        Self {
            world,
            terms,
            advertiser,
            controller,
        }
    }

    async fn found(&self) -> Found {
        read(&self.world.api, &self.terms.address().unwrap())
            .await
            .unwrap()
    }

    async fn view(&self) -> EscrowView {
        match self.found().await {
            Found::Escrow(view) => *view,
            other => panic!("{other:?}"),
        }
    }

    async fn fund(&self) {
        self.world
            .send(&self.advertiser, &[self.terms.deposit(1).unwrap()])
            .await;
        let view = self.view().await;
        assert_eq!((view.stage, &view.terms), (Stage::Funded, &self.terms));
    }

    async fn balance(&self, address: &StdAddr) -> u64 {
        self.world.api.account(address).await.unwrap().balance
    }

    /// What owner and fee address have, and every account adds up.
    async fn paid(&self) -> (u64, u64) {
        for address in [
            &self.terms.address().unwrap(),
            &self.terms.owner,
            &self.terms.fee_address,
            &self.terms.advertiser,
            &self.terms.controller,
        ] {
            self.world.adds_up(address).await;
        }
        let owner = self.balance(&self.terms.owner).await;
        (owner, self.balance(&self.terms.fee_address).await)
    }
}

#[tokio::test]
async fn a_deal_is_funded_and_released() {
    let deal = Deal::new();
    assert_eq!(deal.found().await, Found::Nothing { balance: 0 });
    deal.fund().await;
    assert!(deal.view().await.balance >= AMOUNT);
    deal.world
        .send(&deal.controller, &[deal.terms.release(2).unwrap()])
        .await;
    let view = deal.view().await;
    assert_eq!((view.stage, view.owner_bps), (Stage::Released, 10_000));
    let parts = deal.terms.parts(10_000);
    assert_eq!(deal.paid().await, (parts.owner, parts.fee));
    assert!(view.balance > 0 && view.balance <= TON / 100, "rent stays");
    // A second release finds nothing to pay.
    deal.world
        .send(&deal.controller, &[deal.terms.release(3).unwrap()])
        .await;
    assert_eq!(deal.paid().await, (parts.owner, parts.fee));
}

#[tokio::test]
async fn a_deal_is_refunded_or_shared() {
    let deal = Deal::new();
    deal.fund().await;
    deal.world
        .send(&deal.controller, &[deal.terms.refund(2).unwrap()])
        .await;
    assert_eq!(deal.view().await.stage, Stage::Refunded);
    assert_eq!(deal.paid().await, (0, 0));
    let left = deal.balance(&deal.terms.advertiser).await;
    assert!(left > 1_000 * TON - TON / 20, "all but fees: {left}");

    let deal = Deal::new();
    deal.fund().await;
    deal.world
        .send(&deal.controller, &[deal.terms.settle(2, 2500).unwrap()])
        .await;
    let view = deal.view().await;
    assert_eq!((view.stage, view.owner_bps), (Stage::Settled, 2500));
    let parts = deal.terms.parts(2500);
    assert_eq!(deal.paid().await, (parts.owner, parts.fee));
}

#[tokio::test]
async fn anybody_gives_the_money_back_after_the_deadline_only() {
    let deal = Deal::new();
    deal.fund().await;
    let stranger = deal.world.rich(3);
    let message = deal.terms.auto_refund(9).unwrap();
    deal.world
        .send(&stranger, std::slice::from_ref(&message))
        .await;
    assert_eq!(deal.view().await.stage, Stage::Funded, "too early");
    deal.world.pass(Duration::from_secs(86_400));
    deal.world
        .send(&stranger, &[deal.terms.release(9).unwrap()])
        .await;
    assert_eq!(deal.view().await.stage, Stage::Funded, "not his to release");
    deal.world.send(&stranger, &[message]).await;
    assert_eq!(deal.view().await.stage, Stage::Refunded);
    assert_eq!(deal.paid().await, (0, 0));
}

#[tokio::test]
async fn too_little_or_too_late_comes_back() {
    let deal = Deal::new();
    let mut small = deal.terms.deposit(1).unwrap();
    small.value -= 1;
    deal.world.send(&deal.advertiser, &[small]).await;
    // It is deployed, because the message was taken; the money came back.
    assert_eq!(deal.view().await.stage, Stage::Init);
    deal.world.pass(Duration::from_secs(86_400));
    deal.world
        .send(&deal.advertiser, &[deal.terms.deposit(2).unwrap()])
        .await;
    assert_eq!(deal.view().await.stage, Stage::Init);
    assert!(deal.balance(&deal.terms.advertiser).await > 1_000 * TON - TON / 20);
    assert_eq!(deal.paid().await, (0, 0));
}

#[tokio::test]
async fn coins_without_a_deal_and_a_wallet_are_no_escrow() {
    let deal = Deal::new();
    let address = deal.terms.address().unwrap();
    deal.world
        .send(&deal.advertiser, &[Outgoing::coins(address, TON)])
        .await;
    assert!(matches!(
        deal.found().await,
        Found::Nothing { balance: TON }
    ));
    let wallet = read(&deal.world.api, deal.advertiser.address())
        .await
        .unwrap();
    assert_eq!(wallet, Found::Foreign);
}
