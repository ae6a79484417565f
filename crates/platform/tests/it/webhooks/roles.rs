//! Who may look and who may change.

use super::*;
use torg_platform::auth::{Role, staff};
use torg_testkit::both_engines;

both_engines! { &[torg_platform::MIGRATIONS] =>
    async fn all_of_the_staff_may_look_and_owners_may_change(t: TestDb) {
        let app = start(t).await;
        let person = app.person(7);
        let looks = ["webhooks", "outbox", "outbox/dead-letters", "jobs/dead"];
        let changes = [
            (Method::POST, "webhooks"),
            (Method::PATCH, "webhooks/x"),
            (Method::DELETE, "webhooks/x"),
            (Method::POST, "webhooks/x/rotate"),
            (Method::PATCH, "outbox/dead-letters/1"),
            (Method::DELETE, "outbox/dead-letters/1"),
            (Method::POST, "outbox/dead-letters/1/retry"),
            (Method::DELETE, "jobs/dead/1"),
            (Method::POST, "jobs/dead/1/retry"),
        ];
        let ask = async |method: Method, path: &str| {
            let path = format!("/api/admin/{path}");
            let request = app.request(method, &path).by(&person).json(json!({ "payload": 1 }));
            request.send().await
        };
        let everything = (looks.into_iter().map(|path| (Method::GET, path)))
            .chain(changes.clone());
        for (method, path) in everything {
            let whole = format!("/api/admin/{path}");
            let nobody = app.request(method.clone(), &whole).send().await;
            nobody.refused(401, "missing_credentials");
            ask(method, path).await.refused(403, "role_required");
        }
        for role in Role::ALL {
            let id = person.id();
            let grant = move |tx: &mut Tx<'_>| staff::grant(tx, id, role, "test");
            app.t.db.write("test.grant", grant).await.unwrap();
            app.forget(id);
            for path in looks {
                ask(Method::GET, path).await.ok(200);
            }
            for (method, path) in changes.clone() {
                let answer = ask(method, path).await;
                if role == Role::Owner {
                    let status = answer.status.as_u16();
                    assert!(status == 404 || status == 422, "{}: {}", answer.what, answer.text);
                } else {
                    answer.refused(403, "role_required");
                }
            }
            let revoke = move |tx: &mut Tx<'_>| staff::revoke(tx, id, role, "test");
            app.t.db.write("test.revoke", revoke).await.unwrap();
            app.forget(id);
        }
    }
}
