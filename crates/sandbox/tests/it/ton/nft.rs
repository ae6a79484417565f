//! Items of a collection: getters that build addresses, and `nft/items`.

use super::{TON, built, chain, get, nobody, rich, send};
use serde_json::json;
use torg_sandbox::ton::{ApiOptions, StackItem, router};
use torg_ton::StdAddr;
use torg_ton::message::Outgoing;
use torg_ton::wallet::{address_of, state_init};
use tycho_types::cell::{Cell, CellBuilder, CellFamily as _, Load as _, Store as _};
use tycho_types::models::StateInit;

fn collection(owner: &StdAddr) -> StateInit {
    let context = Cell::empty_context();
    let mut royalty = CellBuilder::new();
    royalty.store_u16(5).unwrap();
    royalty.store_u16(100).unwrap();
    owner.store_into(&mut royalty, context).unwrap();
    let mut data = CellBuilder::new();
    owner.store_into(&mut data, context).unwrap();
    data.store_u64(0).unwrap();
    data.store_reference(Cell::default()).unwrap();
    data.store_reference(built("nft_item")).unwrap();
    data.store_reference(royalty.build().unwrap()).unwrap();
    state_init(built("nft_collection"), data.build().unwrap())
}

fn mint(owner: &StdAddr) -> Cell {
    let mut body = CellBuilder::new();
    body.store_u32(0x5447_0201).unwrap();
    body.store_u64(1).unwrap();
    owner.store_into(&mut body, Cell::empty_context()).unwrap();
    body.store_reference(Cell::default()).unwrap();
    body.build().unwrap()
}

#[tokio::test]
async fn items_by_owner_and_collection() {
    let chain = chain();
    let anna = rich(&chain, 1);
    let init = collection(anna.address());
    let place = address_of(&init).unwrap();
    for (n, owner) in [nobody(8), nobody(8), nobody(9)].iter().enumerate() {
        let mut message = Outgoing::coins(place.clone(), TON).with_body(mint(owner));
        message.init = (n == 0).then(|| init.clone());
        send(&chain, &anna, &[message]);
    }
    let index = vec![StackItem::Int(2.into())];
    let output = chain
        .get(&place, "get_nft_address_by_index", index)
        .unwrap();
    // An old machine stops here: the getter hashes and builds an address.
    assert!(output.is_success(), "{output:?}");
    let Some(StackItem::Slice(third)) = output.stack.first() else {
        panic!("{output:?}");
    };
    let third = StdAddr::load_from(&mut third.as_slice().unwrap()).unwrap();
    let router = router(chain, ApiOptions::default());
    let items = async |query: String| {
        let path = format!("/api/v3/nft/items?{query}");
        get(&router, &path).await.1["nft_items"]
            .as_array()
            .unwrap()
            .clone()
    };
    assert_eq!(items(format!("collection_address={place}")).await.len(), 3);
    assert_eq!(items(format!("owner_address={}", nobody(8))).await.len(), 2);
    let one = items(format!("owner_address={}", nobody(9))).await;
    assert_eq!(
        (one.len(), &one[0]["index"], &one[0]["init"]),
        (1, &json!("2"), &json!(true))
    );
    let named = one[0]["address"].as_str().unwrap().to_lowercase();
    assert_eq!(named, third.to_string());
    assert_eq!(items(format!("address={third}")).await, one);
    assert!(
        items(format!("owner_address={}", nobody(7)))
            .await
            .is_empty()
    );
}
