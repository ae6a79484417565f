//! `GET /_sandbox/open/{person}`: the Mini App in a tab of its own.

use super::{START, TOKEN, get, sandbox};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use torg_platform::Clock;
use torg_sandbox::people::everybody;
use torg_telegram::init_data::{SecretKey, verify};

/// Where a link leads: the address, and what its hash says.
async fn led(path: &str) -> (String, BTreeMap<String, String>) {
    let (status, headers, _) = get(&sandbox(Clock::manual(START)), path).await;
    assert_eq!(status, 302, "{path}");
    assert_eq!(headers["cache-control"], "no-store");
    let there = headers["location"].to_str().unwrap();
    let (address, hash) = there.split_once('#').unwrap();
    assert!(!hash.contains('+'), "a plus may be read as a space: {hash}");
    let pairs = form_urlencoded::parse(hash.as_bytes()).into_owned();
    (address.to_owned(), pairs.collect())
}

#[tokio::test]
async fn everybody_is_who_they_are() {
    let key = SecretKey::from_token(TOKEN);
    for person in everybody() {
        let (address, hash) = led(&format!("/_sandbox/open/{}", person.id)).await;
        assert_eq!(address, "/app/");
        let names: Vec<_> = hash.keys().map(String::as_str).collect();
        let wanted = [
            "tgWebAppData",
            "tgWebAppPlatform",
            "tgWebAppThemeParams",
            "tgWebAppVersion",
        ];
        assert_eq!(names, wanted);
        let data = verify(&hash["tgWebAppData"], &key, START, Duration::ZERO).unwrap();
        assert_eq!(data.user, person.user());
        assert_eq!(data.start_param, None);
        assert_eq!(hash["tgWebAppThemeParams"], "{}");
    }
}

#[tokio::test]
async fn at_the_moment_when_it_is_followed_and_never_twice_the_same() {
    let clock = Clock::manual(START);
    let router = sandbox(clock.clone());
    clock.advance(Duration::from_secs(90_000)).unwrap();
    let key = SecretKey::from_token(TOKEN);
    let mut seen = BTreeSet::new();
    for _ in 0..2 {
        let (_, headers, _) = get(&router, "/_sandbox/open/1001").await;
        let hash = headers["location"]
            .to_str()
            .unwrap()
            .split_once('#')
            .unwrap()
            .1;
        let pairs: BTreeMap<_, _> = form_urlencoded::parse(hash.as_bytes()).collect();
        let raw = &pairs["tgWebAppData"];
        let data = verify(raw, &key, clock.now(), Duration::ZERO).unwrap();
        assert!(seen.insert(data.fingerprint));
    }
}

#[tokio::test]
async fn a_page_a_start_and_colours() {
    let theme = "%7B%22bg_color%22:%22%23ffffff%22%7D";
    let path = format!("/_sandbox/open/3001?to=admin/users&start=order_7&theme={theme}");
    let (address, hash) = led(&path).await;
    assert_eq!(address, "/app/admin/users?tgWebAppStartParam=order_7");
    assert_eq!(hash["tgWebAppStartParam"], "order_7");
    assert_eq!(hash["tgWebAppThemeParams"], r##"{"bg_color":"#ffffff"}"##);
    let key = SecretKey::from_token(TOKEN);
    let data = verify(&hash["tgWebAppData"], &key, START, Duration::ZERO).unwrap();
    assert_eq!(data.start_param.as_deref(), Some("order_7"));
}

#[tokio::test]
async fn nobody_and_nowhere() {
    let router = sandbox(Clock::manual(START));
    for (path, wanted) in [
        ("9999", 404),
        ("nobody", 400),
        ("1001?to=/evil.example", 400),
        ("1001?to=//evil.example", 400),
        ("1001?to=a%0d%0ax:%20y", 400),
        ("1001?to=a%23b", 400),
        ("1001?to=..", 400),
        ("1001?start=a%20b", 400),
        ("1001?start=a%26b", 400),
        ("1001?theme=%5B%5D", 400),
        ("1001?theme=%7B%22bg_color%22:1%7D", 400),
        ("1001?theme=%7B%22bg_color%22:%22red%22%7D", 400),
    ] {
        let (status, headers, _) = get(&router, &format!("/_sandbox/open/{path}")).await;
        assert_eq!(status, wanted, "{path}");
        assert!(!headers.contains_key("location"), "{path}");
    }
}
