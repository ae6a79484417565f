//! The same thing again: updates, taps, orders a minute.

use crate::app::{MIGRATIONS, Shop};
use serde_json::json;
use std::time::Duration;
use torg_testkit::{TestDb, both_engines};

async fn at_the_card(shop: &Shop, name: &str) {
    shop.write(1, "/shop").await;
    shop.press(1, name).await;
}

both_engines! { MIGRATIONS =>
    async fn one_update_is_one_order_whatever_happens(t: TestDb) {
        let shop = Shop::start(t).await;
        shop.game(100, 9).await;
        at_the_card(&shop, "Игра").await;
        shop.press_again_and_again(1, "Купить").await;
        assert_eq!(shop.count_orders(1).await, 1);
        let orders = shop.chat(1).await;
        assert_eq!(orders.iter().filter(|s| s.key.starts_with("shop.order/")).count(), 1);
        shop.assert_books().await;
    }

    async fn two_taps_are_one_order_and_the_next_card_is_another(t: TestDb) {
        let shop = Shop::start(t).await;
        let game = shop.game(100, 9).await;
        at_the_card(&shop, "Игра").await;
        shop.press_twice(1, "Купить").await;
        assert_eq!((shop.count_orders(1).await, shop.stock(&game).await.1), (1, 1));
        shop.press(1, "Купить").await;
        assert_eq!(shop.count_orders(1).await, 2, "the card names another order by then");
        // A cart that was ordered is empty; its old button shows the order.
        at_the_card(&shop, "Игра").await;
        shop.press(1, "В корзину").await;
        shop.press(1, "Корзина").await;
        shop.press_twice(1, "Оформить").await;
        assert_eq!(shop.count_orders(1).await, 3);
        // Paid twice is paid once.
        shop.fund(1, 10_000).await;
        let order = shop.order_of(1).await;
        let pay = order.data("С баланса");
        assert_eq!(shop.press_data(1, order.id, &pay).await, "Оплачено");
        assert_eq!(shop.press_data(1, order.id, &pay).await, "Заказ уже оплачен");
        assert_eq!(shop.balance(1).await, 0);
        let keys = shop.chat(1).await;
        assert_eq!(keys.iter().filter(|s| s.key.starts_with("shop.keys/")).count(), 1);
        shop.assert_books().await;
    }

    async fn sixteen_taps_at_once_are_one_order(t: TestDb) {
        let shop = Shop::start(t).await;
        let game = shop.game(100, 9).await;
        at_the_card(&shop, "Игра").await;
        shop.press_at_once(1, "Купить", 16).await;
        assert_eq!((shop.count_orders(1).await, shop.stock(&game).await), (1, (8, 1, 9)));
        let orders = shop.chat(1).await;
        assert_eq!(orders.iter().filter(|s| s.key.starts_with("shop.order/")).count(), 1);
        shop.fund(1, 50_000).await;
        shop.press_at_once(1, "С баланса", 16).await;
        assert_eq!((shop.balance(1).await, shop.stock(&game).await), (40_000, (8, 0, 8)));
        shop.assert_books().await;
    }

    async fn five_orders_a_minute(t: TestDb) {
        let shop = Shop::start(t).await;
        shop.game(100, 20).await;
        at_the_card(&shop, "Игра").await;
        for _ in 0..2 {
            assert_eq!(shop.press(1, "Купить").await, "Заказ оформлен");
            shop.app.advance_asleep(Duration::from_secs(10));
        }
        // Those of the API count.
        let game = shop.app.get("/products").send().await.ok(200)[0]["id"].as_str().unwrap().to_owned();
        for _ in 0..3 {
            shop.order(1, &[(&game, 1)]).await;
        }
        let refused = shop.press(1, "Купить").await;
        assert_eq!(refused, "Слишком много заказов подряд. Подождите минуту");
        assert_eq!(shop.count_orders(1).await, 5);
        shop.app.advance_asleep(Duration::from_secs(39));
        assert_eq!(shop.press(1, "Купить").await, refused);
        shop.app.advance_asleep(Duration::from_secs(1));
        assert_eq!(shop.press(1, "Купить").await, "Заказ оформлен");
        assert_eq!(shop.press(1, "Купить").await, refused);
    }

    async fn a_price_that_nobody_saw_buys_nothing(t: TestDb) {
        let shop = Shop::start(t).await;
        let game = shop.game(100, 9).await;
        at_the_card(&shop, "Игра").await;
        shop.edit(&game, json!({"price": 900})).await;
        assert_eq!(shop.press(1, "Купить 1 шт. · 100 ₽").await, "Цены изменились. Посмотрите ещё раз");
        assert_eq!(shop.count_orders(1).await, 0);
        assert_eq!(shop.press(1, "Купить 1 шт. · 900 ₽").await, "Заказ оформлен");
        // What is gone meanwhile is not promised.
        shop.press(1, "+").await;
        for who in 2..=4 {
            shop.order(who, &[(&game, 2)]).await;
        }
        shop.order(5, &[(&game, 1)]).await;
        assert!(shop.press(1, "Купить 2 шт.").await.contains("Столько нет"));
        shop.assert_books().await;
    }
}
