//! Hostile updates of Telegram: never a panic, and what is accepted has the number that anybody
//! else reads.
#![no_main]

use libfuzzer_sys::fuzz_target;
use torg_telegram::api::Update;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(update) = Update::parse(text) else {
        return;
    };
    drop(format!("{update:?}"));
    // Who reads all of it reads the same; it may refuse a text that is nothing to us.
    if let Ok(value) = serde_json::from_str::<serde_json::Value>(text) {
        let object = value.as_object().expect("an update is an object");
        assert_eq!(object["update_id"].as_i64(), Some(update.update_id));
    }
});
