//! Endpoints as an operator sees them.

use super::*;
use torg_testkit::both_engines;

both_engines! { &[torg_platform::MIGRATIONS] =>
    async fn a_webhook_from_its_registration_to_its_end(t: TestDb) {
        let (app, receiver) = (start(t).await, Receiver::start().await);
        let other = Receiver::start().await;
        let body = json!({ "url": receiver.url(), "topics": ["test.*", "a.b"] });
        let created = admin(&app, Method::POST, "webhooks", Some(body)).await.ok(201);
        let secret = created["secret"].as_str().unwrap();
        assert!(secret.starts_with("whsec_") && secret.len() == 49, "{secret}");
        let id = created["id"].as_str().unwrap();
        let mut expected = json!({
            "id": id, "url": receiver.url(), "topics": ["test.*", "a.b"], "is_active": true,
            "created_at": app.now(), "created_by": "admin-secret", "disabled_reason": null,
        });
        let list = admin(&app, Method::GET, "webhooks", None).await;
        assert_eq!(list.ok(200), json!({ "webhooks": [expected] }));
        assert!(!list.text.contains("whsec"), "the secret was shown once");
        let path = format!("webhooks/{id}");
        let patch = async |body: Value| {
            admin(&app, Method::PATCH, &path, Some(body)).await.ok(200)
        };
        assert_eq!(patch(json!({})).await, expected);
        expected["is_active"] = json!(false);
        assert_eq!(patch(json!({ "is_active": false })).await, expected);
        publish(&app.t.db, "test.x", "a", json!("unheard")).await;
        app.settle().await;
        assert_eq!(counts(&app).await, (0, 0), "nothing is kept for who is switched off");
        expected["is_active"] = json!(true);
        expected["url"] = json!(other.url());
        expected["topics"] = json!(["*"]);
        let change = json!({ "is_active": true, "url": other.url(), "topics": ["*"] });
        assert_eq!(patch(change).await, expected);
        let rotated = admin(&app, Method::POST, &format!("{path}/rotate"), None).await.ok(200);
        let new = rotated["secret"].as_str().unwrap();
        assert!(new.starts_with("whsec_") && new != secret);
        publish(&app.t.db, "test.x", "a", json!("heard")).await;
        app.settle().await;
        assert!(receiver.heard().is_empty());
        let heard = &other.heard()[0];
        let signed = Some(heard.headers["x-signature"].as_bytes());
        let verify = |secret: &str| {
            torg_platform::signature::verify(&Secret::new(secret), app.now(), &heard.raw, signed)
        };
        verify(new).unwrap();
        verify(secret).unwrap_err();
        let trail = audit(&app).await;
        let change = "{\"host\":\"127.0.0.1\",\"is_active\":true,\"topics\":\"*\"}";
        let line = |act: &str| format!("admin-secret platform.webhook.{act}");
        assert_eq!(trail, [
            line("create {\"host\":\"127.0.0.1\"}"),
            line("change {\"is_active\":false}"),
            line(&format!("change {change}")),
            line("rotate {}"),
        ], "neither the address nor the secret");
    }

    async fn what_is_on_its_way_to_a_deleted_webhook_is_dropped(t: TestDb) {
        let (app, stays) = (start(t).await, Receiver::start().await);
        let hook = register(&app, "http://127.0.0.1:9/nobody", &["*"]).await;
        register(&app, &stays.url(), &["*"]).await;
        publish(&app.t.db, "test.x", "a", json!(1)).await;
        app.settle().await;
        assert_eq!(counts(&app).await, (1, 0));
        let path = format!("webhooks/{}", hook.id);
        admin(&app, Method::DELETE, &path, None).await.ok(204);
        assert_eq!(counts(&app).await, (0, 0));
        assert_eq!(taken(&stays, "a"), [json!(1)]);
        for (method, path) in [
            (Method::DELETE, path.clone()),
            (Method::POST, format!("{path}/rotate")),
        ] {
            admin(&app, method, &path, None).await.refused(404, "webhook_not_found");
        }
        let change = admin(&app, Method::PATCH, &path, Some(json!({ "is_active": true }))).await;
        change.refused(404, "webhook_not_found");
    }

    async fn an_address_inside_is_refused_when_typed_and_when_asked(t: TestDb) {
        let app = TestApp::start(t, async |ctx| {
            vec![module(ctx, Reach::Internet, Vec::new())]
        })
        .await;
        for url in [
            "http://example.org/",
            "https://example.org:8443/",
            "https://user:password@example.org/",
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest/meta-data",
            "not an address",
            "",
        ] {
            let body = json!({ "url": url, "topics": ["*"] });
            let answer = admin(&app, Method::POST, "webhooks", Some(body)).await;
            let refusal = answer.refused(422, "validation_error");
            assert_eq!(refusal["fields"][0]["field"], "url", "{url}");
        }
        for topics in [json!([]), json!(["A"]), json!(["a b"]), json!("*")] {
            let body = json!({ "url": "https://example.org", "topics": topics });
            let answer = admin(&app, Method::POST, "webhooks", Some(body)).await;
            answer.refused(422, "validation_error");
        }
        // From a time when it was allowed, or a name that means this machine.
        let receiver = Receiver::start().await;
        register(&app, "https://localhost/hook", &["*"]).await;
        let hook = register(&app, "https://example.org", &["*"]).await;
        let url = receiver.url();
        let sql = format!("UPDATE platform_webhooks SET url = '{url}' WHERE id = '{}'", hook.id);
        app.t.raw(&sql).await.unwrap();
        publish(&app.t.db, "test.x", "a", json!(1)).await;
        for _ in 0..110 {
            app.advance(std::time::Duration::from_hours(1)).await;
        }
        let mut reasons: Vec<String> = dead(&app).await.into_iter().map(|d| d.2).collect();
        reasons.sort();
        assert_eq!(reasons, [
            "the address is not allowed",
            "the host is not on the public Internet",
        ]);
        assert!(receiver.heard().is_empty());
    }
}
