//! Orders in the chat: timelines, answers, takes by button, offers, reminders.

use crate::app::{CONTACT, CUSTOMER};
use crate::chat::{Chat, MIGRATIONS};
use futures_util::future::join_all;
use serde_json::json;
use torg_testkit::{TestDb, both_engines};

/// The customer's message about an order.
pub(crate) fn own(id: &str) -> String {
    format!("services.order/{id}/customer")
}

/// The message of an executor about an order.
pub(crate) fn take(id: &str, who: i64) -> String {
    format!("services.take/{id}/{who}")
}

pub(crate) async fn subscribe(chat: &Chat, who: i64) {
    let wanted = json!({"categories": ["plumbing"], "cities": ["москва"]});
    let answer = chat.app.put(who, "/api/users/me/preferences", wanted).await;
    assert_eq!(answer.says(), "200");
}

both_engines! { MIGRATIONS =>
    async fn an_order_is_offered_taken_answered_and_done_in_the_chat(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER, 10, 11, 12]).await;
        for who in [10, 11] {
            subscribe(&chat, who).await;
        }
        let id = chat.app.order().await;
        chat.settle().await;
        let offered = chat.get(&take(&id, 10)).await;
        assert_eq!(offered.buttons(), [
            format!("take:{id}:200"),
            format!("https://t.me/torg_test_bot?startapp=order_{id}"),
        ]);
        assert!(offered.text.contains("Москва") && offered.text.contains("07:04"), "{}", offered.text);
        assert!(chat.find(&take(&id, 12)).await.is_none(), "12 has not subscribed");
        let posted = chat.get(&own(&id)).await;
        assert!(posted.has(&format!("close:{id}")), "{posted:?}");

        chat.app.fund(10, 5).await;
        let said = chat.press(10, &take(&id, 10), &format!("take:{id}:200")).await;
        assert!(said.contains("3 ₽"), "{said}");
        let taken = chat.get(&take(&id, 10)).await;
        assert!(taken.text.contains(CONTACT));
        assert!(taken.has(&format!("copy {CONTACT}")) && taken.has("https://t.me/canary_contact"));
        let first = chat.get(&format!("services.order/{id}/remind/0")).await;
        assert!(first.has(&format!("answered:{id}")) && !first.content.silent);

        let said = chat.press(CUSTOMER, &first.key, &format!("answered:{id}")).await;
        assert_eq!(said, "Отмечено: вы ответили");
        let first = chat.get(&first.key).await;
        assert!(first.buttons().is_empty(), "an old reminder has no button");
        assert!(chat.get(&own(&id)).await.text.contains("Вы ответили"));
        assert!(chat.get(&take(&id, 10)).await.text.contains("Заказчик ответил"));
        let said = chat.press_old(CUSTOMER, &first.key, &format!("answered:{id}")).await;
        assert_eq!(said, "Вы уже отметили, что ответили");

        chat.press(CUSTOMER, &own(&id), &format!("done:{id}")).await;
        let done = chat.get(&own(&id)).await;
        assert!(done.text.contains("Выполнено"), "{}", done.text);
        assert!(done.has(&format!("star:{id}:10:5")), "{:?}", done.buttons());
        assert!(chat.get(&take(&id, 10)).await.text.contains("Выполнено вами"));
        let other = chat.get(&take(&id, 11)).await;
        assert!(other.buttons().is_empty() && other.text.contains("выполнен"), "{}", other.text);
        assert_eq!(chat.app.status(&id).await, "completed");
    }

    async fn the_same_press_twice_is_one_take(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER, 10]).await;
        subscribe(&chat, 10).await;
        chat.app.fund(10, 10).await;
        let id = chat.app.order().await;
        chat.settle().await;
        let press = chat.pressing(10, &take(&id, 10), &format!("take:{id}:200")).await;
        chat.receive(&press).await;
        chat.receive(&press).await;
        // Once more by hand: it is theirs already.
        chat.press_old(10, &take(&id, 10), &format!("take:{id}:200")).await;
        assert_eq!((chat.app.balance(10).await, chat.app.revenue().await), (800, 200));
        assert_eq!(chat.count("/remind/0").await, 1);
        assert_eq!(chat.count(&take(&id, 10)).await, 1);
    }

    async fn two_run_for_the_last_place_by_buttons(t: TestDb) {
        let chat = Chat::start(t).await;
        let who: Vec<i64> = (10..16).collect();
        chat.meet(who.iter().copied().chain([CUSTOMER])).await;
        for who in &who {
            subscribe(&chat, *who).await;
            chat.app.fund(*who, 2).await;
        }
        let id = chat.app.order().await;
        chat.settle().await;
        let presses = join_all(who.iter().map(async |who| {
            chat.pressing(*who, &take(&id, *who), &format!("take:{id}:200")).await
        })).await;
        join_all(presses.iter().map(|press| chat.receive(press))).await;
        chat.settle().await;
        let mut winners = 0;
        for who in &who {
            let message = chat.get(&take(&id, *who)).await;
            let won = message.text.contains(CONTACT);
            winners += usize::from(won);
            assert_eq!(chat.app.balance(*who).await, if won { 0 } else { 200 });
            assert_eq!(message.text.contains("уже взяли трое"), !won, "{}", message.text);
        }
        assert_eq!((winners, chat.app.revenue().await), (3, 600));
    }

    async fn silence_gives_everybody_the_money_back_and_says_so_once(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER, 10, 11]).await;
        let id = chat.app.order().await;
        for who in [10, 11] {
            chat.app.fund(who, 2).await;
            chat.app.act(who, &id, "take").await;
        }
        chat.settle().await;
        for _ in 0..20 {
            chat.minutes(1).await;
        }
        for who in [10, 11] {
            let back = chat.get(&format!("{}/refund", take(&id, who))).await;
            assert!(back.text.contains("2 ₽") && !back.content.silent, "{}", back.text);
            assert!(chat.get(&take(&id, who)).await.text.contains("Вернули 2 ₽"));
        }
        assert_eq!(chat.count("/refund").await, 2);
        let closed = chat.get(&own(&id)).await;
        assert!(closed.text.contains("вернули деньги"), "{}", closed.text);
        assert_eq!(closed.buttons(), [format!("repeat:{id}")]);
        // Four reminders and the second take, all without buttons by now.
        for n in 0..4 {
            assert!(chat.get(&format!("services.order/{id}/remind/{n}")).await.buttons().is_empty());
        }
        assert!(chat.get(&format!("services.order/{id}/taken/2")).await.buttons().is_empty());
    }

    async fn after_a_standstill_only_the_newest_reminder_comes(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER]).await;
        let id = chat.app.order().await;
        chat.app.fund(10, 2).await;
        chat.app.act(10, &id, "take").await;
        chat.app.minutes(12);
        chat.settle().await;
        assert_eq!(chat.count("/remind/").await, 1);
        let reminder = chat.get(&format!("services.order/{id}/remind/2")).await;
        assert!(reminder.text.contains("3 мин"), "{}", reminder.text);
        chat.app.act(CUSTOMER, &id, "respond").await;
        chat.minutes(2).await;
        assert_eq!(chat.count("/remind/").await, 1, "none after the answer");
    }

    async fn the_same_event_again_says_nothing_new(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER, 10, 11]).await;
        let id = chat.app.order().await;
        for who in [10, 11] {
            chat.app.fund(who, 2).await;
            chat.app.act(who, &id, "take").await;
        }
        chat.settle().await;
        chat.minutes(15).await;
        let before: Vec<_> = chat.shown().await.into_iter().map(|m| (m.key, m.text)).collect();
        for topic in ["order_created", "order_taken", "order_closed"] {
            chat.repeat(&format!("services.{topic}")).await;
        }
        let after: Vec<_> = chat.shown().await.into_iter().map(|m| (m.key, m.text)).collect();
        assert_eq!(before, after);
    }

    async fn an_offer_that_nobody_took_ends_with_its_hour(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER, 10]).await;
        subscribe(&chat, 10).await;
        let id = chat.app.order().await;
        chat.settle().await;
        chat.minutes(59).await;
        assert!(chat.get(&take(&id, 10)).await.has(&format!("take:{id}:200")));
        let old = chat.pressing(10, &take(&id, 10), &format!("take:{id}:200")).await;
        chat.minutes(1).await;
        let offer = chat.get(&take(&id, 10)).await;
        assert!(offer.buttons().is_empty() && offer.content.silent, "{offer:?}");
        assert!(offer.text.contains("истекло"), "{}", offer.text);
        chat.app.fund(10, 2).await;
        chat.receive(&old).await;
        let said = chat.said_over(old["callback_query"]["id"].as_str().unwrap()).await;
        assert_eq!(said, "Заказ уже не активен");
        assert_eq!(chat.app.balance(10).await, 200);
        let own = chat.get(&own(&id)).await;
        assert!(own.text.contains("Никто не откликнулся") && own.has(&format!("repeat:{id}")));
    }

    async fn closing_asks_first_and_gives_the_money_back(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER, 10]).await;
        let id = chat.app.order().await;
        chat.app.fund(10, 2).await;
        chat.app.act(10, &id, "take").await;
        chat.settle().await;
        chat.press(CUSTOMER, &own(&id), &format!("close:{id}")).await;
        assert_eq!(chat.app.status(&id).await, "active");
        chat.press(CUSTOMER, &own(&id), &format!("order:{id}")).await;
        assert!(chat.get(&own(&id)).await.has(&format!("answered:{id}")), "back again");
        chat.press(CUSTOMER, &own(&id), &format!("close:{id}")).await;
        chat.press(CUSTOMER, &own(&id), &format!("close:{id}:yes")).await;
        assert_eq!((chat.app.status(&id).await.as_str(), chat.app.balance(10).await), ("closed_no_response", 200));
        assert_eq!(chat.count("/refund").await, 1);
        // An order that nobody took is taken back.
        let id = chat.app.order_of(CUSTOMER, "@second_contact").await;
        chat.settle().await;
        chat.press(CUSTOMER, &own(&id), &format!("close:{id}")).await;
        chat.press(CUSTOMER, &own(&id), &format!("close:{id}:yes")).await;
        assert!(chat.get(&own(&id)).await.text.contains("Заказ снят"));
    }

    async fn a_link_shows_the_order_by_who_opens_it_in_their_language(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER, 10, 500]).await;
        let id = chat.app.order().await;
        chat.app.fund(10, 2).await;
        chat.app.fund(500, 2).await;
        chat.app.act(10, &id, "take").await;
        chat.settle().await;
        for who in [CUSTOMER, 10, 500] {
            chat.say(who, &format!("/start order_{id}")).await;
        }
        assert!(chat.last(CUSTOMER).await.has(&format!("answered:{id}")));
        assert!(chat.last(10).await.text.contains(CONTACT));
        let stranger = chat.last(500).await;
        assert!(stranger.text.contains("Taken already: 1 of 3"), "{}", stranger.text);
        let said = chat.press(500, &stranger.key, &format!("take:{id}:200")).await;
        assert_eq!(said, "The contact is yours. Balance: 0 ₽");
        assert!(chat.get(&take(&id, 500)).await.text.contains(CONTACT));
        let below = chat.get(&stranger.key).await;
        assert!(below.buttons().is_empty() && below.text.contains("below"), "{}", below.text);
        chat.say(500, "/start order_AAAAAAAAAAAA").await;
        assert_eq!(chat.last(500).await.text, "There is no such order");
    }
}
