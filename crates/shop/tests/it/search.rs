//! Lists: filters, orders, pages, words.

use crate::shelf::{
    MIGRATIONS, adjust, all, config, get, import, made, module, pages, patch, start,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use torg_testkit::{TestApp, TestDb, both_engines};

async fn names(app: &TestApp, query: &str) -> Vec<String> {
    let list = get(
        app,
        &format!("/products?sort_by=name&sort_desc=false&{query}"),
    )
    .await;
    all(list.as_array().unwrap(), "name")
        .into_iter()
        .map(str::to_owned)
        .collect()
}

/// Two hundred and fifty products, some of them equal in everything that lists are sorted by.
async fn many(app: &TestApp) {
    for batch in 0..10 {
        let mut table = "sku,name,price,category,is_active\n".to_owned();
        for n in 0..25 {
            let (name, price, active) = (n % 6, (batch + n) % 7, n % 3 != 0);
            table.push_str(&format!(
                "S{batch}-{n},Товар {name},{price}.50,C{},{active}\n",
                n % 2
            ));
        }
        import(app, table).await.ok(200);
        app.advance_asleep(Duration::from_secs(1));
    }
}

type Order = (String, i64);

/// What a product is sorted by.
fn order(sort: &str, product: &Value) -> Order {
    match sort {
        "price" => (
            String::new(),
            product["price"]
                .as_str()
                .unwrap()
                .replace('.', "")
                .parse()
                .unwrap(),
        ),
        field => (product[field].as_str().unwrap().to_lowercase(), 0),
    }
}

both_engines! { MIGRATIONS =>
    async fn every_order_gives_each_product_once(t: TestDb) {
        let app = start(t).await;
        many(&app).await;
        let added = AtomicU64::new(0);
        let add = async || {
            let n = added.fetch_add(1, Ordering::SeqCst);
            made(&app, json!({"name": format!("Товар {}", n % 8), "price": n % 9, "sku": format!("new-{n}")})).await;
            app.advance_asleep(Duration::from_secs(1));
        };
        for sort in ["created_at", "price", "name"] {
            for descending in [true, false] {
                for (filter, count) in [("", 250), ("&category=C1", 120), ("&is_active=true", 160), ("&q=товары", 250), ("&q=товар&category=C0&is_active=false", 50)] {
                    // While the list is read, others add to it, but not to the part of the old.
                    let path = format!("/products?sort_by={sort}&sort_desc={descending}&limit=23{filter}");
                    let list = pages(&app, &path, async || if count == 250 { add().await }).await;
                    let ids: BTreeSet<&str> = all(&list, "id").into_iter().collect();
                    assert_eq!(ids.len(), list.len(), "{path}: some twice");
                    let old = list.iter().filter(|p| p["sku"].as_str().unwrap().starts_with('S'));
                    assert_eq!(old.count(), count, "{path}");
                    let keys: Vec<Order> = list.iter().map(|p| order(sort, p)).collect();
                    let sorted = if descending { keys.is_sorted_by(|a, b| a >= b) } else { keys.is_sorted() };
                    assert!(sorted, "{path}");
                }
            }
        }
        assert!(added.into_inner() > 60);
    }

    async fn a_word_that_most_have_is_found_too(t: TestDb) {
        let app = start(t).await;
        let name = |n: usize| if n % 5 == 4 { "Прочее" } else { "Товар" };
        let lines: String = (0..1_500).map(|n| format!("S{n},{} {},{}\n", name(n), n % 3, n % 700)).collect();
        import(&app, format!("sku,name,price\n{lines}")).await.ok(200);
        for (q, count) in [("товары", 1_200), ("товар%202", 400), ("2%20проч", 100), ("товар%20s7", 1), ("товар%20x", 0)] {
            for sort in ["created_at", "price", "name"] {
                let path = format!("/products?limit=100&sort_by={sort}&sort_desc={}&q={q}", count == 400);
                let list = pages(&app, &path, async || {}).await;
                let ids: BTreeSet<&str> = all(&list, "id").into_iter().collect();
                assert_eq!((list.len(), ids.len()), (count, count), "{path}");
                let keys: Vec<Order> = list.iter().map(|p| order(sort, p)).collect();
                assert!(keys.is_sorted() || keys.is_sorted_by(|a, b| a >= b), "{path}");
            }
        }
    }

    async fn words_are_found_in_any_form(t: TestDb) {
        let app = start(t).await;
        for (name, description, category, sku) in [
            ("Красная кружка", "Для чая и кофе, 300 мл", "Посуда", "MUG-R"),
            ("Синяя кружка", "Для зелёного чая", "Посуда", "MUG-B"),
            ("Running shoes", "Light as a feather", "Обувь", "RS-15"),
            ("Zelda", "A game", "Games", "ZEL"),
        ] {
            made(&app, json!({"name": name, "price": 1, "description": description, "category": category, "sku": sku})).await;
        }
        let (red, blue, shoes) = ("Красная кружка", "Синяя кружка", "Running shoes");
        for (q, expected) in [
            ("кружки", vec![red, blue]),
            ("КРАСНЫЕ КРУЖКИ", vec![red]),
            ("кружками чай", vec![red, blue]),
            ("чай зеленый", vec![blue]),
            ("круж", vec![red, blue]),
            ("синяя круж", vec![blue]),
            ("круж синяя", vec![]),
            ("run", vec![shoes]),
            ("shoe runs", vec![shoes]),
            ("MUG", vec![red, blue]),
            ("mug-r", vec![red]),
            ("300", vec![red]),
            ("rs 15", vec![shoes]),
            ("посуда", vec![red, blue]),
            ("посуда&category=Обувь", vec![]),
            ("shoes&category=Обувь", vec![shoes]),
            ("тарелка", vec![]),
            ("кружка тарелка", vec![]),
            ("%21%3F", vec![]),
            ("", vec![shoes, "Zelda", red, blue]),
            ("%20", vec![shoes, "Zelda", red, blue]),
            ("для чая и кофе 300 мл красная кружка посуда", vec![red]),
        ] {
            let q = q.replace(' ', "%20");
            assert_eq!(names(&app, &format!("q={q}")).await, expected, "{q}");
        }
    }

    async fn an_edit_changes_the_words(t: TestDb) {
        let app = start(t).await;
        let id = made(&app, json!({"name": "Красная кружка", "price": 1, "description": "Большая"})).await;
        patch(&app, &id, json!({"name": "Тарелка"})).await.ok(200);
        assert_eq!(names(&app, "q=кружка").await, [""; 0]);
        assert_eq!(names(&app, "q=тарелка%20большая").await, ["Тарелка"]);
        patch(&app, &id, json!({"price": 2, "description": ""})).await.ok(200);
        assert_eq!(names(&app, "q=большая").await, [""; 0]);
        assert_eq!(names(&app, "q=тарелка").await, ["Тарелка"]);
    }

    async fn wrong_queries(t: TestDb) {
        let app = start(t).await;
        many(&app).await;
        let first = app.get("/products?sort_by=price&limit=1").send().await;
        let link = first.headers["link"].to_str().unwrap();
        let (_, cursor) = link.split_once("cursor=").unwrap();
        let cursor = cursor.trim_end_matches(">; rel=\"next\"");
        let long = "x".repeat(201);
        let forged = |key: i64| torg_platform::http::page::encode_cursor(&("created_at", key, "", "x")).unwrap();
        for (query, code) in [
            ("sort_by=stock", "validation_error"),
            ("sort_desc=maybe", "validation_error"),
            ("is_active=x", "validation_error"),
            ("limit=0", "validation_error"),
            ("limit=101", "validation_error"),
            ("limit=x", "validation_error"),
            (&format!("q={long}"), "validation_error"),
            ("q=%00", "validation_error"),
            ("category=%ff", "validation_error"),
            ("cursor=x", "cursor_invalid"),
            (&format!("cursor={cursor}"), "cursor_invalid"),
            (&format!("sort_by=name&cursor={cursor}"), "cursor_invalid"),
            (&format!("cursor={}", forged(0)), "cursor_invalid"),
            (&format!("cursor={}", forged(i64::MIN)), "cursor_invalid"),
        ] {
            app.get(&format!("/products?{query}")).send().await.refused(422, code);
        }
        let list = get(&app, &format!("/products?sort_by=price&limit=100&cursor={cursor}&unknown=1")).await;
        assert_eq!(list.as_array().unwrap().len(), 100);
        assert_eq!(get(&app, "/products").await.as_array().unwrap().len(), 20, "by default");
        for forms in ["is_active=&sort_by=&sort_desc=&cursor=&category=", "sort_desc=1&is_active="] {
            assert_eq!(get(&app, &format!("/products?{forms}")).await, get(&app, "/products").await);
        }
    }

    async fn the_longest_name_has_a_cursor(t: TestDb) {
        let app = start(t).await;
        for n in 0..3 {
            let name = format!("{}{n}", "\u{10FFFF}".repeat(199));
            made(&app, json!({"name": name, "price": 1})).await;
            made(&app, json!({"name": format!("{}{n}", "\"\\".repeat(99)), "price": 1})).await;
        }
        for descending in [true, false] {
            let path = format!("/products?sort_by=name&sort_desc={descending}&limit=1");
            assert_eq!(pages(&app, &path, async || {}).await.len(), 6);
        }
    }

    async fn a_kept_list_is_never_wrong_in_this_process(t: TestDb) {
        let app = start(t).await;
        let id = made(&app, json!({"name": "Mug", "price": 1})).await;
        let stock = async || get(&app, "/products").await[0]["stock"].clone();
        assert_eq!(stock().await, 0);
        adjust(&app, &id, 3).await.ok(200);
        assert_eq!(stock().await, 3);
        patch(&app, &id, json!({"stock": 5})).await.ok(200);
        assert_eq!(stock().await, 5);
        // What somebody else changes is seen a second later.
        app.t.raw("UPDATE shop_products SET on_hand = 7").await.unwrap();
        assert_eq!(stock().await, 5);
        app.advance_asleep(Duration::from_secs(1));
        assert_eq!(stock().await, 7);
        made(&app, json!({"name": "Plate", "price": 1})).await;
        let first = app.get("/products?limit=1").send().await;
        let kept = app.get("/products?limit=1").send().await;
        assert_eq!((first.headers.get("link"), &first.text), (kept.headers.get("link"), &kept.text));
        assert!(kept.headers.contains_key("link"));
    }

    async fn lists_have_a_limit(t: TestDb) {
        let app = TestApp::start_limited(t, async |ctx| {
            let config = config(|config| config.list_per_minute = 2);
            vec![module(ctx, config)]
        }).await;
        get(&app, "/products").await;
        get(&app, "/products?q=x").await;
        let refused = app.get("/products").send().await;
        refused.refused(429, "rate_limited");
        assert!(refused.headers.contains_key("retry-after"));
        app.get("/products").by(&app.person(1)).send().await.ok(200);
    }
}
