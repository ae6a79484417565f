//! `GET /_sandbox/people`.

use super::{START, TOKEN, get, sandbox};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use torg_platform::{Clock, UserId};
use torg_sandbox::people::{demo_people, staff};
use torg_telegram::init_data::{SecretKey, verify};

#[tokio::test]
async fn everybody_signs_at_the_moment_of_the_request() {
    let clock = Clock::manual(START);
    let router = sandbox(clock.clone());
    clock.advance(Duration::from_secs(90_000)).unwrap();
    let (status, headers, body) = get(&router, "/_sandbox/people").await;
    assert_eq!(status, 200);
    assert_eq!(headers["content-type"], "application/json");
    let people: Vec<Value> = serde_json::from_str(&body).unwrap();
    let known: Vec<_> = demo_people().into_iter().chain(staff()).collect();
    assert_eq!(people.len(), known.len());
    let key = SecretKey::from_token(TOKEN);
    for (shown, person) in people.iter().zip(known) {
        let raw = shown["init_data"].as_str().unwrap();
        let data = verify(raw, &key, clock.now(), Duration::ZERO).unwrap();
        assert_eq!(data.user, person.user());
    }
}

#[tokio::test]
async fn shape() {
    let (_, _, body) = get(&sandbox(Clock::manual(START)), "/_sandbox/people").await;
    let people: Vec<Value> = serde_json::from_str(&body).unwrap();
    for person in &people {
        let names: Vec<_> = person.as_object().unwrap().keys().collect();
        assert_eq!(
            names,
            ["id", "init_data", "name", "role", "username", "wallet"]
        );
        assert!(UserId(person["id"].as_i64().unwrap()).0 > 0);
    }
    assert_eq!(people[0]["name"], "Анна Соколова");
    assert_eq!(people[0]["username"], "anna_sokolova");
    assert_eq!(people[4]["username"], Value::Null);
    let roles: Vec<_> = people.iter().map(|p| p["role"].as_str().unwrap()).collect();
    assert_eq!(roles[0], "customer");
    assert_eq!(roles[1..5], ["executor"; 4]);
    let staff = ["operator", "finance", "moderator", "support", "read_only"];
    assert_eq!(roles[5..], staff);
}

/// Whoever exchanges initData for a session may insist on seeing it for the first time.
#[tokio::test]
async fn two_openings_within_a_second_differ() {
    let router = sandbox(Clock::manual(START));
    let key = SecretKey::from_token(TOKEN);
    let mut seen = BTreeSet::new();
    for _ in 0..2 {
        let (_, _, body) = get(&router, "/_sandbox/people").await;
        let people: Vec<Value> = serde_json::from_str(&body).unwrap();
        for person in people {
            let raw = person["init_data"].as_str().unwrap();
            let data = verify(raw, &key, START, Duration::ZERO).unwrap();
            assert!(seen.insert(data.fingerprint), "the same initData twice");
        }
    }
}
