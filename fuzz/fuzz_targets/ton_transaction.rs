//! Hostile bags of cells: never a panic, and a transaction's name is the hash of its bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use torg_ton::nft::Notification;
use torg_ton::tx::Tx;
use torg_ton::{StdAddr, message};
use tycho_types::boc::Boc;
use tycho_types::models::Transaction;

fuzz_target!(|bytes: &[u8]| {
    let Ok(root) = Boc::decode(bytes) else {
        return;
    };
    let _ = message::normalized_hash(&root);
    if let Ok(body) = root.as_slice() {
        let _ = message::read_comment(body, 4096);
    }
    let Ok(raw) = root.parse::<Transaction>() else {
        return;
    };
    let account = StdAddr::new(0, raw.account);
    let Ok(tx) = Tx::parse(&root, &account) else {
        return;
    };
    assert_eq!(tx.id.hash, *root.repr_hash());
    assert_eq!(tx.id.lt, raw.lt);
    let _ = tx.balance_change();
    let _ = Notification::read(&tx);
    let mut other = account;
    other.address.0[0] ^= 1;
    assert!(Tx::parse(&root, &other).is_err(), "another account's");
});
