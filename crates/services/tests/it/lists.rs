//! Lists: filters, pages, places, totals.

use crate::app::{App, CONTACT, CUSTOMER, MIGRATIONS, new_order};
use serde_json::{Value, json};
use std::time::Duration;
use torg_testkit::{TestDb, both_engines};

fn ids(list: &Value) -> Vec<String> {
    let orders = list["orders"]
        .as_array()
        .unwrap_or_else(|| panic!("{list}"));
    orders
        .iter()
        .map(|o| o["id"].as_str().unwrap().to_owned())
        .collect()
}

both_engines! { MIGRATIONS =>
    async fn filters(t: TestDb) {
        let app = App::start(t).await;
        let mut made = Vec::new();
        for (n, (category, city)) in [("plumbing", "Москва"), ("cleaning", "Москва"), ("plumbing", "Орёл")].iter().enumerate() {
            let mut order = new_order(&format!("@filter_{n}_contact"));
            order["category"] = json!(category);
            order["city"] = json!(city);
            let answer = app.post(CUSTOMER, "/api/orders", Some(order)).await;
            made.push(answer.body["id"].as_str().unwrap().to_owned());
            app.t.advance(Duration::from_secs(1));
        }
        app.fund(10, 2).await;
        app.act(10, &made[1], "take").await;
        let cases = [
            ("", vec![2, 1, 0]),
            ("?category=Сантехника", vec![2, 0]),
            ("?category=", vec![2, 1, 0]),
            ("?city=москва", vec![1, 0]),
            ("?city=ОРЕЛ&category=plumbing", vec![2]),
            ("?city=Омск", vec![]),
            ("?mine=true", vec![2, 1, 0]),
            ("?mine=true&city=Москва&category=cleaning", vec![1]),
            ("?taken_by_me=1", vec![]),
            ("?status=expired", vec![]),
            ("?status=all&city=Орёл", vec![2]),
        ];
        for (query, expected) in cases {
            let list = app.get(CUSTOMER, &format!("/api/orders{query}")).await;
            let expected: Vec<String> = expected.into_iter().map(|n: usize| made[n].clone()).collect();
            assert_eq!(ids(&list.body), expected, "{query}");
            assert_eq!(list.body["total"], expected.len(), "{query}");
        }
        assert_eq!(ids(&app.get(10, "/api/orders?taken_by_me=true").await.body), [made[1].clone()]);
        assert_eq!(ids(&app.get(10, "/api/orders?mine=true").await.body), Vec::<String>::new());
    }

    async fn wrong_queries(t: TestDb) {
        let app = App::start(t).await;
        for (query, says) in [
            ("category=x", "400 unknown_category"),
            ("status=x", "422 validation_error"),
            ("limit=0", "422 validation_error"),
            ("limit=101", "422 validation_error"),
            ("limit=x", "422 validation_error"),
            ("offset=-1", "422 validation_error"),
            ("offset=99999999999999999999", "422 validation_error"),
            ("cursor=x", "422 cursor_invalid"),
            ("mine=true", "401 missing_credentials"),
            ("taken_by_me=true", "401 missing_credentials"),
            ("mine=x", "422 validation_error"),
            ("near=x", "422 validation_error"),
            ("near=91,0", "422 validation_error"),
            ("near=1,1&radius_km=0", "422 validation_error"),
            ("near=1,1&radius_km=NaN", "422 validation_error"),
            ("radius_km=1", "422 validation_error"),
            ("city=%00", "422 validation_error"),
            ("city=%ff", "422 validation_error"),
        ] {
            let answer = app.get(0, &format!("/api/orders?{query}")).await;
            assert_eq!(answer.says(), says, "{query}");
        }
        let forged = torg_platform::http::page::encode_cursor(&(i64::MIN, "AAAAAAAAAAAA")).unwrap();
        let answer = app.get(0, &format!("/api/orders?cursor={forged}")).await;
        assert_eq!(answer.says(), "422 cursor_invalid");
        assert_eq!(app.get(0, "/api/orders/x").await.says(), "404 order_not_found");
        assert_eq!(app.get(0, "/api/orders/%D0%90").await.says(), "404 order_not_found");
        for body in [json!({}), json!([]), json!({"category": 1}), json!("x")] {
            let answer = app.post(CUSTOMER, "/api/orders", Some(body)).await;
            assert_eq!(answer.says(), "422 validation_error");
        }
        let mut short = new_order("nobody");
        short["description"] = json!("short");
        let answer = app.post(CUSTOMER, "/api/orders", Some(short)).await;
        let fields: Vec<&str> = answer.body["fields"].as_array().unwrap().iter()
            .map(|f| f["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["description", "contact"]);
    }

    async fn pages(t: TestDb) {
        let app = App::start(t).await;
        let mut made = Vec::new();
        for n in 0..23 {
            made.push(app.order_of(CUSTOMER, &format!("@page_{n}_contact")).await);
            // Some at the same moment: then the name decides.
            if n % 3 == 0 {
                app.t.advance(Duration::from_micros(1));
            }
        }
        for scope in ["", "&mine=true", "&status=all", "&category=plumbing&city=Москва"] {
            let whole = app.get(CUSTOMER, &format!("/api/orders?limit=100{scope}")).await;
            let whole = ids(&whole.body);
            assert_eq!(whole.len(), 23);
            let (mut cursor, mut read) = (String::new(), Vec::new());
            loop {
                let page = app.get(CUSTOMER, &format!("/api/orders?limit=5{scope}&cursor={cursor}")).await;
                assert_eq!(page.body["total"], 23);
                read.extend(ids(&page.body));
                match page.body["next_cursor"].as_str() {
                    Some(next) => cursor = next.to_owned(),
                    None => break,
                }
            }
            assert_eq!(read, whole, "{scope}");
            let page = app.get(CUSTOMER, &format!("/api/orders?limit=5&offset=20{scope}")).await;
            assert_eq!(ids(&page.body), whole[20..]);
            let beyond = app.get(CUSTOMER, &format!("/api/orders?offset=1000000{scope}")).await;
            assert_eq!((ids(&beyond.body).len(), &beyond.body["total"]), (0, &json!(23)));
        }
    }

    async fn nearby(t: TestDb) {
        let app = App::start(t).await;
        let mut made = Vec::new();
        // Red Square, Sheremetyevo (about 30 km), Kazan, and both sides of the date line.
        let places = [(55.7539, 37.6208), (55.9726, 37.4146), (55.7963, 49.1088), (66.0, 179.9), (66.0, -179.9)];
        for (n, (lat, lon)) in places.into_iter().enumerate() {
            let mut order = new_order(&format!("@near_{n}_contact"));
            order["location"] = json!({"lat": lat, "lon": lon});
            let answer = app.post(CUSTOMER, "/api/orders", Some(order)).await;
            assert_eq!(answer.body["location"], json!({"lat": lat, "lon": lon}));
            made.push(answer.body["id"].as_str().unwrap().to_owned());
            app.t.advance(Duration::from_secs(1));
        }
        app.order().await;
        for (query, expected) in [
            ("near=55.75,37.62", vec![0]),
            ("near=55.75,37.62&radius_km=40", vec![1, 0]),
            ("near=55.75,37.62&radius_km=1000", vec![2, 1, 0]),
            ("near=55.75,37.62&radius_km=40&limit=1&offset=1", vec![0]),
            ("near=66,180&radius_km=20", vec![4, 3]),
            ("near=66,180&radius_km=20&category=cleaning", vec![]),
        ] {
            let list = app.get(0, &format!("/api/orders?{query}")).await;
            let expected: Vec<String> = expected.into_iter().map(|n: usize| made[n].clone()).collect();
            assert_eq!(ids(&list.body), expected, "{query}");
        }
        let list = app.get(0, "/api/orders?near=55.75,37.62&radius_km=40&limit=1").await;
        assert_eq!(list.body["total"], 2);
        let order = &list.body["orders"][0];
        assert!(order.get("location").is_none(), "the exact place is for those who paid");
        assert!((order["distance_km"].as_f64().unwrap() - 28.0).abs() < 2.0, "{order}");
        let next = list.body["next_cursor"].as_str().unwrap();
        let list = app.get(0, &format!("/api/orders?near=55.75,37.62&radius_km=40&limit=1&cursor={next}")).await;
        assert_eq!((ids(&list.body), list.body.get("next_cursor")), (vec![made[0].clone()], None));
    }

    async fn a_kept_list_is_never_wrong_in_this_process(t: TestDb) {
        let app = App::start(t).await;
        let total = async || app.get(0, "/api/orders").await.body["total"].clone();
        assert_eq!(total().await, 0);
        let id = app.order().await;
        assert_eq!(total().await, 1);
        app.fund(10, 2).await;
        app.act(10, &id, "take").await;
        let list = app.get(0, "/api/orders").await;
        assert_eq!(list.body["orders"][0]["taken_by"][0]["executor_id"], 10);
        app.t.advance(Duration::from_secs(15 * 60) - Duration::from_micros(1));
        assert_eq!(total().await, 1);
        // Time ends what is kept before its second is over.
        app.t.advance(Duration::from_micros(1));
        assert_eq!(total().await, 0);
        assert_eq!(app.get(0, "/api/orders").await.body["orders"], json!([]));
        assert_eq!(app.order_of(2, CONTACT).await.len(), 12);
        assert_eq!(total().await, 1);
    }
}
