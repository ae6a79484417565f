//! Hostile webhooks of a provider: header and body, divided by the first zero byte. Never a panic,
//! and nothing is believed that was not signed with the secret.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock};
use torg_platform::Timestamp;
use torg_platform::config::Secret;
use torg_platform::outbound::configured::HttpTransport;
use torg_platform::payments::{Provider as _, TestProvider, TestProviderOptions};
use torg_platform::signature::{hex as sign_hex, sign, verify, verify_hex};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

static SECRET: LazyLock<Secret> = LazyLock::new(|| Secret::new("a secret of the fuzzer"));
static PROVIDER: LazyLock<TestProvider> = LazyLock::new(|| {
    let options = TestProviderOptions {
        secret: SECRET.clone(),
        started: vec!["shop.order"],
        ..TestProviderOptions::default()
    };
    // It only reads here; nobody is called.
    TestProvider::new(options, Arc::new(HttpTransport::new().unwrap()))
});

/// The only signature that a body has.
fn genuine(at: Timestamp, body: &[u8]) -> String {
    let header = sign(&SECRET, at, body).unwrap();
    header.split_once("v1=").unwrap().1.to_owned()
}

fn check_signature(header: &[u8], body: &[u8]) {
    if verify(&SECRET, NOW, body, Some(header)).is_ok() {
        let text = std::str::from_utf8(header).unwrap().to_lowercase();
        let times = text
            .split(',')
            .filter_map(|part| part.trim().strip_prefix("t="));
        let at: i64 = times.last().unwrap().parse().unwrap();
        assert!(at.abs_diff(NOW.seconds()) <= 300);
        assert!(text.contains(&genuine(Timestamp::from_seconds(at), body)));
    }
    if verify_hex(&SECRET, body, Some(header)).is_ok() {
        let expected = sign_hex(&SECRET, body).unwrap();
        assert!(header.eq_ignore_ascii_case(expected.as_bytes()));
    }
    // What is genuine is believed, and not with one bit changed nor for another body.
    let mut header = sign(&SECRET, NOW, body).unwrap().into_bytes();
    assert!(verify(&SECRET, NOW, body, Some(&header)).is_ok());
    let mut other = body.to_vec();
    other.push(0);
    assert!(verify(&SECRET, NOW, &other, Some(&header)).is_err());
    let end = header.len() - 1;
    header[end] = if header[end] == b'0' { b'1' } else { b'0' };
    assert!(verify(&SECRET, NOW, body, Some(&header)).is_err());
}

fuzz_target!(|bytes: &[u8]| {
    let at = bytes.iter().position(|byte| *byte == 0).unwrap_or(0);
    let (header, rest) = bytes.split_at(at);
    let body = rest.strip_prefix(&[0]).unwrap_or(rest);
    check_signature(header, body);
    let Ok(notice) = PROVIDER.read_notice(body) else {
        return;
    };
    assert_eq!(notice.provider, TestProvider::NAME);
    assert!(notice.payment.is_some() || notice.subject.is_some());
    // Who reads all of it reads the same; it may refuse a text that is nothing to us.
    if let Ok(value) = serde_json::from_slice::<serde_json::Value>(body) {
        assert_eq!(value["event_id"], notice.event_id.as_str());
    }
});
