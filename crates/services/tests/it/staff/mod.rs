//! What the staff sees and does, and that nobody else can.

mod charts;
mod contact;
mod lists;
mod notices;
mod refunds;
mod reviews;

use crate::app::{App, CUSTOMER, MIGRATIONS, new_order};
use crate::books::broken;
use http::Method;
use serde_json::{Value, json};
use torg_platform::db::Tx;
use torg_platform::ledger;
use torg_testkit::{TestDb, both_engines};

/// An order of [`CUSTOMER`] that these have taken.
pub(super) async fn taken(app: &App, contact: &str, by: &[i64]) -> String {
    let id = app.order_of(CUSTOMER, contact).await;
    for who in by {
        app.fund(*who, 2).await;
        assert_eq!(app.act(*who, &id, "take").await.says(), "200");
    }
    id
}

/// The market's books and the ledger agree.
pub(super) async fn sound(app: &App) {
    assert_eq!(broken(app).await, [""; 0]);
    let read = |tx: &mut Tx<'_>| ledger::verify(tx);
    let report = app.t.db.read("verify", read).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
}

/// Every route of the staff in this market, with a body that makes it work and whoever may.
fn routes(id: &str) -> Vec<(Method, String, Option<Value>, &'static [&'static str])> {
    let all: &[&str] = &["owner", "finance", "moderator", "support", "read_only"];
    let moderator: &[&str] = &["owner", "moderator"];
    let finance: &[&str] = &["owner", "finance"];
    let reason = Some(json!({ "reason": "A good reason" }));
    let get = |path: &str| (Method::GET, path.to_owned(), None, all);
    let order = format!("orders/{id}");
    vec![
        get("orders"),
        get("orders.csv"),
        get(&order),
        get("complaints"),
        get("reviews"),
        get("analytics"),
        (
            Method::POST,
            format!("{order}/remove"),
            reason.clone(),
            moderator,
        ),
        (
            Method::POST,
            format!("{order}/takes/10/refund"),
            reason.clone(),
            finance,
        ),
        (
            Method::POST,
            "complaints/1/resolve".to_owned(),
            Some(json!({ "resolution": "Talked to both" })),
            moderator,
        ),
        (Method::PUT, "reviews/1/hide".to_owned(), reason, moderator),
        (Method::DELETE, "reviews/1/hide".to_owned(), None, moderator),
    ]
}

both_engines! { MIGRATIONS =>
    async fn roles_decide(t: TestDb) {
        let app = App::start(t).await;
        let id = taken(&app, "@roles_contact", &[10]).await;
        for (method, path, body, may) in routes(&id) {
            let whole = format!("/api/admin/services/{path}");
            let nobody = app.send(0, method.clone(), &whole, body.clone(), &[]).await;
            assert_eq!(nobody.says(), "401 missing_credentials", "{method} {path}");
            let person = app.send(900, method.clone(), &whole, body.clone(), &[]).await;
            assert_eq!(person.says(), "403 not_allowed", "{method} {path}");
            for role in ["owner", "finance", "moderator", "support", "read_only"] {
                let key = [("x-role", role), ("idempotency-key", role)];
                let answer = app.send(900, method.clone(), &whole, body.clone(), &key).await;
                let denied = answer.says() == "403 not_allowed";
                assert_eq!(denied, !may.contains(&role), "{role} {method} {path}: {}", answer.text);
                assert!(!answer.status.is_server_error(), "{role} {method} {path}: {}", answer.text);
            }
        }
        // No route of the staff is missing from this table.
        let paths = app.document["paths"].as_object().unwrap();
        let ours: usize = paths.iter().filter(|(path, _)| path.starts_with("/api/admin/"))
            .map(|(_, item)| item.as_object().unwrap().len()).sum();
        assert_eq!(ours, routes(&id).len());
    }

    async fn reasons_are_asked_for(t: TestDb) {
        let app = App::start(t).await;
        let id = taken(&app, "@reasons_contact", &[10]).await;
        for (method, path, body, may) in routes(&id) {
            let Some(body) = body else { continue };
            let field = body.as_object().unwrap().keys().next().unwrap().clone();
            for bad in [json!(""), json!("  a "), json!("x".repeat(501)), json!(null), json!("a\u{1}bcd")] {
                let whole = format!("/api/admin/services/{path}");
                let mut asked = body.clone();
                asked[&field] = bad;
                let key = [("x-role", may[1]), ("idempotency-key", "k")];
                let refused = app.send(900, method.clone(), &whole, Some(asked), &key).await;
                assert_eq!(refused.status, 422, "{path}: {}", refused.text);
                assert_eq!(refused.body["fields"][0]["field"], *field, "{}", refused.text);
            }
        }
        assert_eq!(app.status(&id).await, "active");
        assert_eq!(app.balance(10).await, 0);
    }

    async fn a_person_has_a_card(t: TestDb) {
        let app = App::start(t).await;
        let module = torg_services::module(app.services.clone(), &crate::chat::links());
        let card = module.cards[0].clone();
        let about = |user: i64| {
            let card = card.clone();
            let read = move |tx: &mut Tx<'_>| card.about(tx, torg_platform::UserId(user));
            app.t.db.read("card", read)
        };
        let stranger = about(55).await.unwrap();
        assert!(stranger.facts.is_empty() && stranger.items.is_empty());
        let id = taken(&app, "@card_contact", &[10]).await;
        app.minutes(1);
        app.fund(CUSTOMER, 2).await;
        let body = new_order("@card_other");
        let other = app.post(2, "/api/orders", Some(body)).await.body["id"].as_str().unwrap().to_owned();
        assert_eq!(app.act(CUSTOMER, &other, "take").await.says(), "200");
        for n in 0..25 {
            app.minutes(1);
            app.order_of(CUSTOMER, &format!("@card_{n}_contact")).await;
        }
        let part = about(CUSTOMER).await.unwrap();
        let fact = |name: &str| part.facts.iter().find(|f| f.name == name).map(|f| f.value.as_str());
        assert_eq!((fact("orders_posted"), fact("takes")), (Some("26"), Some("1")));
        assert_eq!((part.items.len(), part.items[0].kind), (20, "order"));
        assert!(part.items.is_sorted_by(|a, b| a.at >= b.at));
        let executor = about(10).await.unwrap();
        assert_eq!(executor.items.len(), 1);
        let item = &executor.items[0];
        assert_eq!((item.kind, item.id.as_str(), item.amount.as_deref(), item.currency),
            ("take", id.as_str(), Some("2.00"), Some("RUB")));
        for part in [part, executor] {
            let text = format!("{part:?}");
            assert!(!text.contains("@card"), "{text}");
        }
    }
}
