//! The staff sees no contact either.

use super::lists::complain;
use super::routes;
use crate::app::{App, CONTACT, CUSTOMER, MIGRATIONS};
use serde_json::json;
use torg_platform::db::Tx;
use torg_testkit::{TestDb, both_engines};

/// Everything that the staff can ask for, with every role.
async fn nobody_sees_it(app: &App, id: &str, when: &str) {
    let mut asked = routes(id);
    let read = |path: &str| (http::Method::GET, path.to_owned(), None, &["owner"][..]);
    for query in [
        "status=active",
        "status=deleted",
        "q=canary",
        "q=canary_contact",
        "q=1",
        "city=%D0%9C%D0%BE%D1%81%D0%BA%D0%B2%D0%B0",
        "category=plumbing",
        "limit=1",
    ] {
        asked.push(read(&format!("orders?{query}")));
        asked.push(read(&format!("orders.csv?{query}")));
    }
    for path in [
        "complaints?state=open",
        "complaints?state=resolved",
        "reviews?hidden=true",
        "reviews?hidden=false",
        "analytics?bucket=hour",
    ] {
        asked.push(read(path));
    }
    for role in ["read_only", "support", "finance", "moderator", "owner"] {
        for (method, path, body, _) in asked.clone() {
            let whole = format!("/api/admin/services/{path}");
            let key = format!("{role}{when}{path}");
            let headers = [("x-role", role), ("idempotency-key", key.as_str())];
            let answer = app.send(900, method.clone(), &whole, body, &headers).await;
            let name = format!("{when}, {role}: {method} {path}");
            assert!(
                !answer.text.to_lowercase().contains("canary"),
                "{name}: {}",
                answer.text
            );
            assert!(!answer.status.is_server_error(), "{name}: {}", answer.text);
        }
    }
}

/// What a search for a contact finds is as telling as the contact.
async fn nobody_finds_it(app: &App) {
    for query in [
        "q=canary",
        "q=@canary_contact",
        "q=%40canary_contact",
        "q=canary_contact",
    ] {
        let list = app.look(&format!("orders?{query}")).await;
        assert_eq!(list.body["orders"], json!([]), "{query}");
    }
}

both_engines! { MIGRATIONS =>
    async fn in_no_answer_to_the_staff(t: TestDb) {
        let app = App::start(t).await;
        for (n, untouched) in [true, false].into_iter().enumerate() {
            let who = 10 + i64::try_from(n).unwrap();
            let id = app.order_of(CUSTOMER, CONTACT).await;
            nobody_finds_it(&app).await;
            if untouched {
                // Its routes remove it in the end.
                nobody_sees_it(&app, &id, "untaken").await;
                continue;
            }
            app.fund(who, 2).await;
            app.act(who, &id, "take").await;
            complain(&app, who, &id).await;
            app.act(CUSTOMER, &id, "respond").await;
            app.act(CUSTOMER, &id, "complete").await;
            let stars = json!({"order_id": id, "rating": 2, "comment": "Так себе"});
            assert_eq!(app.post(CUSTOMER, "/api/reviews/client", Some(stars)).await.says(), "200");
            nobody_finds_it(&app).await;
            nobody_sees_it(&app, &id, "completed").await;
            assert_eq!(app.get(who, &format!("/api/orders/{id}")).await.body["contact"], CONTACT);
        }
        let taken = super::taken(&app, CONTACT, &[10]).await;
        nobody_sees_it(&app, &taken, "taken").await;
        app.worker.run_due().await.unwrap();
        let read = |tx: &mut Tx<'_>| torg_platform::outbox::stream::after(tx, 0, 1_000);
        let events = app.t.db.read("events", read).await.unwrap();
        assert!(events.len() >= 6);
        assert!(events.iter().all(|event| !event.data.contains("canary")));
    }
}
