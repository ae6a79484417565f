//! Orders as subscribers hear of them: at their own pace, in small units of work, and no longer
//! than there is something to take.

use crate::app::{CONTACT, CUSTOMER};
use crate::bot::{own, subscribe, take};
use crate::chat::{Chat, MIGRATIONS};
use http::Method;
use serde_json::json;
use torg_platform::db::{One, Tx};
use torg_platform::jobs::Step;
use torg_testkit::{TestDb, both_engines};

torg_platform::sql! {
    fn count_notices() -> One<i64> = "SELECT count(*) FROM services_notices";
    fn count_broadcasts() -> One<i64> = "SELECT count(*) FROM services_broadcasts";
}

async fn counted(
    chat: &Chat,
    count: fn(&mut Tx<'_>) -> torg_platform::db::Result<One<i64>>,
) -> i64 {
    let read = move |tx: &mut Tx<'_>| Ok::<_, torg_platform::Error>(count(tx)?.0);
    chat.app.t.db.read("count", read).await.unwrap()
}

async fn delete(chat: &Chat, id: &str) {
    let path = format!("/api/orders/{id}");
    let answer = chat
        .app
        .send(CUSTOMER, Method::DELETE, &path, None, &[])
        .await;
    assert_eq!(answer.says(), "204");
    chat.settle().await;
}

/// An order of its own contact, `n` of them.
async fn orders(chat: &Chat, n: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..n {
        ids.push(
            chat.app
                .order_of(CUSTOMER, &format!("@digest_{n}_contact"))
                .await,
        );
        chat.settle().await;
        chat.app.t.advance(std::time::Duration::from_secs(1));
    }
    ids
}

both_engines! { MIGRATIONS =>
    async fn what_comes_in_during_a_pause_is_one_digest(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER, 10]).await;
        subscribe(&chat, 10).await;
        chat.app.fund(10, 10).await;
        let ids = orders(&chat, 5).await;
        assert!(chat.find(&take(&ids[0], 10)).await.is_some(), "the first one at once");
        assert_eq!(chat.of(10).await.len(), 2, "its offer and the greeting");
        // One of those that wait is gone by the time.
        delete(&chat, &ids[4]).await;
        chat.minutes(9).await;
        assert_eq!(chat.count("services.digest/").await, 0);
        chat.minutes(1).await;
        let key = format!("services.digest/{}/10", ids[1]);
        let digest = chat.get(&key).await;
        let expected: Vec<String> = ids[1..4].iter().map(|id| format!("take:{id}:200")).collect();
        assert_eq!(digest.buttons(), expected);
        assert!(digest.text.contains("3 новых заказа"), "{}", digest.text);

        chat.press(10, &key, &format!("take:{}:200", ids[2])).await;
        assert!(chat.get(&take(&ids[2], 10)).await.text.contains("@digest_2_contact"));
        let left = chat.get(&key).await;
        assert!(!left.has(&format!("take:{}:200", ids[2])) && left.has(&format!("take:{}:200", ids[1])));
        delete(&chat, &ids[1]).await;
        delete(&chat, &ids[3]).await;
        let empty = chat.get(&key).await;
        assert!(empty.buttons().is_empty() && empty.content.silent, "{}", empty.text);
        // Nothing came in: nothing is said.
        chat.minutes(30).await;
        assert_eq!(chat.count("services.digest/").await, 1);
    }

    async fn one_order_in_a_pause_is_an_offer_and_a_shorter_pause_ends_sooner(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER, 10]).await;
        subscribe(&chat, 10).await;
        let ids = orders(&chat, 2).await;
        chat.minutes(6).await;
        assert!(chat.find(&take(&ids[1], 10)).await.is_none());
        let shorter = json!({"frequency": 5});
        chat.app.put(10, "/api/users/me/notification-settings", shorter).await;
        chat.settle().await;
        assert!(chat.get(&take(&ids[1], 10)).await.has(&format!("take:{}:200", ids[1])));
    }

    async fn who_does_not_want_or_cannot_be_reached_is_not_told(t: TestDb) {
        let chat = Chat::start(t).await;
        // 12 has never opened the chat.
        chat.meet([CUSTOMER, 10, 11]).await;
        for who in [CUSTOMER, 10, 11, 12] {
            subscribe(&chat, who).await;
        }
        let off = json!({"enabled": false});
        chat.app.put(10, "/api/users/me/notification-settings", off).await;
        let id = chat.app.order().await;
        chat.settle().await;
        for (who, told) in [(CUSTOMER, false), (10, false), (11, true), (12, false)] {
            assert_eq!(chat.find(&take(&id, who)).await.is_some(), told, "{who}");
        }
        let other = json!({"categories": ["cleaning"], "cities": ["Москва"]});
        chat.app.put(11, "/api/users/me/preferences", other).await;
        let id = chat.app.order_of(CUSTOMER, "@second_contact").await;
        chat.minutes(15).await;
        assert!(chat.find(&take(&id, 11)).await.is_none(), "not their category any more");
    }

    async fn a_crowd_is_told_in_small_units_once_each_and_told_when_it_is_over(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER]).await;
        let crowd = 1_000..1_250;
        chat.meet_crowd(crowd.clone()).await;
        for who in crowd.clone() {
            subscribe(&chat, who).await;
        }
        let id = chat.app.order().await;
        // The unit that posts it writes no message and asks nobody.
        assert_eq!((chat.count("services.take/").await, counted(&chat, count_broadcasts).await), (0, 0));
        chat.settle_events().await;
        assert_eq!(chat.step("services.offer").await, Step::More);
        assert_eq!(chat.count("services.take/").await, 100);
        chat.settle().await;
        assert_eq!(chat.count("services.take/").await, 250);
        assert_eq!(counted(&chat, count_notices).await, 250);

        // The same event again: nobody hears of it twice.
        chat.repeat("services.order_created").await;
        assert_eq!(chat.count("services.take/").await, 250);

        // Half of them have seen it.
        for who in 1_000..1_125 {
            chat.show(&take(&id, who)).await;
        }
        delete(&chat, &id).await;
        let now = chat.app.t.clock.now();
        for who in crowd {
            let message = chat.get(&take(&id, who)).await;
            assert!(message.buttons().is_empty() && message.content.silent);
            assert!(message.text.contains("снял"), "{}", message.text);
            let given_up = message.expires_at.is_some_and(|end| end <= now);
            assert!(message.was_sent || given_up, "nobody hears first that it is over");
        }
        assert_eq!(counted(&chat, count_notices).await, 0);
        assert_eq!(counted(&chat, count_broadcasts).await, 0);
    }

    async fn an_edit_is_shown_to_those_who_were_told(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER, 10]).await;
        subscribe(&chat, 10).await;
        let id = chat.app.order().await;
        chat.settle().await;
        let change = json!({"description": "Теперь это совсем другая работа на кухне"});
        chat.app.put(CUSTOMER, &format!("/api/orders/{id}"), change).await;
        chat.settle().await;
        let offer = chat.get(&take(&id, 10)).await;
        assert!(offer.text.contains("совсем другая") && offer.has(&format!("take:{id}:200")));
        assert!(chat.get(&own(&id)).await.text.contains("совсем другая"));
    }

    async fn the_contact_is_in_no_message_to_anybody_else(t: TestDb) {
        let chat = Chat::start(t).await;
        let takers = [10, 11, 12];
        let others = [13, 14, 15];
        chat.meet([CUSTOMER].into_iter().chain(takers).chain(others)).await;
        for who in takers.into_iter().chain(others) {
            subscribe(&chat, who).await;
        }
        // 14 and 15 are in their pause when it comes, so they hear of it in a digest.
        let first = chat.app.order_of(2, "@first_contact").await;
        chat.settle().await;
        let id = chat.app.order().await;
        let third = chat.app.order_of(2, "@third_contact").await;
        chat.settle().await;
        chat.minutes(10).await;
        for who in takers.into_iter().chain(others) {
            chat.say(who, &format!("/start order_{id}")).await;
            chat.say(who, "/orders").await;
        }
        for who in takers {
            chat.app.fund(who, 10).await;
            let key = format!("services.digest/{id}/{who}");
            chat.press(who, &key, &format!("take:{id}:200")).await;
        }
        chat.press_old(13, &format!("services.digest/{id}/13"), &format!("take:{id}:200")).await;
        chat.press_old(14, &own(&id), &format!("order:{id}")).await;
        chat.press_old(14, &own(&id), &format!("done:{id}")).await;
        chat.press_old(14, &own(&id), &format!("repeat:{id}")).await;
        chat.press_old(14, &own(&id), &format!("close:{id}")).await;
        chat.press_old(14, &own(&id), &format!("talk:{id}:10")).await;
        chat.press_old(14, &own(&id), &format!("complain:{id}")).await;
        chat.minutes(30).await;
        for who in others {
            chat.say(who, &format!("/start order_{id}")).await;
            chat.say(who, "/orders").await;
        }
        let mut seen = std::collections::BTreeSet::new();
        for message in chat.shown().await {
            let content = serde_json::to_string(&message.content).unwrap();
            if content.contains(&CONTACT[1..]) {
                seen.insert(message.user);
            }
            assert!(!content.contains("first_contact") || message.user == 2, "{}", message.key);
            assert!(!content.contains("third_contact") || message.user == 2, "{}", message.key);
        }
        // The customer's messages are their own order; nobody shows them their contact.
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), takers);
        assert_ne!(first, third);
    }
}
