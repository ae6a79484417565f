//! Who may look and who may change.

use super::*;

both_engines! { ALL =>
    async fn each_route_has_its_roles(t: TestDb) {
        use Role::{Finance, Moderator, Owner, ReadOnly, Support};
        let world = World::start(t, Owner).await;
        world.revoke(Owner).await;
        world.comes(11, "Анна", None, None).await;
        let all = vec![Owner, Finance, Moderator, Support, ReadOnly];
        let routes = [
            (Method::GET, "today", all.clone()),
            (Method::GET, "money", all.clone()),
            (Method::GET, "ledger", all.clone()),
            (Method::GET, "ledger.csv", vec![Owner, Finance]),
            (Method::GET, "audit", all.clone()),
            (Method::GET, "audit.csv", vec![Owner]),
            (Method::GET, "users", all.clone()),
            (Method::GET, "users.csv", all.clone()),
            (Method::GET, "users/11", all.clone()),
            (Method::GET, "users/11/ledger", all.clone()),
            (Method::GET, "users/11/adjustments", all.clone()),
            (Method::POST, "users/11/notes", vec![Owner, Finance, Moderator, Support]),
            (Method::DELETE, "users/11/notes/99", all),
            (Method::POST, "users/11/adjustments", vec![Owner, Finance]),
        ];
        for (method, path, _) in &routes {
            let whole = format!("/api/admin/{path}");
            let nobody = world.app.request(method.clone(), &whole).send().await;
            nobody.refused(401, "missing_credentials");
            world.ask(method.clone(), path, None).await.refused(403, "role_required");
        }
        for role in Role::ALL {
            world.grant(role).await;
            for (method, path, may) in &routes {
                let answer = world.ask(method.clone(), path, None).await;
                let refused = answer.status == 403;
                assert_eq!(refused, !may.contains(&role), "{method} {path} {role:?}: {}", answer.text);
                assert!(answer.status.as_u16() < 500, "{method} {path}: {}", answer.text);
            }
            world.revoke(role).await;
        }
    }
}
