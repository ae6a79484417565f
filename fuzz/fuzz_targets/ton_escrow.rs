//! Hostile data of an escrow: never a panic, and what is read is all that is there.
#![no_main]

use libfuzzer_sys::fuzz_target;
use torg_ton::escrow::{Stage, parse};
use tycho_types::boc::Boc;

fuzz_target!(|bytes: &[u8]| {
    let Ok(root) = Boc::decode(bytes) else {
        return;
    };
    let Ok((terms, stage, owner_bps)) = parse(&root) else {
        return;
    };
    let parts = terms.parts(owner_bps);
    let sum = u128::from(parts.owner) + u128::from(parts.fee) + u128::from(parts.advertiser);
    assert_eq!(sum, u128::from(terms.amount), "nothing is made or lost");
    assert!(terms.required_deposit() >= terms.amount);
    if stage == Stage::Init && owner_bps == 0 {
        // Written again it is the same data, so these terms have one address.
        let data = terms.init().expect("terms").data.expect("data");
        assert_eq!(data.repr_hash(), root.repr_hash());
    }
});
