//! Lists, categories, searches, and a product by itself.

use crate::app::{MIGRATIONS, Shop};
use serde_json::json;
use std::time::Duration;
use torg_testkit::{TestDb, both_engines};

/// Twelve products, the first the oldest; the odd ones are books.
async fn shelves(t: TestDb) -> Shop {
    let shop = Shop::start(t).await;
    for n in 1..=12 {
        let category = if n % 2 == 1 {
            "Книги"
        } else {
            "Посуда"
        };
        let name = format!("Товар №{n:02}");
        let body = json!({"name": name, "price": "199.90", "stock": n, "category": category});
        shop.made(body).await;
        shop.app.advance_asleep(Duration::from_secs(1));
    }
    shop
}

fn numbers(seen: &super::phone::Seen) -> Vec<i64> {
    let number = |label: &String| label.strip_prefix("Товар №")?.get(..2)?.parse().ok();
    seen.labels().iter().filter_map(number).collect()
}

both_engines! { MIGRATIONS =>
    async fn pages_turn_forward_and_back(t: TestDb) {
        let shop = shelves(t).await;
        shop.write(1, "/shop").await;
        let first = shop.last(1).await;
        assert_eq!(numbers(&first), [12, 11, 10, 9, 8]);
        assert_eq!(first.labels()[0], "Товар №12 · 199,90 ₽");
        assert!(!first.labels().iter().any(|label| label.contains("Назад")));
        shop.press(1, "Дальше").await;
        assert_eq!(numbers(&shop.last(1).await), [7, 6, 5, 4, 3]);
        shop.press(1, "Дальше").await;
        let end = shop.last(1).await;
        assert_eq!(numbers(&end), [2, 1]);
        assert!(!end.labels().iter().any(|label| label.contains("Дальше")));
        shop.press(1, "Назад").await;
        assert_eq!(numbers(&shop.last(1).await), [7, 6, 5, 4, 3]);
        shop.press(1, "Назад").await;
        assert_eq!(numbers(&shop.last(1).await), [12, 11, 10, 9, 8]);
        assert_eq!(shop.chat(1).await.len(), 1, "one message, turned in place");
    }

    async fn categories_and_words_narrow_it_down(t: TestDb) {
        let shop = shelves(t).await;
        shop.write(1, "/shop").await;
        shop.press(1, "Категории").await;
        assert_eq!(shop.last(1).await.labels()[..2], ["Книги", "Посуда"]);
        shop.press(1, "Книги").await;
        assert_eq!(numbers(&shop.last(1).await), [11, 9, 7, 5, 3]);
        shop.press(1, "Дальше").await;
        assert_eq!(numbers(&shop.last(1).await), [1]);
        // The page before it is the first one.
        shop.press(1, "Назад").await;
        assert_eq!(numbers(&shop.last(1).await), [11, 9, 7, 5, 3]);

        shop.press(1, "Поиск").await;
        shop.write(1, "книга").await;
        let found = shop.last(1).await;
        found.says("Поиск:</b> книга");
        assert_eq!(numbers(&found), [11, 9, 7, 5, 3]);
        shop.press(1, "Дальше").await;
        assert_eq!(numbers(&shop.last(1).await), [1]);
        shop.write(1, "/shop 07").await;
        assert_eq!(numbers(&shop.last(1).await), [7]);
        shop.write(1, "/shop <b>&").await;
        shop.last(1).await.says("ничего нет");
        shop.write(1, &format!("/shop {}", "ж".repeat(201))).await;
        shop.last(1).await.says("Слишком длинно");
    }

    async fn a_card_counts_within_what_there_is(t: TestDb) {
        let shop = Shop::start(t).await;
        let about = "Тонкий <фарфор> & золото";
        let id = shop.made(json!({"name": "Кружка", "price": 250, "stock": 3, "description": about})).await;
        shop.write(1, "/shop").await;
        shop.press(1, "Кружка · 250 ₽").await;
        let card = shop.last(1).await;
        card.says("Тонкий &lt;фарфор&gt; &amp; золото");
        card.says("Можно заказать: 3 шт.");
        let steps = |seen: &super::phone::Seen| {
            let step = |label: &String| label == "+" || label == "−";
            seen.labels().into_iter().filter(step).collect::<Vec<_>>()
        };
        assert_eq!(steps(&card), ["+"]);
        shop.press(1, "+").await;
        let two = shop.last(1).await;
        assert_eq!(steps(&two), ["−", "+"]);
        assert!(two.labels().contains(&"Купить 2 шт. · 500 ₽".to_owned()));
        shop.press(1, "+").await;
        assert_eq!(steps(&shop.last(1).await), ["−"]);
        shop.press(1, "−").await;
        assert_eq!(shop.press(1, "В корзину: 2").await, "В корзине: 2 шт.");
        shop.edit(&id, json!({"is_active": false})).await;
        shop.press(1, "−").await;
        let over = shop.last(1).await;
        over.says("Не продаётся");
        assert!(!over.labels().iter().any(|label| label.contains("Купить")));
        let said = shop.press_data(1, card.id, &card.data("В корзину")).await;
        assert_eq!(said, "Этот товар больше не продаётся");
    }

    async fn links_lead_to_a_product(t: TestDb) {
        let shop = Shop::start(t).await;
        let id = shop.made(json!({"name": "Кружка", "price": 250, "stock": 3})).await;
        let payload = format!("product_{id}");
        assert!(payload.len() <= 64);
        shop.write(1, &format!("/start {payload}")).await;
        shop.last(1).await.says("<b>Кружка</b>");
        shop.write(1, "/start product_nonsense").await;
        shop.last(1).await.says("Такого товара нет");
        shop.write(1, "/start purchase_00000000-0000-7000-8000-000000000000").await;
        shop.last(1).await.says("Такого заказа нет");
        // Whatever a client of somebody's own making sends.
        for data in ["shop:", "shop:zzz", "shop:p:x:1", "shop:b:a:b:c:d:e"] {
            let said = shop.press_data(1, 1, data).await;
            assert!(said.contains("устарела"), "{data}: {said}");
        }
    }
}
