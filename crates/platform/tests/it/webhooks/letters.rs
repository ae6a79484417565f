//! What was given up: looked at, changed, tried again, dropped, over HTTP.

use super::receiver::Reply;
use super::*;
use futures_util::future::BoxFuture;
use std::time::Duration;
use torg_platform::jobs::queue::{Claim, NewJob, enqueue};
use torg_platform::{Kind, Result};
use torg_testkit::both_engines;

struct Failing;

impl Handler for Failing {
    fn kind(&self) -> &'static str {
        "test.fail"
    }
    fn attempts_max(&self) -> i64 {
        1
    }
    fn run<'a>(&'a self, db: &'a Db, claim: &'a Claim) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if claim.payload.contains("good") {
                let claim = claim.clone();
                let done = move |tx: &mut Tx<'_>| claim.complete(tx);
                return db.write("test.done", done).await;
            }
            Err(Error::new(Kind::Unavailable, "away", "Away"))
        })
    }
}

both_engines! { &[torg_platform::MIGRATIONS] =>
    async fn poison_is_parked_after_its_budget_and_arrives_when_edited(t: TestDb) {
        let (app, receiver) = (start(t).await, Receiver::start().await);
        receiver.answer(|data| Reply::Status(if data == "bad" { 500 } else { 200 }));
        let hook = register(&app, &receiver.url(), &["*"]).await;
        publish(&app.t.db, "test.happened", "a", json!("bad")).await;
        publish(&app.t.db, "test.happened", "a", json!("behind")).await;
        publish(&app.t.db, "test.happened", "b", json!("beside")).await;
        app.settle().await;
        assert_eq!(taken(&receiver, "b"), [json!("beside")]);
        assert!(taken(&receiver, "a").is_empty());
        let mut hours = 0;
        while counts(&app).await.1 == 0 {
            app.advance(Duration::from_hours(1)).await;
            hours += 1;
            assert!(hours < 200, "it is given up at last");
        }
        assert!(hours > 24, "but not before a day is over: {hours}");
        assert_eq!(taken(&receiver, "a"), [json!("behind")], "and holds up nobody then");
        let letters = dead(&app).await;
        let [(id, queue, reason)] = letters.as_slice() else { panic!("{letters:?}") };
        assert_eq!(*queue, format!("platform.webhooks/{}", hook.id));
        assert_eq!(reason, "answered 500", "nothing of what the receiver has said");
        let path = format!("outbox/dead-letters/{id}");
        for wrong in [json!({}), json!({ "payload": 1, "x": 2 })] {
            admin(&app, Method::PATCH, &path, Some(wrong)).await.refused(422, "validation_error");
        }
        let good = json!({ "payload": { "b": 1, "a": [1.50, null] } });
        admin(&app, Method::PATCH, &path, Some(good)).await.ok(204);
        let page = admin(&app, Method::GET, "outbox/dead-letters", None).await.ok(200);
        assert_eq!(page["dead_letters"][0]["payload"], json!({ "b": 1, "a": [1.5, null] }));
        assert_eq!(page["dead_letters"][0]["attempts"], 100);
        admin(&app, Method::POST, &format!("{path}/retry"), None).await.ok(204);
        app.settle().await;
        assert_eq!(taken(&receiver, "a")[1], json!({ "b": 1, "a": [1.5, null] }));
        assert_eq!(counts(&app).await, (0, 0));
        let gone = admin(&app, Method::POST, &format!("{path}/retry"), None).await;
        gone.refused(404, "dead_letter_not_found");
        let trail = audit(&app).await;
        assert_eq!(trail[1..], [
            "admin-secret platform.dead_letter.edit {}".to_owned(),
            "admin-secret platform.dead_letter.retry {}".to_owned(),
        ]);
        let read = |tx: &mut Tx<'_>| Ok::<_, Error>(requests(tx)?);
        let requests = app.t.db.read("test.requests", read).await.unwrap();
        assert!(requests.iter().all(|id| id.len() > 10), "{requests:?}");
    }

    async fn dead_letters_come_in_pages_and_can_be_dropped(t: TestDb) {
        let (app, receiver) = (start(t).await, Receiver::start().await);
        receiver.answer(|_| Reply::Status(410));
        register(&app, &receiver.url(), &["*"]).await;
        for n in 0..5 {
            publish(&app.t.db, "test.happened", &format!("a{n}"), json!(n)).await;
        }
        app.settle().await;
        let heard = receiver.heard().len();
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("outbox/dead-letters?limit=2{cursor}");
            let page = admin(&app, Method::GET, &path, None).await.ok(200);
            let letters = page["dead_letters"].as_array().unwrap();
            seen.extend(letters.iter().map(|l| l["id"].as_i64().unwrap()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), 5);
        assert!(seen.is_sorted());
        for id in &seen {
            let path = format!("outbox/dead-letters/{id}");
            admin(&app, Method::DELETE, &path, None).await.ok(204);
            let again = admin(&app, Method::DELETE, &path, None).await;
            again.refused(404, "dead_letter_not_found");
        }
        app.advance(Duration::from_hours(1)).await;
        assert_eq!(counts(&app).await, (0, 0));
        assert_eq!(receiver.heard().len(), heard);
        for (query, code) in [("limit=0", "validation_error"), ("cursor=x", "cursor_invalid")] {
            let path = format!("outbox/dead-letters?{query}");
            admin(&app, Method::GET, &path, None).await.refused(422, code);
        }
    }

    async fn dead_jobs_are_tried_again_or_dropped(t: TestDb) {
        let app = TestApp::start(t, async |ctx| {
            vec![module(ctx, Reach::Anywhere, vec![Arc::new(Failing)])]
        })
        .await;
        let put = async |key: Option<&'static str>, payload: &'static str| {
            let write = move |tx: &mut Tx<'_>| {
                let due_at = tx.now();
                enqueue(tx, &NewJob { kind: "test.fail", key, payload, due_at })
            };
            app.t.db.write("test.enqueue", write).await.unwrap();
        };
        put(Some("k"), r#"{"n": 1}"#).await;
        app.settle().await;
        put(None, "{}").await;
        app.settle().await;
        let page = admin(&app, Method::GET, "jobs/dead?limit=1", None).await.ok(200);
        let job = &page["dead_jobs"][0];
        assert_eq!((&job["kind"], &job["key"]), (&json!("test.fail"), &json!("k")));
        assert_eq!(job["payload"], json!({ "n": 1 }));
        assert_eq!(job["last_error"], "Away (away)");
        let next = format!("jobs/dead?cursor={}", page["next_cursor"].as_str().unwrap());
        let rest = admin(&app, Method::GET, &next, None).await.ok(200);
        let (first, second) = (job["id"].clone(), rest["dead_jobs"][0]["id"].clone());
        // Its successor does its work: there is one at most.
        put(Some("k"), r#"{"good": true}"#).await;
        let retry = format!("jobs/dead/{first}/retry");
        admin(&app, Method::POST, &retry, None).await.refused(409, "job_key_taken");
        app.settle().await;
        admin(&app, Method::POST, &retry, None).await.ok(204);
        admin(&app, Method::POST, &retry, None).await.refused(404, "dead_job_not_found");
        app.settle().await;
        for id in [first, second] {
            let path = format!("jobs/dead/{id}");
            admin(&app, Method::DELETE, &path, None).await.ok(204);
            admin(&app, Method::DELETE, &path, None).await.refused(404, "dead_job_not_found");
        }
        let page = admin(&app, Method::GET, "jobs/dead", None).await.ok(200);
        assert_eq!(page, json!({ "dead_jobs": [] }));
        assert_eq!(audit(&app).await, [
            "admin-secret platform.dead_job.retry {}",
            "admin-secret platform.dead_job.drop {}",
            "admin-secret platform.dead_job.drop {}",
        ]);
    }
}
