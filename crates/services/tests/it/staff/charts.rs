//! Charts: what came of the orders of each hour and day.

use super::taken;
use crate::app::{App, CUSTOMER, MIGRATIONS};
use serde_json::{Value, json};
use torg_testkit::{TestDb, both_engines};

const FIELDS: [&str; 9] = [
    "orders",
    "taken",
    "taken_within_5",
    "taken_within_15",
    "takes",
    "no_response",
    "refunds",
    "completed",
    "revenue",
];

fn bucket(of: &Value) -> (String, Vec<String>) {
    let at = of["at"].as_str().unwrap().to_owned();
    let values = FIELDS.map(|field| of[field].to_string().trim_matches('"').to_owned());
    (at, values.to_vec())
}

/// The buckets that are not empty.
async fn chart(app: &App, query: &str) -> Vec<(String, Vec<String>)> {
    let chart = app.look(&format!("analytics?{query}")).await;
    assert_eq!(chart.says(), "200", "{query}: {}", chart.text);
    assert_eq!(chart.body["currency"], "RUB");
    let buckets = chart.body["buckets"].as_array().unwrap();
    buckets
        .iter()
        .filter(|b| b["orders"] != 0)
        .map(bucket)
        .collect()
}

both_engines! { MIGRATIONS =>
    async fn orders_count_in_the_hour_in_which_they_were_posted(t: TestDb) {
        // It is 03:04:05.
        let app = App::start(t).await;
        // Taken at once by two, completed; one of them paid back.
        let id = taken(&app, "@chart_one", &[10, 11]).await;
        app.act(CUSTOMER, &id, "respond").await;
        app.act(CUSTOMER, &id, "complete").await;
        app.refund(&id, 11, "k").await;
        // Taken after exactly five minutes, never answered.
        let silent = app.order_of(CUSTOMER, "@chart_two").await;
        // Taken after a quarter of an hour and a little more.
        let late = app.order_of(CUSTOMER, "@chart_three").await;
        app.minutes(5);
        app.fund(12, 4).await;
        app.act(12, &silent, "take").await;
        app.t.advance(std::time::Duration::from_secs(10 * 60 + 1));
        app.act(12, &late, "take").await;
        app.act(CUSTOMER, &late, "respond").await;
        // In the next hour: nobody wants it.
        app.minutes(45);
        app.order_of(CUSTOMER, "@chart_four").await;
        let hour = ["3", "3", "2", "2", "4", "1", "1", "1", "6.00"].map(str::to_owned).to_vec();
        let next = ["1", "0", "0", "0", "0", "0", "0", "0", "0.00"].map(str::to_owned).to_vec();
        // The silence of the second order is over, and nobody has written that down.
        let (three, four) = ("2026-01-02T03:00:00Z".to_owned(), "2026-01-02T04:00:00Z".to_owned());
        let expected = [(three.clone(), hour.clone()), (four.clone(), next.clone())];
        assert_eq!(chart(&app, "bucket=hour").await, expected);
        app.worker.run_due().await.unwrap();
        let mut hour = hour;
        hour[6] = "2".to_owned();
        hour[8] = "4.00".to_owned();
        let expected = [(three, hour), (four, next)];
        assert_eq!(chart(&app, "bucket=hour").await, expected);
        let day = ["4", "3", "2", "2", "4", "1", "2", "1", "4.00"].map(str::to_owned).to_vec();
        assert_eq!(chart(&app, "").await, [("2026-01-02T00:00:00Z".to_owned(), day)]);
        let bounds = "from=2026-01-02T04:00:00Z&to=2026-01-02T05:00:00Z&bucket=hour";
        assert_eq!(chart(&app, bounds).await, [expected[1].clone()]);
        assert_eq!(chart(&app, "to=2026-01-02T00:00:00Z").await, []);
    }

    async fn buckets_have_no_gaps_and_an_end(t: TestDb) {
        let app = App::start(t).await;
        let list = app.look("analytics?bucket=hour&from=2026-01-01T00:30:00Z&to=2026-01-01T03:00:00Z").await;
        let at: Vec<&str> = list.body["buckets"].as_array().unwrap().iter()
            .map(|bucket| bucket["at"].as_str().unwrap()).collect();
        assert_eq!(at, ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z"]);
        assert_eq!(list.body["buckets"][0]["revenue"], json!("0.00"));
        for query in [
            "from=2024-01-01T00:00:00Z", "bucket=hour&from=2025-12-01T00:00:00Z", "from=yesterday",
            "bucket=minute", "from=2026-02-01T00:00:00Z",
        ] {
            let refused = app.look(&format!("analytics?{query}")).await;
            assert_eq!(refused.status, 422, "{query}: {}", refused.text);
        }
    }
}
