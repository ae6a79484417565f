//! What the operator sets while people take orders: another price, and a pause.

use crate::app::{Answer, App, CONTACT, CUSTOMER, MIGRATIONS, new_order};
use crate::chat::{self, Chat};
use futures_util::future::join_all;
use serde_json::json;
use std::time::Duration;
use torg_platform::audit::By;
use torg_platform::db::{One, Tx};
use torg_platform::settings::{Setting, Value};
use torg_testkit::{TestDb, both_engines};

torg_platform::sql! {
    fn count_takes() -> One<i64> = "SELECT count(*) FROM services_takes";
}

async fn takes(app: &App) -> i64 {
    let read = |tx: &mut Tx<'_>| Ok::<_, torg_platform::Error>(count_takes(tx)?.0);
    app.t.db.read("takes", read).await.unwrap()
}

async fn pause(app: &App, reason: &str) {
    let ctx = &app.services.ctx;
    let by = By::system("user/7");
    ctx.settings
        .pause(&ctx.db, "services", by, reason)
        .await
        .unwrap();
}

async fn resume(app: &App) {
    let ctx = &app.services.ctx;
    ctx.settings
        .resume(&ctx.db, "services", By::system("user/7"))
        .await
        .unwrap();
}

async fn set(app: &App, name: &str, seen: i64, value: Value) {
    let settings = torg_services::module(app.services.clone(), &chat::links()).settings;
    let setting: &Setting = settings
        .iter()
        .find(|setting| setting.name == name)
        .unwrap();
    let (ctx, by) = (&app.services.ctx, By::system("user/7"));
    ctx.settings
        .set(&ctx.db, setting, (seen, Some(value)), by, "a test")
        .await
        .unwrap();
}

both_engines! { MIGRATIONS =>
    async fn nothing_is_begun_and_what_has_begun_is_finished(t: TestDb) {
        let app = App::with_payments(t).await;
        let (first, second) = (app.order().await, app.order_of(CUSTOMER, "@second_contact").await);
        app.fund(10, 10).await;
        assert_eq!(app.act(10, &first, "take").await.says(), "200");
        let invoice = json!({"amount": 50});
        let made = app.post(10, "/api/balance/create-invoice", Some(invoice.clone())).await;
        pause(&app, "we move").await;

        let refused = |answer: Answer| {
            assert_eq!(answer.says(), "503 market_paused");
            assert_eq!(answer.body["detail"], "Closed for a while: we move");
        };
        refused(app.post(CUSTOMER, "/api/orders", Some(new_order("@third_contact"))).await);
        refused(app.act(10, &second, "take").await);
        refused(app.post(10, "/api/balance/create-invoice", Some(invoice)).await);
        assert_eq!((app.balance(10).await, takes(&app).await), (800, 1));

        // The contact that was paid for, the money that arrives, and everything after a take.
        assert_eq!(app.act(10, &first, "take").await.body["contact"], CONTACT);
        let page = format!("/_fake_payments/balance/{}", made.body["payment_id"].as_str().unwrap());
        assert_eq!(app.post(0, &page, None).await.says(), "200");
        assert_eq!(app.balance(10).await, 5_800);
        assert_eq!(app.act(CUSTOMER, &first, "respond").await.says(), "200");
        let done = app.post(CUSTOMER, &format!("/api/orders/{first}/complete"),
            Some(json!({"executor_id": 10}))).await;
        assert_eq!(done.says(), "200");
        app.minutes(61);
        app.worker.run_due().await.unwrap();
        assert_eq!(app.status(&second).await, "expired");

        resume(&app).await;
        let third = app.order_of(CUSTOMER, "@third_contact").await;
        assert_eq!(app.act(10, &third, "take").await.says(), "200");
    }

    async fn a_key_of_the_time_before_gets_its_answer(t: TestDb) {
        let app = App::start(t).await;
        let id = app.order().await;
        app.fund(10, 2).await;
        let take = format!("/api/orders/{id}/take");
        let key = [("idempotency-key", "k")];
        let first = app.send(10, http::Method::POST, &take, None, &key).await;
        pause(&app, "we move").await;
        let again = app.send(10, http::Method::POST, &take, None, &key).await;
        assert_eq!((again.says(), again.text), ("200".to_owned(), first.text));
        // What was refused because of the pause is not remembered.
        let other = app.order_key("@other_contact", "k2").await;
        assert_eq!(other.says(), "503 market_paused");
        resume(&app).await;
        assert_eq!(app.order_key("@other_contact", "k2").await.says(), "201");
    }

    async fn of_sixty_four_takes_none_comes_after_the_pause(t: TestDb) {
        let app = App::start(t).await;
        let mut ids = Vec::new();
        for n in 0..64 {
            ids.push(app.order_of(CUSTOMER, &format!("@paused_{n}_contact")).await);
            app.fund(1000 + n, 2).await;
        }
        let take = |n: i64, id: String| {
            let app = &app;
            async move {
                tokio::time::sleep(Duration::from_millis(10 * n.unsigned_abs())).await;
                app.act(1000 + n, &id, "take").await.says()
            }
        };
        let pause = async {
            tokio::time::sleep(Duration::from_millis(60)).await;
            pause(&app, "we move").await;
            takes(&app).await
        };
        let all = join_all((0..64).zip(ids).map(|(n, id)| take(n, id)));
        let (answers, at_once) = tokio::join!(all, pause);
        let taken = answers.iter().filter(|said| *said == "200").count();
        let refused = answers.iter().filter(|said| *said == "503 market_paused").count();
        assert_eq!(taken + refused, 64, "{answers:?}");
        assert!(refused > 0, "the pause came too late to show anything");
        let after = takes(&app).await;
        assert_eq!((at_once, after), (after, i64::try_from(taken).unwrap()));
        assert_eq!(app.revenue().await, 200 * after);
    }

    async fn another_price_is_that_of_later_takes(t: TestDb) {
        let app = App::start(t).await;
        let id = app.order().await;
        for who in [10, 11, 12] {
            app.fund(who, 10).await;
        }
        assert_eq!(app.act(10, &id, "take").await.says(), "200");
        set(&app, "services.take_price", 0, Value::Amount(500)).await;
        let take = format!("/api/orders/{id}/take");
        let agreed = app.post(11, &format!("{take}?price=2.00"), None).await;
        assert_eq!(agreed.says(), "409 price_changed");
        assert_eq!(agreed.body["detail"], "The price has changed. It is 5₽ now");
        assert_eq!(app.post(11, &format!("{take}?price=5.00"), None).await.says(), "200");
        assert_eq!(app.post(12, &take, None).await.says(), "200");
        // Whoever has it is not asked for a price.
        assert_eq!(app.post(10, &format!("{take}?price=1"), None).await.says(), "200");
        assert_eq!((app.balance(10).await, app.balance(11).await), (800, 500));
        set(&app, "services.take_price", 1, Value::Amount(900)).await;
        app.minutes(15);
        app.worker.run_due().await.unwrap();
        for who in [10, 11, 12] {
            assert_eq!(app.balance(who).await, 1000, "{who} gets back what they paid");
        }
        assert_eq!(app.revenue().await, 0);
    }

    async fn limits_follow_the_operator(t: TestDb) {
        let app = App::with(t, |config| config.create_per_minute = 2, true).await;
        for n in 0..2 {
            app.order_of(CUSTOMER, &format!("@limit_{n}_contact")).await;
        }
        let third = || app.post(CUSTOMER, "/api/orders", Some(new_order("@limit_3_contact")));
        assert_eq!(third().await.says(), "429 rate_limited");
        set(&app, "services.create_per_minute", 0, Value::Integer(60)).await;
        app.minutes(1);
        for n in 4..24 {
            app.order_of(CUSTOMER, &format!("@limit_{n}_contact")).await;
        }
    }
}

both_engines! { chat::MIGRATIONS =>
    async fn the_chat_says_why_in_everybodys_language(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER, 10, 500]).await;
        for who in [10, 500] {
            let wanted = json!({"categories": ["plumbing"], "cities": ["москва"]});
            chat.app.put(who, "/api/users/me/preferences", wanted).await;
            chat.app.fund(who, 10).await;
        }
        let id = chat.app.order().await;
        chat.settle().await;
        pause(&chat.app, "мы переезжаем <b>").await;
        let key = |who: i64| format!("services.take/{id}/{who}");
        let data = format!("take:{id}:200");
        let said = chat.press(10, &key(10), &data).await;
        assert_eq!(said, "Сейчас здесь перерыв: мы переезжаем <b>");
        let said = chat.press(500, &key(500), &data).await;
        assert_eq!(said, "Closed for a while: мы переезжаем <b>");
        chat.say(CUSTOMER, "/new").await;
        let last = chat.last(CUSTOMER).await;
        assert_eq!(last.text, "Сейчас здесь перерыв: мы переезжаем &lt;b&gt;");
        // A reason that has no room over a button comes into the chat.
        pause(&chat.app, &"долго ".repeat(80)).await;
        assert_eq!(chat.press(10, &key(10), &data).await, "");
        assert!(chat.last(10).await.text.contains("долго долго"));

        resume(&chat.app).await;
        set(&chat.app, "services.take_price", 0, Value::Amount(300)).await;
        let said = chat.press(10, &key(10), &data).await;
        assert_eq!(said, "Цена изменилась. Посмотрите ещё раз");
        assert!(chat.get(&key(10)).await.has(&format!("take:{id}:300")), "the offer is as it is now");
        chat.press(10, &key(10), &format!("take:{id}:300")).await;
        assert_eq!(chat.app.balance(10).await, 700);
    }

    async fn help_names_whom_to_ask(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.say(10, "/help").await;
        assert!(!chat.last(10).await.text.contains("Вопросы"));
        let setting = torg_telegram::bot::declared_settings().remove(0);
        let (ctx, by) = (&chat.app.services.ctx, By::system("user/7"));
        let value = Some(Value::Text("@help <b>".to_owned()));
        ctx.settings.set(&ctx.db, &setting, (0, value), by, "a test").await.unwrap();
        chat.say(10, "/help").await;
        let help = chat.last(10).await.text;
        assert!(help.ends_with("Вопросы и помощь: @help &lt;b&gt;"), "{help}");
    }
}
