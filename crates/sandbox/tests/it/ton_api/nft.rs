//! NFTs that come into our keeping and go out of it, and those that only say so.

use super::World;
use crate::ton::{TON, built, nobody};
use torg_ton::message::{Outgoing, comment};
use torg_ton::nft::{CustodyError, NotHeld, Notification, held, royalty, transfer};
use torg_ton::stack::StackItem;
use torg_ton::wallet::{address_of, state_init};
use torg_ton::{StdAddr, Wallet};
use tycho_types::cell::{Cell, CellBuilder, CellFamily as _, Store as _};

const MINT: u32 = 0x5447_0201;

struct Market {
    world: World,
    collection: StdAddr,
    vault: Wallet,
    seller: Wallet,
    evil: Wallet,
}

fn store(cell: &mut CellBuilder, address: &StdAddr) {
    address.store_into(cell, Cell::empty_context()).unwrap();
}

impl Market {
    /// A collection with two items of the seller.
    async fn new() -> Self {
        let world = World::new();
        let (vault, seller, evil) = (world.rich(1), world.rich(2), world.rich(3));
        // Ours are deployed, as any vault is.
        for wallet in [&vault, &seller, &evil] {
            world.send(wallet, &[Outgoing::coins(nobody(9), TON)]).await;
        }
        let mut share = CellBuilder::new();
        share.store_u16(5).unwrap();
        share.store_u16(100).unwrap();
        store(&mut share, &nobody(13));
        let mut data = CellBuilder::new();
        store(&mut data, vault.address());
        data.store_u64(0).unwrap();
        data.store_reference(comment("collection").unwrap())
            .unwrap();
        data.store_reference(built("nft_item")).unwrap();
        data.store_reference(share.build().unwrap()).unwrap();
        let init = state_init(built("nft_collection"), data.build().unwrap());
        let collection = address_of(&init).unwrap();
        let mut deploy = Outgoing::coins(collection.clone(), TON);
        deploy.init = Some(init);
        world.send(&vault, &[deploy]).await;
        for number in 1..3_u64 {
            let mut mint = CellBuilder::new();
            mint.store_u32(MINT).unwrap();
            mint.store_u64(number).unwrap();
            store(&mut mint, seller.address());
            mint.store_reference(comment("gift").unwrap()).unwrap();
            let message = Outgoing::coins(collection.clone(), TON / 10);
            let message = message.with_body(mint.build().unwrap());
            world.send(&vault, &[message]).await;
        }
        Self {
            world,
            collection,
            vault,
            seller,
            evil,
        }
    }

    async fn item(&self, index: u64) -> StdAddr {
        let api = &self.world.api;
        let name = "get_nft_address_by_index";
        let found = api
            .run_get(&self.collection, name, &[StackItem::from(index)])
            .await;
        found.unwrap().address(0).unwrap().unwrap()
    }

    async fn held(&self, item: &StdAddr) -> Result<u64, NotHeld> {
        let allowed = [self.collection.clone()];
        match held(&self.world.api, self.vault.address(), &allowed, item).await {
            Ok(held) => {
                assert_eq!(held.collection, self.collection);
                Ok(u64::try_from(held.index).unwrap())
            }
            Err(CustodyError::Refused(reason)) => Err(reason),
            Err(CustodyError::Api(error)) => panic!("{error}"),
        }
    }

    /// What the vault was told last.
    async fn told(&self) -> Option<Notification> {
        let history = self.world.adds_up(self.vault.address()).await;
        Notification::read(history.last().unwrap())
    }
}

#[tokio::test]
async fn an_item_comes_in_with_its_memo_and_goes_out() {
    let market = Market::new().await;
    let item = market.item(1).await;
    assert_eq!(market.held(&item).await, Err(NotHeld::NotOurs));
    let (seller, vault) = (market.seller.address(), market.vault.address());
    let message = transfer(&item, vault, seller, Some("u42"), 7).unwrap();
    market.world.send(&market.seller, &[message]).await;
    let told = market.told().await.unwrap();
    assert_eq!((told.item.clone(), told.query_id), (item.clone(), 7));
    assert_eq!(told.previous_owner.as_ref(), Some(seller));
    assert_eq!(told.memo.as_deref(), Some("u42"));
    assert_eq!(market.held(&told.item).await, Ok(1));
    // The index knows it too: this is how an item that came without a word is found.
    let listed = market.world.api.nft_items(vault).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0].address, &listed[0].owner),
        (&item, &Some(vault.clone()))
    );
    assert_eq!(listed[0].collection.as_ref(), Some(&market.collection));
    let buyer = nobody(21);
    let out = transfer(&item, &buyer, vault, None, 8).unwrap();
    market.world.send(&market.vault, &[out]).await;
    assert_eq!(market.held(&item).await, Err(NotHeld::NotOurs));
    let data = market
        .world
        .api
        .run_get(&item, "get_nft_data", &[])
        .await
        .unwrap();
    assert_eq!(data.address(3).unwrap(), Some(buyer));
}

#[tokio::test]
async fn a_notification_from_a_wallet_is_forged() {
    let market = Market::new().await;
    let mut body = CellBuilder::new();
    body.store_u32(0x0513_8d91).unwrap();
    body.store_u64(1).unwrap();
    store(&mut body, market.evil.address());
    body.store_bit_zero().unwrap();
    let message = Outgoing::coins(market.vault.address().clone(), TON / 10);
    let message = message.with_body(body.build().unwrap());
    market.world.send(&market.evil, &[message]).await;
    let told = market.told().await.unwrap();
    assert_eq!(told.item, *market.evil.address());
    assert_eq!(market.held(&told.item).await, Err(NotHeld::NoItem));
    assert_eq!(
        market.held(&nobody(99)).await,
        Err(NotHeld::NoItem),
        "not deployed"
    );
}

#[tokio::test]
async fn a_fake_item_that_names_the_collection_is_refused() {
    let market = Market::new().await;
    let evil = market.evil.address();
    // An item's code and data, already somebody's; its address is not the collection's doing.
    let mut data = CellBuilder::new();
    data.store_u64(1).unwrap();
    store(&mut data, &market.collection);
    store(&mut data, evil);
    data.store_bit_one().unwrap();
    data.store_reference(comment("fake").unwrap()).unwrap();
    let init = state_init(built("nft_item"), data.build().unwrap());
    let fake = address_of(&init).unwrap();
    let vault = market.vault.address();
    let mut message = transfer(&fake, vault, evil, Some("u666"), 1).unwrap();
    message.init = Some(init);
    message.value = TON / 2;
    market.world.send(&market.evil, &[message]).await;
    let told = market.told().await.unwrap();
    assert_eq!(told.item, fake);
    let data = market
        .world
        .api
        .run_get(&fake, "get_nft_data", &[])
        .await
        .unwrap();
    assert_eq!(
        data.address(3).unwrap().as_ref(),
        Some(vault),
        "it does say that it is ours"
    );
    assert_eq!(market.held(&fake).await, Err(NotHeld::NotConfirmed));
    // The real one is of a collection that the operator may not take.
    let item = market.item(0).await;
    let message = transfer(&item, vault, market.seller.address(), None, 2).unwrap();
    market.world.send(&market.seller, &[message]).await;
    assert_eq!(market.held(&item).await, Ok(0));
    let none = held(&market.world.api, vault, &[], &item).await;
    assert_eq!(none, Err(CustodyError::Refused(NotHeld::Collection)));
}

#[tokio::test]
async fn the_collection_says_its_royalty() {
    let market = Market::new().await;
    let found = royalty(&market.world.api, &market.collection)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.numerator, found.denominator), (5, 100));
    assert_eq!(found.destination, nobody(13));
    assert_eq!(found.part(TON), TON / 20);
    let none = royalty(&market.world.api, market.seller.address())
        .await
        .unwrap();
    assert_eq!(none, None, "a wallet has none");
}
