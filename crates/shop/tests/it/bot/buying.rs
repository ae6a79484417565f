//! From the catalogue to what was bought.

use crate::app::{DELAY, MIGRATIONS, Shop};
use serde_json::json;
use std::time::Duration;
use torg_platform::db::Tx;
use torg_testkit::{TestDb, both_engines};

torg_platform::sql! {
    fn written() -> Vec<String> =
        "SELECT payload FROM platform_outbox UNION ALL SELECT payload FROM platform_deliveries
         UNION ALL SELECT payload FROM platform_stream
         UNION ALL SELECT details FROM platform_audit UNION ALL SELECT params FROM telegram_calls
         UNION ALL SELECT timeline FROM shop_orders";
}

const QUARTER: Duration = Duration::from_secs(15 * 60);

impl Shop {
    /// A digital product whose keys are called CANARY.
    pub(crate) async fn game(&self, price: i64, keys: usize) -> String {
        let id = self
            .made(json!({"name": "Игра", "price": price, "is_digital": true}))
            .await;
        let keys: Vec<String> = (0..keys).map(|n| format!("CANARY<{n}>")).collect();
        let request = self.app.post(&format!("/admin/products/{id}/keys"));
        let request = request.header("x-admin-secret", torg_testkit::ADMIN_SECRET);
        request.json(json!({ "keys": keys })).send().await.ok(200);
        id
    }
}

both_engines! { MIGRATIONS =>
    async fn from_the_catalogue_to_the_keys(t: TestDb) {
        let shop = Shop::start(t).await;
        shop.hire(9, torg_platform::auth::Role::Owner).await;
        shop.write(9, "/start").await;
        shop.write(2, "/start").await;
        let game = shop.game(100, 9).await;
        shop.fund(1, 100_000).await;
        shop.write(1, "/shop").await;
        shop.press(1, "Игра").await;
        for _ in 0..7 {
            shop.press(1, "+").await;
        }
        assert_eq!(shop.press(1, "Купить 8 шт. · 800 ₽").await, "Заказ оформлен");
        let order = shop.order_of(1).await;
        order.says("Ждёт оплаты</b> до 06:19 по Москве");
        order.says("Игра × 8 — 800 ₽");
        assert_eq!(order.labels(), ["С баланса", "Отменить заказ"]);
        assert!(order.silent);
        assert_eq!(shop.press(1, "С баланса").await, "Оплачено");
        assert_eq!((shop.balance(1).await, shop.stock(&game).await), (20_000, (1, 0, 1)));

        let paid = shop.order_of(1).await;
        assert_eq!(paid.id, order.id, "edited in place");
        paid.says("ключи выданы");
        assert_eq!(paid.labels(), ["🔑 Ключи", "Заказать снова"]);
        let keys = shop.last(1).await;
        assert!(keys.key.starts_with("shop.keys/") && !keys.silent);
        keys.says("<tg-spoiler>CANARY&lt;0&gt;</tg-spoiler>");
        assert_eq!(keys.buttons[0]["copy_text"]["text"], "CANARY<0>");
        assert!(!keys.labels().iter().any(|label| label.contains("CANARY")));
        assert!(!keys.text.contains("CANARY&lt;6"), "six of a page");
        shop.press(1, "Дальше").await;
        let rest = shop.last(1).await;
        rest.says("7. Игра\n<tg-spoiler>CANARY&lt;6&gt;</tg-spoiler>");
        rest.says("CANARY&lt;7");
        assert_eq!(rest.id, keys.id);
        assert_eq!(shop.chat(1).await.len(), 3, "list, order, keys: and no news of one's own payment");

        // Nobody else sees a key: not in a chat, not in an event, not in the trail.
        let theirs = shop.press_data(2, 5, &paid.data("Ключи")).await;
        assert_eq!(theirs, "Такого заказа нет");
        let of_staff = shop.press_data(9, 5, &paid.data("Ключи")).await;
        assert_eq!(of_staff, "Такого заказа нет");
        shop.write(9, &format!("/start purchase_{}", shop.order_id(1).await)).await;
        shop.last(9).await.says("Игра × 8");
        let mut mine = 0;
        for (chat, content) in shop.everything().await {
            assert!(chat == 1 || !content.contains("CANARY"), "{chat}: {content}");
            mine += usize::from(content.contains("CANARY"));
        }
        assert_eq!(mine, 1, "in a message of their own");
        let read = |tx: &mut Tx<'_>| Ok::<_, torg_platform::Error>(written(tx)?);
        let written = shop.app.t.db.read("written", read).await.unwrap();
        assert!(written.len() > 20);
        assert!(written.iter().all(|text| !text.contains("CANARY")), "{written:#?}");
        shop.assert_books().await;
    }

    async fn goods_go_where_the_customer_says(t: TestDb) {
        let shop = Shop::start(t).await;
        shop.made(json!({"name": "Кружка", "price": 250, "stock": 9})).await;
        shop.write(1, "/shop").await;
        shop.press(1, "Кружка").await;
        shop.press(1, "Купить").await;
        let question = shop.last(1).await;
        question.says("Куда доставить?");
        assert_eq!(question.labels(), ["Без доставки, заберу сам"]);
        assert_eq!(shop.count_orders(1).await, 0);
        shop.write(1, &"я".repeat(501)).await;
        shop.last(1).await.says("Слишком длинно");
        shop.write(1, "Москва, ул. <Мира>, 5").await;
        shop.order_of(1).await.says("Адрес: Москва, ул. &lt;Мира&gt;, 5");
        // The next one goes there with one tap.
        shop.write(1, "/shop").await;
        shop.press(1, "Кружка").await;
        shop.press(1, "Купить").await;
        let stale = shop.last(1).await;
        shop.press(1, "Туда же: Москва").await;
        assert_eq!(shop.count_orders(1).await, 2);
        shop.order_of(1).await.says("Адрес: Москва");
        // And one that is fetched has none; the question of the order before is over.
        shop.write(1, "/shop").await;
        shop.press(1, "Кружка").await;
        shop.press(1, "Купить").await;
        let again = shop.press_data(1, stale.id, &stale.data("Туда же")).await;
        assert_eq!(again, "Этот заказ уже оформлен");
        shop.press(1, "Без доставки").await;
        assert_eq!(shop.count_orders(1).await, 3);
        assert!(!shop.order_of(1).await.text.contains("Адрес"));
        shop.assert_books().await;
    }

    async fn the_cart_is_the_servers(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.made(json!({"name": "Кружка", "price": 250, "stock": 9})).await;
        shop.made(json!({"name": "Чай", "price": "99.90", "stock": 2})).await;
        shop.write(1, "/cart").await;
        shop.last(1).await.says("Корзина пуста");
        shop.write(1, "/shop").await;
        shop.press(1, "Кружка").await;
        shop.press(1, "В корзину: 1").await;
        shop.write(1, "/shop").await;
        shop.press(1, "Чай").await;
        shop.press(1, "В корзину: 1").await;
        shop.press(1, "Корзина").await;
        let cart = shop.last(1).await;
        cart.says("1 × 250 ₽ = 250 ₽");
        cart.says("Итого: <b>349,90 ₽</b>");
        // Of tea there are two, so its plus goes away.
        let (plus, tea) = (cart.data("+"), cart.labels().iter().rposition(|l| l == "+").unwrap());
        let tea = cart.buttons[tea]["callback_data"].as_str().unwrap().to_owned();
        shop.press_data(1, cart.id, &tea).await;
        shop.press_data(1, cart.id, &tea).await;
        shop.press_data(1, cart.id, &plus).await;
        let more = shop.last(1).await;
        more.says("2 × 99,90 ₽ = 199,80 ₽");
        more.says("2 × 250 ₽ = 500 ₽");
        assert_eq!(more.labels().iter().filter(|label| *label == "+").count(), 1);

        // Another price is shown, agreed to, and only then ordered.
        shop.edit(&mug, json!({"price": 300})).await;
        let refused = shop.press(1, "Оформить").await;
        assert!(refused.contains("Куда") || refused.is_empty(), "{refused}");
        shop.press(1, "Без доставки").await;
        assert_eq!(shop.count_orders(1).await, 0, "not at a price that nobody has agreed to");
        shop.write(1, "/cart").await;
        let changed = shop.last(1).await;
        changed.says("Цена изменилась, была 250 ₽");
        assert!(!changed.labels().iter().any(|label| label.contains("Оформить")));
        shop.press(1, "Согласен").await;

        // A coupon by text.
        let coupon = shop.app.post("/admin/coupons").header("x-admin-secret", torg_testkit::ADMIN_SECRET);
        coupon.json(json!({"code": "TEN", "percent_bps": 1000})).send().await.ok(201);
        shop.press(1, "Купон").await;
        shop.write(1, "nothing").await;
        shop.last(1).await.says("Такой купон не действует");
        shop.write(1, "ten").await;
        let cart = shop.last(1).await;
        cart.says("Купон TEN: −79,98 ₽");
        assert!(cart.labels().contains(&"Оформить заказ · 719,82 ₽".to_owned()));
        shop.press(1, "Оформить").await;
        shop.write(1, "Тверь").await;
        let order = shop.order_of(1).await;
        order.says("Купон TEN: −79,98 ₽");
        order.says("Итого: <b>719,82 ₽</b>");
        order.says("Адрес: Тверь");
        shop.write(1, "/cart").await;
        shop.last(1).await.says("Корзина пуста");
        // Taken back, and once more.
        assert_eq!(shop.press(1, "Отменить заказ").await, "Заказ отменён");
        shop.order_of(1).await.says("Отменён");
        let news = shop.chat(1).await.into_iter().find(|seen| seen.key.starts_with("shop.news/"));
        assert!(news.is_none(), "what one has just done oneself is no news: {news:?}");
        shop.press(1, "Заказать снова").await;
        let cart = shop.last(1).await;
        cart.says("2 × 300 ₽ = 600 ₽");
        assert!(!cart.text.contains("TEN"), "a coupon is for one order");
        shop.press(1, "✕").await;
        shop.press(1, "✕").await;
        shop.last(1).await.says("Корзина пуста");
        shop.assert_books().await;
    }

    async fn what_is_not_paid_in_time_is_over(t: TestDb) {
        let shop = Shop::start(t).await;
        shop.game(100, 3).await;
        shop.write(1, "/shop").await;
        shop.press(1, "Игра").await;
        shop.press(1, "Купить").await;
        let order = shop.order_of(1).await;
        assert_eq!(shop.press(1, "С баланса").await, "На балансе не хватает денег. Пополнить: /balance");
        shop.app.advance(QUARTER).await;
        shop.settle_chats().await;
        let over = shop.order_of(1).await;
        assert_eq!(over.id, order.id);
        over.says("Не оплачен вовремя");
        assert_eq!(over.labels(), ["Заказать снова"]);
        let news = shop.last(1).await;
        news.says("не оплачен вовремя и снят");
        assert!(!news.silent && news.buttons.is_empty());
        let late = shop.press_data(1, order.id, &order.data("С баланса")).await;
        assert_eq!(late, "Заказ уже в другом состоянии, так сделать нельзя");
        shop.write(1, "/purchases").await;
        let list = shop.last(1).await;
        assert!(list.labels()[0].ends_with("· 100 ₽ · не оплачен"), "{:?}", list.labels());
        shop.press(1, "не оплачен").await;
        let copy = shop.last(1).await;
        copy.says("Не оплачен вовремя");
        assert_eq!(copy.labels(), ["Заказать снова", "‹ Мои покупки"]);
    }

    async fn a_provider_is_asked_and_reports(t: TestDb) {
        let shop = Shop::paying(t, 1.0).await;
        shop.made(json!({"name": "Кружка", "price": 250, "stock": 9})).await;
        shop.write(1, "/shop").await;
        shop.press(1, "Кружка").await;
        shop.press(1, "Купить").await;
        shop.press(1, "Без доставки").await;
        assert_eq!(shop.order_of(1).await.labels(), ["С баланса", "Тестовая оплата", "Отменить заказ"]);
        shop.press(1, "Тестовая оплата").await;
        let begun = shop.order_of(1).await;
        begun.says("начата оплата");
        assert_eq!(begun.labels(), ["С баланса", "Отменить заказ"]);
        shop.app.advance(DELAY).await;
        shop.settle_chats().await;
        shop.order_of(1).await.says("готовим к отправке");
        let news = shop.last(1).await;
        assert!(news.text.contains("оплачен.") && !news.silent, "{news:?}");
        assert_eq!(shop.chat(1).await.iter().filter(|s| s.key.starts_with("shop.news/")).count(), 1);
        shop.assert_books().await;
    }

    async fn orders_of_the_api_are_shown_to_those_who_know_the_bot(t: TestDb) {
        let shop = Shop::start(t).await;
        let mug = shop.product(9).await;
        shop.order(1, &[(&mug, 1)]).await;
        shop.order(0, &[(&mug, 1)]).await;
        shop.settle_chats().await;
        assert!(shop.everything().await.is_empty(), "nobody has started the bot");
        shop.write(1, "/start").await;
        let id = shop.order(1, &[(&mug, 2)]).await;
        shop.settle_chats().await;
        let order = shop.order_of(1).await;
        assert!(order.silent && order.key.ends_with(&id));
        assert!(format!("purchase_{id}").len() <= 64);
        shop.write(2, &format!("/start purchase_{id}")).await;
        shop.last(2).await.says("Такого заказа нет");
        let stolen = shop.press_data(2, 7, &order.data("Отменить")).await;
        assert_eq!(stolen, "Такого заказа нет");
        shop.write(1, &format!("/start purchase_{id}")).await;
        shop.last(1).await.says("Product");
        assert_eq!(shop.status(&id).await, "reserved");
    }
}
