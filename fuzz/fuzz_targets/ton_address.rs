//! Hostile addresses: never a panic, and whatever is accepted is one account, written in one way.
#![no_main]

use libfuzzer_sys::fuzz_target;
use torg_ton::{Network, address};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for network in [Network::Mainnet, Network::Testnet] {
        let Ok(written) = address::parse(text, network) else {
            continue;
        };
        assert_eq!(written.address.workchain, 0);
        for bounceable in [true, false] {
            let shown = address::show(&written.address, network, bounceable);
            let again = address::parse(&shown, network).expect("our own writing");
            assert_eq!(again.address, written.address);
            assert_eq!(again.bounceable, Some(bounceable));
        }
        // Nothing but the person's own spelling, or the test networks' mark, makes a difference.
        let text = text.trim();
        match written.bounceable {
            None => assert!(text.eq_ignore_ascii_case(&written.address.to_string())),
            Some(bounceable) => {
                let text = text.replace('+', "-").replace('/', "_");
                let forms = [Network::Mainnet, Network::Testnet]
                    .map(|network| address::show(&written.address, network, bounceable));
                assert!(forms.contains(&text), "{text} is none of {forms:?}");
            }
        }
    }
});
