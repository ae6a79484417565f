//! Conversations: a new order, a subscription, money, stars, complaints, and people who write to
//! each other.

use crate::app::{App, CONTACT, CUSTOMER};
use crate::bot::{own, subscribe, take};
use crate::chat::{Chat, MIGRATIONS};
use futures_util::future::BoxFuture;
use serde_json::json;
use std::sync::{Arc, LazyLock};
use torg_platform::config::Secret;
use torg_platform::outbox::Failure;
use torg_platform::payments::{Checkout, Notice, Payment, Provider, Providers, Refund};
use torg_testkit::{TestDb, both_engines};

const JOB: &str = "Нужно собрать шкаф из трёх секций, инструмент есть";

/// A provider that must be asked where its invoices are paid.
#[derive(Debug)]
struct Asked;

impl Provider for Asked {
    fn name(&self) -> &'static str {
        "asked"
    }

    fn link(&self, _: &Payment) -> Option<Checkout> {
        None
    }

    fn start<'a>(
        &'a self,
        payment: &'a Payment,
    ) -> BoxFuture<'a, Result<Option<Checkout>, Failure>> {
        let url = format!("https://t.test/$invoice-{}", payment.amount_minor);
        Box::pin(async move {
            Ok(Some(Checkout {
                pay_url: None,
                mini_app_invoice_url: Some(url),
            }))
        })
    }

    fn refund<'a>(&'a self, _: &'a Payment, _: &'a Refund) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async { Ok(()) })
    }

    fn secret(&self) -> &Secret {
        static NONE: LazyLock<Secret> = LazyLock::new(|| Secret::new(String::new()));
        &NONE
    }

    fn read_notice(&self, _: &[u8]) -> torg_platform::Result<Notice> {
        Err(torg_platform::Error::field("body", "is not read"))
    }
}

async fn taken_by(chat: &Chat, who: &[i64]) -> String {
    let id = chat.app.order().await;
    for who in who {
        chat.app.fund(*who, 2).await;
        assert_eq!(chat.app.act(*who, &id, "take").await.says(), "200");
    }
    chat.settle().await;
    id
}

both_engines! { MIGRATIONS =>
    async fn an_order_by_conversation(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER]).await;
        chat.say(CUSTOMER, "/new").await;
        chat.say(CUSTOMER, "Космонавтика").await;
        assert!(chat.last(CUSTOMER).await.text.contains("Такой категории нет"));
        chat.press_last(CUSTOMER, "new:cat:assembly").await;
        // The question stands where the button was.
        assert!(chat.last(CUSTOMER).await.text.contains("В каком городе"));
        chat.say(CUSTOMER, "М").await;
        assert!(chat.last(CUSTOMER).await.text.contains("от 2 до 100"));
        chat.say(CUSTOMER, "новгород").await;
        let cities = chat.last(CUSTOMER).await;
        let names = cities.content.buttons.iter().flatten().map(|b| b.text.clone()).collect::<Vec<_>>();
        let n = names.iter().position(|name| name == "Великий Новгород").expect("it is offered");
        chat.press_last(CUSTOMER, &format!("new:city:{n}")).await;
        chat.say(CUSTOMER, "коротко").await;
        assert!(chat.last(CUSTOMER).await.text.contains("от 20 до 1000"));
        chat.say(CUSTOMER, JOB).await;
        chat.say(CUSTOMER, "позвоните мне").await;
        assert!(chat.last(CUSTOMER).await.text.contains("Нужно @имя"));
        chat.press_last(CUSTOMER, "new:mine").await;
        let preview = chat.last(CUSTOMER).await;
        for part in ["Сборка", "Великий Новгород", JOB, "@account_1"] {
            assert!(preview.text.contains(part), "{part} is not in {}", preview.text);
        }
        chat.press_last(CUSTOMER, "new:change:contact").await;
        chat.say(CUSTOMER, "8 (916) 123-45-67").await;
        let preview = chat.last(CUSTOMER).await;
        assert!(preview.text.contains("8 (916) 123-45-67"), "{}", preview.text);
        let post = chat.pressing(CUSTOMER, &preview.key, "new:post").await;
        chat.receive(&post).await;
        chat.receive(&post).await;
        let said = chat.press_old(CUSTOMER, &preview.key, "new:post").await;
        assert!(said.contains("черновик"), "{said}");

        let list = chat.app.get(CUSTOMER, "/api/orders?mine=true").await;
        assert_eq!(list.body["total"], 1);
        let order = &list.body["orders"][0];
        assert_eq!((&order["category"], &order["city"], &order["description"]),
            (&json!("Сборка/установка"), &json!("Великий Новгород"), &json!(JOB)));
        let id = order["id"].as_str().unwrap();
        let own_order = chat.app.get(CUSTOMER, &format!("/api/orders/{id}")).await;
        assert_eq!(own_order.body["contact"], "8 (916) 123-45-67");
        assert!(chat.get(&own(id)).await.text.contains("Заказ размещён"));
        assert!(chat.get(&preview.key).await.buttons().is_empty());

        // The same contact again: the question about it opens, and nothing is lost.
        chat.press_old(CUSTOMER, &own(id), &format!("repeat:{id}")).await;
        let said = chat.press_last(CUSTOMER, "new:post").await;
        assert!(said.contains("уже есть активный заказ"), "{said}");
        chat.say(CUSTOMER, "@another_name").await;
        chat.press_last(CUSTOMER, "new:post").await;
        let list = chat.app.get(CUSTOMER, "/api/orders?mine=true").await;
        assert_eq!(list.body["total"], 2);
        chat.say(CUSTOMER, "/orders").await;
        assert_eq!(chat.count("services.reply/").await, chat.count("services.reply/").await);
        assert!(chat.was_told(CUSTOMER, "Исполнители видят заказ").await);
    }

    async fn a_draft_can_be_dropped(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER]).await;
        chat.say(CUSTOMER, "/new").await;
        chat.press_last(CUSTOMER, "new:cancel").await;
        chat.say(CUSTOMER, JOB).await;
        assert!(chat.last(CUSTOMER).await.text.contains("Не понимаю"));
    }

    async fn a_subscription_is_that_of_the_app(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([10]).await;
        chat.say(10, "/subscribe").await;
        let key = chat.last(10).await.key;
        for data in ["sub:cat:plumbing", "sub:cat:cleaning", "sub:cat:plumbing", "sub:freq:15"] {
            chat.press(10, &key, data).await;
        }
        chat.press(10, &key, "sub:city").await;
        chat.say(10, "москва").await;
        let view = chat.last(10).await;
        assert!(view.has("sub:del:0") && view.text.contains("15 мин"), "{}", view.text);
        chat.press(10, &view.key, "sub:off").await;
        let wanted = chat.app.get(10, "/api/users/me/preferences").await;
        assert_eq!(wanted.body, json!({"categories": ["Клининг"], "cities": ["Москва"]}));
        let settings = chat.app.get(10, "/api/users/me/notification-settings").await;
        assert_eq!(settings.body, json!({"enabled": false, "frequency": 15}));
        chat.press(10, &view.key, "sub:city").await;
        chat.say(10, "новгород").await;
        chat.press_last(10, "sub:pick:0").await;
        let last = chat.last(10).await;
        chat.press(10, &last.key, "sub:del:0").await;
        let wanted = chat.app.get(10, "/api/users/me/preferences").await;
        assert_eq!(wanted.body["cities"].as_array().unwrap().len(), 1);
        assert_ne!(wanted.body["cities"][0], "Москва");
    }

    async fn too_little_money_leads_to_an_invoice_and_the_contact(t: TestDb) {
        let chat = Chat::around(App::with_payments(t).await);
        chat.meet([CUSTOMER, 10]).await;
        subscribe(&chat, 10).await;
        let id = chat.app.order().await;
        chat.settle().await;
        let said = chat.press(10, &take(&id, 10), &format!("take:{id}:200")).await;
        assert!(said.contains("Не хватает денег"), "{said}");
        assert!(chat.get(&take(&id, 10)).await.has(&format!("take:{id}:200")), "it can still be taken");
        chat.press_last(10, "topup:100").await;
        let invoice = chat.last(10).await;
        let url = invoice.buttons().into_iter().next().expect("a button to pay");
        assert!(url.starts_with("https://pay.test/_fake_payments/balance/"), "{url}");
        let paid = chat.app.post(0, url.trim_start_matches("https://pay.test"), None).await;
        assert_eq!(paid.says(), "200");
        chat.settle().await;
        let invoice = chat.get(&invoice.key).await;
        assert!(invoice.buttons().is_empty() && invoice.text.contains("На балансе 100 ₽"), "{}", invoice.text);
        chat.press(10, &take(&id, 10), &format!("take:{id}:200")).await;
        assert!(chat.get(&take(&id, 10)).await.text.contains(CONTACT));
        chat.say(10, "/balance").await;
        let balance = chat.last(10).await;
        assert!(balance.text.contains("98 ₽") && balance.has("topup:500"), "{}", balance.text);
    }

    async fn an_invoice_whose_place_is_asked_for_comes_afterwards(t: TestDb) {
        let providers = Providers::new(vec![Arc::new(Asked)]);
        let chat = Chat::around(App::build(t, |_| {}, false, providers).await);
        chat.meet([10]).await;
        chat.say(10, "/balance").await;
        let balance = chat.last(10).await.key;
        let press = chat.pressing(10, &balance, "topup:300").await;
        chat.receive(&press).await;
        chat.receive(&press).await;
        assert_eq!(chat.count("services.topup/").await, 1, "one press, one invoice");
        let invoice = chat.last(10).await;
        assert_eq!(invoice.buttons(), ["https://t.test/$invoice-30000"]);
    }

    async fn stars_count_at_once_and_words_may_follow(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER, 10, 11]).await;
        let id = taken_by(&chat, &[10, 11]).await;
        chat.press(CUSTOMER, &own(&id), &format!("done:{id}")).await;
        // Two have taken it: who was it?
        chat.press(CUSTOMER, &own(&id), &format!("done:{id}:11")).await;
        assert!(chat.get(&take(&id, 10)).await.text.contains("другой исполнитель"));
        chat.press(CUSTOMER, &own(&id), &format!("star:{id}:11:4")).await;
        let reviews = chat.app.get(11, "/api/reviews?mine=true").await;
        assert_eq!((&reviews.body[0]["rating"], &reviews.body[0]["comment"]), (&json!(4), &json!(null)));
        assert!(chat.get(&take(&id, 11)).await.text.contains("4 ★"));
        let long = "о".repeat(501);
        chat.say(CUSTOMER, &long).await;
        assert!(chat.last(CUSTOMER).await.text.contains("до 500"));
        chat.say(CUSTOMER, "Быстро и <b>аккуратно</b>").await;
        let reviews = chat.app.get(11, "/api/reviews?mine=true").await;
        assert_eq!(reviews.body[0]["comment"], "Быстро и <b>аккуратно</b>");
        chat.say(CUSTOMER, "И ещё").await;
        let reviews = chat.app.get(11, "/api/reviews?mine=true").await;
        assert_eq!(reviews.body[0]["comment"], "Быстро и <b>аккуратно</b>");
        let said = chat.press_old(CUSTOMER, &own(&id), &format!("star:{id}:11:1")).await;
        assert_eq!(said, "Оценка уже поставлена");
    }

    async fn an_executor_complains_with_a_button(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER, 10, 12]).await;
        let id = taken_by(&chat, &[10]).await;
        chat.press(10, &take(&id, 10), &format!("complain:{id}")).await;
        assert_eq!(chat.last(10).await.buttons().len(), 5);
        chat.press_last(10, &format!("complain:{id}:no_answer")).await;
        let check = chat.app.get(10, &format!("/api/reviews/check?order_id={id}")).await;
        assert_eq!(check.body, json!({"submitted": true, "type": "complaint"}));
        let said = chat.press_old(12, &take(&id, 10), &format!("complain:{id}:other")).await;
        assert_eq!(said, "Вы не брали этот заказ");
    }

    async fn both_sides_write_to_each_other_without_names(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER, 10, 11, 12]).await;
        let id = taken_by(&chat, &[10, 11]).await;
        chat.press(10, &take(&id, 10), &format!("talk:{id}:10")).await;
        chat.say(10, "Здравствуйте, буду через час <ok>").await;
        let got = chat.last(CUSTOMER).await;
        assert!(got.text.contains("Исполнитель 1") && got.text.contains("&lt;ok&gt;"), "{}", got.text);
        assert!(got.has(&format!("answered:{id}")) && got.has(&format!("talk:{id}:10")));
        for name in ["Человек10", "account_10"] {
            assert!(!got.text.contains(name), "{}", got.text);
        }
        chat.reply(CUSTOMER, &got.key, "Хорошо, жду").await;
        let answer = chat.last(10).await;
        assert!(answer.text.contains("Заказчик") && answer.text.contains("Хорошо, жду"));
        assert!(!chat.was_told(11, "Хорошо, жду").await && !chat.was_told(12, "Хорошо, жду").await);
        // Writing is no answer yet; the customer is told so once.
        let order = chat.app.get(CUSTOMER, &format!("/api/orders/{id}")).await;
        assert!(order.body["customer_responded_at"].is_null());
        chat.reply(CUSTOMER, &got.key, "Домофон не работает").await;
        let hint = format!("services.order/{id}/hint");
        assert_eq!(chat.count(&hint).await, 1);
        chat.press(CUSTOMER, &hint, &format!("answered:{id}")).await;
        assert!(chat.get(&hint).await.buttons().is_empty());
        // The button under what the executor wrote is of no use any more; the words stay.
        chat.press_old(CUSTOMER, &got.key, &format!("answered:{id}")).await;
        let kept = chat.get(&got.key).await;
        assert!(kept.text == got.text && kept.buttons() == [format!("talk:{id}:10")], "{kept:?}");

        // The line stays open until it is closed.
        chat.say(10, "Понял").await;
        assert!(chat.last(CUSTOMER).await.text.contains("Понял"));
        chat.say(10, "/stop").await;
        chat.say(10, "Никому").await;
        assert!(!chat.was_told(CUSTOMER, "Никому").await);
        // A third person has no line.
        let said = chat.press_old(12, &take(&id, 10), &format!("talk:{id}:10")).await;
        assert_eq!(said, "Вы не брали этот заказ");
        let said = chat.press_old(11, &take(&id, 11), &format!("talk:{id}:10")).await;
        assert_eq!(said, "Вы не брали этот заказ");
        chat.press_old(CUSTOMER, &own(&id), &format!("talk:{id}:12")).await;
        chat.reply(12, &got.key, "Подслушал").await;
        assert!(!chat.was_told(10, "Подслушал").await && !chat.was_told(CUSTOMER, "Подслушал").await);
    }

    async fn a_flood_is_stopped_and_a_day_after_the_order_the_line_is_closed(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER, 10]).await;
        let id = taken_by(&chat, &[10]).await;
        chat.app.act(CUSTOMER, &id, "respond").await;
        chat.press(10, &take(&id, 10), &format!("talk:{id}:10")).await;
        for n in 0..25 {
            chat.say(10, &format!("сообщение {n}.")).await;
        }
        assert_eq!(chat.count("services.relay/").await, 20);
        assert!(chat.last(10).await.text.contains("Слишком часто"));
        chat.minutes(60).await;
        chat.press(10, &take(&id, 10), &format!("talk:{id}:10")).await;
        chat.minutes(24 * 60 - 30).await;
        chat.press(10, &take(&id, 10), &format!("talk:{id}:10")).await;
        chat.say(10, "ещё можно").await;
        assert!(chat.was_told(CUSTOMER, "ещё можно").await);
        chat.minutes(31).await;
        chat.say(10, "уже поздно").await;
        assert!(!chat.was_told(CUSTOMER, "уже поздно").await);
        assert!(chat.last(10).await.text.contains("закончена"));
    }
}
