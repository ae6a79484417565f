//! NFT items by owner and collection. There is no index: every contract is asked what it is.

use super::params::{Params, Refusal};
use super::show::raw;
use super::{Api, base64_hash, final_lag, v3};
use crate::ton::{Result, StackItem, method_id};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde_json::{Value, json};
use torg_ton::StdAddr;
use tycho_types::cell::{Cell, Load as _};
use tycho_types::models::{AccountState, IntAddr};

/// `GET /api/v3/nft/items`.
pub(super) async fn nft_items(State(api): State<Api>, RawQuery(query): RawQuery) -> Response {
    let params = Params::of_query(query.as_deref().unwrap_or_default());
    v3::reply(items(&api, &params))
}

fn items(api: &Api, params: &Params) -> v3::Answer {
    let wanted = |name: &str| match params.text(name) {
        Some(_) => params.address(name).map(Some),
        None => Ok(None),
    };
    let (owner, collection) = (wanted("owner_address")?, wanted("collection_address")?);
    let one = wanted("address")?;
    let limit = params.limit(10, 1_000)?;
    let offset = params.number("offset")?.unwrap_or(0);
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    let behind = final_lag(&api.faults());
    let mut addresses: Vec<StdAddr> = match one {
        Some(address) => vec![address],
        None => api
            .chain
            .look(behind, |view| view.addresses().cloned().collect()),
    };
    addresses.sort();
    let mut found = Vec::new();
    for address in addresses {
        let Some(item) = item(api, behind, &address)? else {
            continue;
        };
        let fits = |have: &Option<StdAddr>, want: &Option<StdAddr>| want.is_none() || have == want;
        if fits(&item.owner, &owner) && fits(&item.collection, &collection) {
            found.push(item);
        }
    }
    let page: Vec<Value> = found
        .iter()
        .skip(offset)
        .take(limit)
        .map(Item::show)
        .collect();
    Ok(json!({ "nft_items": page, "address_book": {}, "metadata": {} }))
}

/// What an item says of itself.
struct Item {
    address: StdAddr,
    is_init: bool,
    index: String,
    collection: Option<StdAddr>,
    owner: Option<StdAddr>,
    last_lt: u64,
    code: Cell,
    data: Cell,
}

impl Item {
    fn show(&self) -> Value {
        json!({
            "address": raw(&self.address),
            "init": self.is_init,
            "index": self.index,
            "collection_address": self.collection.as_ref().map(raw),
            "owner_address": self.owner.as_ref().map(raw),
            "content": {},
            "last_transaction_lt": self.last_lt.to_string(),
            "code_hash": base64_hash(self.code.repr_hash()),
            "data_hash": base64_hash(self.data.repr_hash()),
            "collection": null,
            "on_sale": false,
        })
    }
}

/// The item at this address; none when the contract there is none.
fn item(api: &Api, behind: u32, address: &StdAddr) -> std::result::Result<Option<Item>, Refusal> {
    let account = api.chain.look(behind, |view| view.account(address))?;
    let Some(account) = account else {
        return Ok(None);
    };
    let AccountState::Active(init) = account.state else {
        return Ok(None);
    };
    let number = method_id("get_nft_data");
    let Ok(output) = api.chain.get_behind(behind, address, number, Vec::new()) else {
        return Ok(None);
    };
    let (true, [is_init, StackItem::Int(index), collection, owner, _content]) =
        (output.is_success(), output.stack.as_slice())
    else {
        return Ok(None);
    };
    Ok(Some(Item {
        address: address.clone(),
        is_init: matches!(is_init, StackItem::Int(number) if number.bits() > 0),
        index: index.to_string(),
        collection: address_in(collection)?,
        owner: address_in(owner)?,
        last_lt: account.last_trans_lt,
        code: init.code.unwrap_or_default(),
        data: init.data.unwrap_or_default(),
    }))
}

fn address_in(item: &StackItem) -> Result<Option<StdAddr>> {
    match item {
        StackItem::Slice(cell) | StackItem::Cell(cell) => {
            let mut slice = cell.as_slice()?;
            // `addr_none` is no address; anything else that cannot be read is none either.
            let address = IntAddr::load_from(&mut slice).ok();
            Ok(address.as_ref().and_then(torg_ton::message::std_addr))
        }
        StackItem::Null | StackItem::Int(_) | StackItem::Tuple(_) => Ok(None),
    }
}
