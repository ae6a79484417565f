//! initData, sessions, and those who are shut out.

use super::*;
use torg_platform::auth::{FRESH, PurgeSessions, block, unblock};
use torg_testkit::both_engines;

both_engines! { &[torg_platform::MIGRATIONS] =>
    async fn every_form_of_header_signs_in(t: TestDb) {
        let world = World::new(t);
        let data = ann("Ann", NOW);
        let token = world.token(&data).await;
        assert_eq!(world.user(&format!("Bearer {data}")).await, ok("7"));
        assert_eq!(world.user(&format!("tma {data}")).await, ok("7"));
        assert_eq!(world.user(&token).await, ok("7"));
        assert_eq!(
            world.get("/user", &[]).await,
            refused(401, "missing_credentials")
        );
        assert_eq!(
            world.user("Basic dTpw").await,
            refused(401, "malformed_credentials")
        );
        assert_eq!(
            world.user("Bearer a.b.c").await,
            refused(401, "session_invalid")
        );
        let forged = world.user("Bearer id=7&hash=bad").await;
        assert_eq!(forged, refused(401, "init_data_hash_mismatch"));
    }

    async fn a_public_route_takes_a_bad_credential_as_none(t: TestDb) {
        let world = World::new(t);
        for (header, seen) in [
            (ann("Ann", NOW), "7"),
            ("id=7&hash=bad".to_owned(), "nobody"),
            ("a.b.c".to_owned(), "nobody"),
        ] {
            let header = format!("Bearer {header}");
            assert_eq!(
                world.get("/public", &[("authorization", &header)]).await,
                ok(seen)
            );
        }
        assert_eq!(world.get("/public", &[]).await, ok("nobody"));
        // A machine's own header is not ours to judge.
        let signed = world
            .get("/signed", &[("authorization", "Basic dTpw")])
            .await;
        assert_eq!(signed, ok("nobody"));
    }

    async fn init_data_and_sessions_end(t: TestDb) {
        let world = World::new(t);
        let data = ann("Ann", NOW);
        let (status, body) = world.exchange(&data).await;
        assert_eq!(status, 200);
        assert_eq!(body["expires_at"], "2026-01-03T03:04:05Z");
        assert_eq!(
            body["user"],
            json!({
                "id": 7, "first_name": "Ann", "last_name": null, "username": null, "language": null
            })
        );
        let token = format!("Bearer {}", body["token"].as_str().unwrap());
        world.t.clock.advance(61 * MINUTE);
        let (status, body) = world.exchange(&data).await;
        assert_eq!((status, &body["code"]), (401, &json!("init_data_expired")));
        assert_eq!(world.user(&format!("Bearer {data}")).await, ok("7"));
        world
            .t
            .clock
            .advance(23 * 60 * MINUTE - MINUTE - Duration::from_secs(1));
        assert_eq!(world.user(&token).await, ok("7"));
        world.t.clock.advance(Duration::from_secs(1));
        assert_eq!(world.user(&token).await, refused(401, "session_expired"));
        world.t.clock.advance(Duration::from_secs(1));
        assert_eq!(
            world.user(&format!("Bearer {data}")).await,
            refused(401, "init_data_expired")
        );
    }

    async fn a_session_that_was_ended_stays_ended(t: TestDb) {
        let world = World::new(t);
        let (one, other) = (
            world.token(&ann("Ann", NOW)).await,
            world.token(&ann("Ann", NOW)).await,
        );
        assert_ne!(one, other);
        assert_eq!(world.logout(&one).await, 204);
        assert_eq!(world.user(&one).await, refused(401, "session_revoked"));
        assert_eq!(world.user(&other).await, ok("7"));
        assert_eq!(world.logout(&one).await, 401);
        assert_eq!(
            world.logout(&format!("Bearer {}", ann("Ann", NOW))).await,
            204
        );
        assert_eq!(world.user(&other).await, ok("7"));
    }

    async fn what_another_process_revokes_is_noticed_within_the_bound(t: TestDb) {
        let world = World::new(t);
        let token = world.token(&ann("Ann", NOW)).await;
        world
            .write(|tx| Ok(revoke_all(tx, UserId(7), NOW)?))
            .await;
        // Another process did it: this one may believe what it knew for so long, and no longer.
        world
            .t
            .clock
            .advance(FRESH.saturating_sub(Duration::from_micros(1)));
        assert_eq!(world.user(&token).await, ok("7"));
        world.t.clock.advance(Duration::from_micros(1));
        assert_eq!(world.user(&token).await, refused(401, "session_revoked"));
    }

    async fn the_blocked_are_refused_everywhere(t: TestDb) {
        let world = World::new(t);
        let data = ann("Ann", NOW);
        let (header, token) = (format!("Bearer {data}"), world.token(&data).await);
        assert!(world.write(|tx| block(tx, UserId(7), None, "test")).await);
        world.auth.forget(UserId(7));
        assert_eq!(world.user(&header).await, refused(403, "user_blocked"));
        assert_eq!(
            world.get("/public", &[("authorization", &header)]).await,
            ok("nobody")
        );
        let (status, body) = world.exchange(&data).await;
        assert_eq!((status, &body["code"]), (403, &json!("user_blocked")));
        world.t.clock.advance(FRESH);
        assert_eq!(world.user(&token).await, refused(401, "session_revoked"));
        assert!(world.write(|tx| unblock(tx, UserId(7), "test")).await);
        world.auth.forget(UserId(7));
        assert_eq!(world.user(&header).await, ok("7"));
        assert!(!world.write(|tx| unblock(tx, UserId(7), "test")).await);
    }

    async fn names_follow_the_newest_init_data_and_nothing_else_is_written(t: TestDb) {
        let world = World::new(t);
        let writes = || world.t.db.stats();
        let (old, new) = (ann("Ann", NOW), ann("Anna", NOW.plus(MINUTE)));
        world.t.clock.advance(MINUTE);
        world.user(&format!("Bearer {old}")).await;
        assert_eq!(world.name_of(7).await, "Ann");
        world.user(&format!("Bearer {new}")).await;
        assert_eq!(world.name_of(7).await, "Anna");
        // The other window of the app, opened before the renaming, and then long after the cache.
        let before = writes();
        for _ in 0..3 {
            world.user(&format!("Bearer {old}")).await;
            world.user(&format!("Bearer {new}")).await;
            world.t.clock.advance(FRESH);
        }
        assert_eq!(world.name_of(7).await, "Anna");
        let after = writes();
        assert_eq!(
            before.batched, after.batched,
            "a known person writes nothing"
        );
        world.user(&format!("Bearer {new}")).await;
        let looked_up = writes();
        for _ in 0..10 {
            assert_eq!(world.user(&format!("Bearer {new}")).await, ok("7"));
        }
        assert_eq!(
            looked_up.units,
            writes().units,
            "the hot path asks no database"
        );
    }

    async fn expired_sessions_are_deleted(t: TestDb) {
        use torg_platform::jobs::Periodic as _;
        let world = World::new(t);
        let token = world.token(&ann("Ann", NOW)).await;
        let count = |tx: &mut Tx<'_>| Ok(count_sessions(tx)?.0);
        world.write(|tx| PurgeSessions.run(tx)).await;
        assert_eq!(world.write(count).await, 1);
        world.t.clock.advance(25 * 60 * MINUTE);
        world.write(|tx| PurgeSessions.run(tx)).await;
        assert_eq!(world.write(count).await, 0);
        assert_eq!(world.user(&token).await, refused(401, "session_expired"));
    }
}
