//! The shop of `torg demo`.

use crate::demo::people;
use crate::process::{Server, folder};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Every product as the operator sees it, by its number.
async fn products(server: &Server) -> BTreeMap<String, Value> {
    let (status, list) = server.get("/products?limit=100").await;
    assert_eq!(status, 200, "{list}");
    let list = list.as_array().unwrap().iter();
    list.map(|product| (product["sku"].as_str().unwrap().to_owned(), product.clone()))
        .collect()
}

/// The shelf after the customer has been shopping.
fn assert_shelf(products: &BTreeMap<String, Value>) {
    let value = |sku: &str, field: &str| products[sku][field].clone();
    assert_eq!(value("TEA-200", "parent_id"), value("TEA-50", "id"));
    assert_eq!(value("BOOK-CALENDAR", "is_active"), false);
    assert_eq!(
        (
            value("BOOK-BIRDS", "stock"),
            value("BOOK-BIRDS", "low_stock")
        ),
        (json!(1), json!(3))
    );
    // One key of five is sold, two candles wait for their money, the blanket came back.
    assert_eq!(value("KEY-COURSE", "stock"), 4);
    assert_eq!(
        (
            value("HOME-CANDLE", "stock"),
            value("HOME-CANDLE", "reserved")
        ),
        (json!(58), json!(2))
    );
    assert_eq!(value("HOME-BLANKET", "stock"), 7);
}

/// What the page offers to type, and translates, is there.
async fn assert_words(server: &Server, products: &BTreeMap<String, Value>) {
    let (_, words) = server.get("/_sandbox/shop-text.js").await;
    let words = words.as_str().unwrap();
    let categories = products
        .values()
        .map(|product| product["category"].as_str().unwrap());
    for word in categories.chain(["TEA-10", "WELCOME-100"]) {
        assert!(words.contains(word), "{word}");
    }
}

#[tokio::test]
async fn begins_with_a_shop_once() {
    let folder = folder();
    let any = [("TORG_HTTP__LISTEN", "127.0.0.1:0")];
    let mut first = None;
    for _ in 0..2 {
        let server = Server::start(folder.path(), &["demo"], &any);
        let people = people(&server).await;
        let get = async |who: &String, path: &str| server.send("GET", path, Some(who), None).await;
        let (customer, operator) = (people.first().unwrap(), people.last().unwrap());
        let products = products(&server).await;
        assert_eq!(products.len(), 12);
        assert_shelf(&products);

        // The page's operator needs no secret; nobody else is one.
        let (status, coupons) = get(operator, "/admin/coupons").await;
        assert_eq!(status, 200, "{coupons}");
        let (tea, welcome) = (&coupons[0], &coupons[1]);
        assert_eq!(
            (&tea["code"], &tea["percent_bps"], &tea["used"]),
            (&json!("TEA-10"), &json!(1000), &json!(1))
        );
        assert_eq!(
            (&welcome["code"], &welcome["amount"], &welcome["uses_max"]),
            (&json!("WELCOME-100"), &json!("100.00"), &json!(1))
        );
        assert_eq!(get(customer, "/admin/coupons").await.0, 403);

        let (status, orders) = get(customer, "/orders").await;
        assert_eq!(status, 200, "{orders}");
        let states: Vec<_> = orders
            .as_array()
            .unwrap()
            .iter()
            .map(|order| &order["status"])
            .collect();
        assert_eq!(states, ["reserved", "canceled", "paid"]);
        let paid = &orders[2];
        assert_eq!(
            (&paid["total"], &paid["coupon"]),
            (&json!("927.00"), &json!("TEA-10"))
        );
        let keys = paid["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|item| item["keys"].is_array());
        assert_eq!(keys.count(), 1);
        assert_words(&server, &products).await;
        assert_eq!(get(customer, "/cart").await.1["items"], json!([]));
        let seen = (products, coupons, orders);
        assert_eq!(first.get_or_insert_with(|| seen.clone()), &seen);
        let (code, out) = server.stop("TERM");
        assert_eq!(code, 0);
        let made = std::fs::read_to_string(folder.path().join("data/demo-keys.toml")).unwrap();
        let secrets = made.split('"').skip(1).step_by(2);
        assert_eq!(secrets.filter(|secret| out.contains(*secret)).count(), 0);
    }
    let data = [("TORG_DATABASE__URL", "sqlite://data/torg.db")];
    let (code, out, _) = crate::process::run(folder.path(), &["verify"], &data);
    assert_eq!(code, 0, "{out}");
}

/// A POST that must not happen twice.
async fn post(server: &Server, who: &str, path: &str, body: Value) -> (u16, Value) {
    let request = reqwest::Client::new().post(format!("{}{path}", server.url));
    let request = request
        .header("authorization", who)
        .header("idempotency-key", path);
    let response = request.json(&body).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

/// What the page does: an order of the cart waits for its customer although there is a test
/// provider; the operator sends it out and gives the money back.
#[tokio::test]
async fn an_order_from_the_cart_to_its_refund() {
    let folder = folder();
    let any = [("TORG_HTTP__LISTEN", "127.0.0.1:0")];
    let server = Server::start(folder.path(), &["demo"], &any);
    let people = people(&server).await;
    let (buyer, operator) = (&people[1], people.last().unwrap());
    let mug = products(&server).await["HOME-MUG"]["id"].clone();
    let path = format!("/cart/items/{}", mug.as_str().unwrap());
    let body = json!({ "quantity": 1 });
    assert_eq!(
        server.send("PUT", &path, Some(buyer), Some(body)).await.0,
        200
    );
    let (status, order) = post(&server, buyer, "/cart/checkout", json!({})).await;
    assert_eq!((status, &order["status"]), (201, &json!("reserved")));
    assert_eq!(order["pay_with"], Value::Null);
    let id = order["id"].as_str().unwrap();
    let balance = json!({ "pay_with": "balance" });
    let (status, paid) = post(&server, buyer, &format!("/orders/{id}/pay"), balance).await;
    assert_eq!((status, &paid["order"]["status"]), (200, &json!("paid")));
    let admin = format!("/admin/orders/{id}");
    let fulfil = format!("{admin}/fulfil");
    assert_eq!(server.send("POST", &fulfil, Some(buyer), None).await.0, 403);
    let (status, sent) = server.send("POST", &fulfil, Some(operator), None).await;
    assert_eq!((status, &sent["status"]), (200, &json!("fulfilled")));
    let reason = json!({ "reason": "cracked" });
    let (status, back) = post(&server, operator, &format!("{admin}/refund"), reason).await;
    assert_eq!((status, &back["status"]), (200, &json!("refunded")));
    let (_, balance) = server.send("GET", "/api/balance", Some(buyer), None).await;
    assert_eq!(balance["balance"], 500);
    // One statement for all markets: each of them says what its lines are.
    let path = "/api/balance/transactions?limit=2";
    let (_, statement) = server.send("GET", path, Some(buyer), None).await;
    let said = |line: usize| statement["transactions"][line]["description"].clone();
    assert_eq!(
        said(0),
        format!("Refund of an order in the shop, order {id}")
    );
    assert_eq!(said(1), format!("Order in the shop, order {id}"));
    assert_eq!(server.stop("INT").0, 0);
}
