//! Codes for devices without Telegram.

use super::*;
use futures_util::future::join_all;
use std::time::Duration;
use torg_platform::auth::block;

async fn code(world: &World, person: &Person) -> String {
    let made = world
        .app
        .post("/api/auth/code")
        .by(person)
        .send()
        .await
        .ok(201);
    made["code"].as_str().unwrap().to_owned()
}

async fn redeem(world: &World, code: &str) -> Answer {
    let request = world.app.post("/api/auth/redeem");
    request.json(json!({ "code": code })).send().await
}

both_engines! { ALL =>
    async fn a_code_opens_one_session(t: TestDb) {
        let world = World::start(t, Role::Support).await;
        let typed = code(&world, &world.staff).await.to_lowercase().replace('-', " ");
        let opened = redeem(&world, &typed).await.ok(200);
        assert_eq!(opened["user"]["id"], STAFF);
        redeem(&world, &typed).await.refused(401, "code_invalid");
        let token = opened["token"].as_str().unwrap();
        // With the rights of the person.
        let answer = world.app.get("/api/admin/today").bearer(token).send().await;
        answer.ok(200);
        world.app.post("/api/auth/logout").bearer(token).send().await.ok(204);
        let answer = world.app.get("/api/admin/today").bearer(token).send().await;
        answer.refused(401, "session_revoked");
    }

    async fn old_and_replaced_codes_and_noise_open_nothing(t: TestDb) {
        let world = World::start(t, Role::Support).await;
        let first = code(&world, &world.staff).await;
        let second = code(&world, &world.staff).await;
        redeem(&world, &first).await.refused(401, "code_invalid");
        world.app.t.advance(Duration::from_secs(120));
        redeem(&world, &second).await.refused(401, "code_invalid");
        for noise in ["", "x", "00000-00000", "Ж", &"0".repeat(5000)] {
            redeem(&world, noise).await.refused(401, "code_invalid");
        }
        let last = code(&world, &world.staff).await;
        world.app.t.advance(Duration::from_secs(119));
        world.write(|tx| block(tx, UserId(STAFF), None, "test")).await;
        redeem(&world, &last).await.refused(403, "user_blocked");
    }

    async fn many_at_once_open_one_session(t: TestDb) {
        let world = World::start(t, Role::Support).await;
        let code = code(&world, &world.staff).await;
        let answers = join_all((0..64).map(|_| redeem(&world, &code))).await;
        let opened = answers.iter().filter(|a| a.status == 200).count();
        let refused = answers.iter().filter(|a| a.status == 401).count();
        assert_eq!((opened, refused), (1, 63));
    }

    async fn trying_out_is_limited(t: TestDb) {
        let app = TestApp::start_limited(t, async |_| Vec::new()).await;
        let mut refused = Vec::new();
        for _ in 0..12 {
            let request = app.post("/api/auth/redeem");
            let answer = request.json(json!({ "code": "00000-00000" })).send().await;
            refused.push(answer.status.as_u16());
        }
        assert_eq!(refused.iter().filter(|s| **s == 401).count(), 10);
        assert_eq!(refused[10..], [429, 429]);
    }
}
