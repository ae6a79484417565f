//! Profiles: what people are shown of themselves, what they want to hear about, the cities.

use crate::app::{App, CUSTOMER, MIGRATIONS};
use serde_json::{Value, json};
use torg_platform::db::Tx;
use torg_platform::{Timestamp, UserId};
use torg_testkit::{TestDb, both_engines};

torg_platform::sql! {
    fn insert_user(
        id: UserId, first: &str, last: Option<&str>, name: Option<&str>, at: Timestamp,
    ) -> () =
        "INSERT INTO platform_users (id, first_name, last_name, username, created_at, seen_at)
         VALUES ($1, $2, $3, $4, $5, $5)";
}

/// Somebody who has opened the app: what signing in leaves behind.
pub(crate) async fn came(app: &App, user: i64, first: &str, rest: Option<(&str, &str)>) {
    let (first, last, name) = (
        first.to_owned(),
        rest.map(|r| r.0.to_owned()),
        rest.map(|r| r.1.to_owned()),
    );
    let insert = move |tx: &mut Tx<'_>| {
        let now = tx.now();
        let (last, name) = (last.as_deref(), name.as_deref());
        Ok::<_, torg_platform::Error>(insert_user(tx, UserId(user), &first, last, name, now)?)
    };
    app.t.db.write("came", insert).await.unwrap();
}

const PREFERENCES: &str = "/api/users/me/preferences";
const NOTICES: &str = "/api/users/me/notification-settings";

both_engines! { MIGRATIONS =>
    async fn a_profile_has_exactly_these_fields(t: TestDb) {
        let app = App::start(t).await;
        came(&app, CUSTOMER, "Анна", None).await;
        came(&app, 10, "Пётр", Some(("Смирнов", "petr_s"))).await;
        let me = async |who| app.get(who, "/api/users/me").await;
        assert_eq!(me(CUSTOMER).await.body, json!({
            "id": 1, "first_name": "Анна", "last_name": null, "username": null,
            "completed_orders": 0, "active_orders": 0, "rating": 0.0, "balance": 0,
        }));

        let done = app.order_of(CUSTOMER, "@first_contact").await;
        app.order_of(CUSTOMER, "@second_contact").await;
        app.order_of(2, "@others_contact").await;
        assert_eq!(me(CUSTOMER).await.body["active_orders"], 2);
        app.fund(10, 7).await;
        app.act(10, &done, "take").await;
        app.act(CUSTOMER, &done, "respond").await;
        assert_eq!(app.act(CUSTOMER, &done, "complete").await.says(), "200");
        assert_eq!(me(CUSTOMER).await.body["active_orders"], 1);
        assert_eq!(me(10).await.body, json!({
            "id": 10, "first_name": "Пётр", "last_name": "Смирнов", "username": "petr_s",
            "completed_orders": 1, "active_orders": 0, "rating": 0.0, "balance": 5,
        }));
        // Over by the clock alone, before anybody has written it down.
        app.minutes(60);
        assert_eq!(me(CUSTOMER).await.body["active_orders"], 0);
        assert_eq!(me(0).await.says(), "401 missing_credentials");
    }

    async fn a_subscription_is_replaced_as_a_whole(t: TestDb) {
        let app = App::start(t).await;
        let none = json!({"categories": [], "cities": []});
        assert_eq!(app.get(10, PREFERENCES).await.body, none);
        let wanted = json!({
            "categories": ["Сантехника", "cleaning", "plumbing"],
            "cities": [" Орёл ", "Москва", "орел"],
        });
        let put = app.put(10, PREFERENCES, wanted).await;
        assert_eq!((put.says(), put.body), ("200".to_owned(), json!({"success": true})));
        let kept = json!({"categories": ["Сантехника", "Клининг"], "cities": ["Орёл", "Москва"]});
        assert_eq!(app.get(10, PREFERENCES).await.body, kept);
        assert_eq!(app.get(11, PREFERENCES).await.body, none, "somebody else's");

        let list = |n: usize, item: &dyn Fn(usize) -> String| -> Value {
            (0..n).map(|n| json!(item(n))).collect()
        };
        let (category, city) = (|_| "plumbing".to_owned(), |n| format!("Город {n}"));
        let body = |categories: usize, cities: usize| {
            json!({"categories": list(categories, &category), "cities": list(cities, &city)})
        };
        for (body, says, field) in [
            (json!({"categories": ["Астрология"], "cities": []}), "400 unknown_category", None),
            (body(11, 0), "422 validation_error", Some("categories")),
            (body(0, 21), "422 validation_error", Some("cities")),
            (json!({"categories": [], "cities": ["Омск", "Я"]}), "422 validation_error", Some("cities[1]")),
            (json!({"categories": [], "cities": ["О\u{1}мск"]}), "422 validation_error", Some("cities[0]")),
            (json!({"categories": []}), "422 validation_error", None),
            (json!({"categories": "plumbing", "cities": []}), "422 validation_error", Some("categories")),
        ] {
            let refused = app.put(10, PREFERENCES, body).await;
            assert_eq!(refused.says(), says, "{}", refused.text);
            if let Some(field) = field {
                assert_eq!(refused.body["fields"][0]["field"], field, "{}", refused.text);
            }
        }
        assert_eq!(app.get(10, PREFERENCES).await.body, kept, "a refusal changes nothing");
        assert_eq!(app.put(10, PREFERENCES, body(10, 20)).await.says(), "200");
        let most = app.get(10, PREFERENCES).await.body;
        assert_eq!((&most["categories"], &most["cities"]), (&json!(["Сантехника"]), &list(20, &city)));
        assert_eq!(app.put(10, PREFERENCES, none.clone()).await.says(), "200");
        assert_eq!(app.get(10, PREFERENCES).await.body, none);
        assert_eq!(app.get(0, PREFERENCES).await.says(), "401 missing_credentials");
        assert_eq!(app.put(0, PREFERENCES, none).await.says(), "401 missing_credentials");
    }

    async fn notice_settings_change_one_by_one(t: TestDb) {
        let app = App::start(t).await;
        let shown = async |who| app.get(who, NOTICES).await.body;
        assert_eq!(shown(10).await, json!({"enabled": true, "frequency": 10}));
        for (change, enabled, frequency) in [
            (json!({"frequency": 5}), true, 5),
            (json!({"enabled": false}), false, 5),
            (json!({}), false, 5),
            (json!({"enabled": true, "frequency": 15}), true, 15),
        ] {
            let put = app.put(10, NOTICES, change).await;
            assert_eq!((put.says(), put.body), ("200".to_owned(), json!({"success": true})));
            assert_eq!(shown(10).await, json!({"enabled": enabled, "frequency": frequency}));
        }
        for frequency in [json!(4), json!(16), json!(-1), json!(0), json!(i64::MAX), json!(7.5), json!("7")] {
            let refused = app.put(10, NOTICES, json!({"enabled": false, "frequency": frequency})).await;
            assert_eq!(refused.says(), "422 validation_error", "{frequency}");
            assert_eq!(refused.body["fields"][0]["field"], "frequency", "{}", refused.text);
        }
        assert_eq!(shown(10).await, json!({"enabled": true, "frequency": 15}));
        assert_eq!(shown(11).await, json!({"enabled": true, "frequency": 10}), "somebody else's");
        // One does not disturb the other.
        app.put(10, PREFERENCES, json!({"categories": ["other"], "cities": ["Омск"]})).await;
        assert_eq!(shown(10).await, json!({"enabled": true, "frequency": 15}));
        assert_eq!(app.get(0, NOTICES).await.says(), "401 missing_credentials");
        assert_eq!(app.put(0, NOTICES, json!({})).await.says(), "401 missing_credentials");
    }

    async fn cities_are_searched_without_a_name(t: TestDb) {
        let app = App::start(t).await;
        let all = app.get(0, "/api/cities").await;
        let names: Vec<&str> = all.body.as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();
        assert_eq!((names[0], names.len() > 1_000), ("Абаза", true), "{}", names.len());
        assert_eq!(app.get(0, "/api/cities?search=").await.text, all.text);
        let search = async |what: &str| app.get(0, &format!("/api/cities?search={what}")).await.body;
        assert_eq!(search("абак").await, json!(["Абакан"]));
        assert_eq!(search("КОРОЛЕВ").await, json!(["Королёв"]));
        assert_eq!(search("%D0%BE%D0%BC%D1%81%D0%BA").await[0], "Омск");
        assert_eq!(search("нетакогогорода").await, json!([]));
        assert_eq!(search("%25_").await, json!([]), "no pattern language");
        let long = "a".repeat(101);
        assert_eq!(app.get(0, &format!("/api/cities?search={long}")).await.says(), "422 validation_error");
    }
}
