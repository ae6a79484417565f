//! Reviews that are hidden: shown to nobody else, counted nowhere.

use super::{sound, taken};
use crate::app::{Answer, App, CUSTOMER, MIGRATIONS};
use futures_util::future::{FutureExt as _, join_all};
use http::Method;
use serde_json::{Value, json};
use torg_testkit::{TestDb, both_engines};

/// A finished order that `executors` have taken and [`CUSTOMER`] has reviewed with these stars;
/// the order and the numbers of the reviews.
async fn reviewed(app: &App, contact: &str, executors: &[(i64, i64)]) -> (String, Vec<i64>) {
    let who: Vec<i64> = executors.iter().map(|(who, _)| *who).collect();
    let id = taken(app, contact, &who).await;
    app.act(CUSTOMER, &id, "respond").await;
    app.act(CUSTOMER, &id, "complete").await;
    let mut numbers = Vec::new();
    for (who, stars) in executors {
        let body = json!({"order_id": id, "executor_id": who, "rating": stars,
            "comment": format!("Отзыв про {who}")});
        let left = app.post(CUSTOMER, "/api/reviews/client", Some(body)).await;
        assert_eq!(left.says(), "200", "{}", left.text);
        numbers.push(left.body["review_id"].as_i64().unwrap());
    }
    (id, numbers)
}

async fn hide(app: &App, review: i64) -> Answer {
    let body = Some(json!({ "reason": "Insults" }));
    app.staff(
        "moderator",
        Method::PUT,
        &format!("reviews/{review}/hide"),
        body,
    )
    .await
}

async fn show(app: &App, review: i64) -> Answer {
    app.staff(
        "moderator",
        Method::DELETE,
        &format!("reviews/{review}/hide"),
        None,
    )
    .await
}

async fn rating(app: &App, who: i64) -> Value {
    app.get(who, "/api/users/me").await.body["rating"].clone()
}

/// Numbers of the reviews that `who` is shown.
async fn seen(app: &App, who: i64, query: &str) -> Vec<i64> {
    let list = app.get(who, &format!("/api/reviews{query}")).await;
    let list = list.body.as_array().unwrap().clone();
    list.iter().map(|r| r["id"].as_i64().unwrap()).collect()
}

both_engines! { MIGRATIONS =>
    async fn a_hidden_review_does_not_count(t: TestDb) {
        let app = App::start(t).await;
        for who in [CUSTOMER, 10, 11] {
            crate::people::came(&app, who, "Somebody", None).await;
        }
        let (first, one) = reviewed(&app, "@hide_one", &[(10, 1), (11, 4)]).await;
        let (_, two) = reviewed(&app, "@hide_two", &[(10, 5)]).await;
        let all = [two[0], one[1], one[0]];
        assert_eq!(rating(&app, 10).await, 3.0);
        assert_eq!(seen(&app, 0, "").await, all);
        assert_eq!(hide(&app, one[0]).await.says(), "204");
        assert_eq!(hide(&app, one[0]).await.says(), "204", "twice is once");
        assert_eq!((rating(&app, 10).await, rating(&app, 11).await), (json!(5.0), json!(4.0)));
        for who in [0, 10, 11, 50] {
            assert_eq!(seen(&app, who, "").await, all[..2], "{who}");
            assert_eq!(seen(&app, who, "?rating=1").await, [0_i64; 0], "{who}");
        }
        assert_eq!(seen(&app, 10, "?mine=true").await, [two[0]]);
        // Whoever wrote it does not notice.
        assert_eq!(seen(&app, CUSTOMER, "?about_me=true").await, all);
        let path = format!("/api/orders/{first}");
        assert_eq!(app.get(0, &path).await.body["rating"], 4, "the latest that is shown");
        assert_eq!(hide(&app, one[1]).await.says(), "204");
        let order = app.get(0, &path).await.body;
        assert_eq!((&order["rating"], &order["review_comment"]), (&Value::Null, &Value::Null));
        let numbers = async |query: &str| {
            let list = app.look(&format!("reviews{query}")).await;
            let list = list.body["reviews"].as_array().unwrap().clone();
            list.iter().map(|r| r["id"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(numbers("").await, all);
        assert_eq!(numbers("?hidden=true").await, [one[1], one[0]]);
        assert_eq!(numbers("?hidden=false").await, [two[0]]);
        let list = app.look("reviews?hidden=true&limit=1").await.body;
        assert_eq!(list["reviews"][0]["hidden"], json!({
            "at": "2026-01-02T03:04:05Z", "by": "user/900", "reason": "Insults"}));
        assert!(list["next_cursor"].is_string());
        sound(&app).await;
        for review in [one[0], one[1], one[0]] {
            assert_eq!(show(&app, review).await.says(), "204");
        }
        assert_eq!((rating(&app, 10).await, rating(&app, 11).await), (json!(3.0), json!(4.0)));
        assert_eq!(seen(&app, 0, "").await, all);
        assert_eq!(app.get(0, &path).await.body["review_comment"], "Отзыв про 11");
        assert_eq!(hide(&app, 999).await.says(), "404 review_not_found");
        assert_eq!(show(&app, 999).await.says(), "404 review_not_found");
        sound(&app).await;
    }

    async fn hiding_and_reviewing_at_once_keeps_the_rating(t: TestDb) {
        let app = App::start(t).await;
        let mut old = Vec::new();
        for n in 0..8 {
            old.push(reviewed(&app, &format!("@old_{n}_contact"), &[(10, 1 + n % 5)]).await.1[0]);
        }
        let mut fresh = Vec::new();
        for n in 0..8 {
            let id = taken(&app, &format!("@new_{n}_contact"), &[10]).await;
            app.act(CUSTOMER, &id, "respond").await;
            app.act(CUSTOMER, &id, "complete").await;
            fresh.push(id);
        }
        let all = (0..64_usize).map(|n| {
            let (review, id) = (old[n % 8], &fresh[n % 8]);
            let body = json!({"order_id": id, "rating": 1 + n % 5});
            match n.div_euclid(8) % 4 {
                0 | 2 => hide(&app, review).boxed(),
                1 => show(&app, review).boxed(),
                _ => app.post(CUSTOMER, "/api/reviews/client", Some(body)).boxed(),
            }
        });
        // What was built is sent at once, whatever became of the bodies.
        for answer in join_all(all.collect::<Vec<_>>()).await {
            let known = ["204", "200", "409 already_reviewed"];
            assert!(known.contains(&answer.says().as_str()), "{}", answer.text);
        }
        sound(&app).await;
    }
}
