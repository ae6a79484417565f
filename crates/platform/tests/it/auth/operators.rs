//! Staff, the operator's secret, and what only they may do.

use super::*;
use torg_platform::auth::staff;
use torg_testkit::both_engines;

both_engines! { &[torg_platform::MIGRATIONS] =>
    async fn operators_routes(t: TestDb) {
        let world = World::new(t);
        let header = format!("Bearer {}", ann("Ann", NOW));
        let ann = [("authorization", header.as_str())];
        let secret = [("x-admin-secret", "open sesame")];
        for path in ["/admin", "/finance", "/desk"] {
            assert_eq!(
                world.get(path, &[]).await,
                refused(401, "missing_credentials")
            );
            assert_eq!(world.get(path, &ann).await, refused(403, "role_required"));
            assert_eq!(world.get(path, &secret).await, ok("admin-secret"));
            let wrong = world
                .get(path, &[("x-admin-secret", "open sesam"), ann[0]])
                .await;
            assert_eq!(wrong, refused(401, "admin_secret_invalid"));
        }
        for (role, admin, finance, desk) in [
            (Role::Support, 200, 403, 200),
            (Role::ReadOnly, 200, 403, 403),
            (Role::Moderator, 200, 403, 403),
            (Role::Finance, 200, 200, 200),
            (Role::Owner, 200, 200, 200),
        ] {
            assert!(
                world
                    .write(move |tx| staff::grant(tx, UserId(7), role, "test"))
                    .await
            );
            world.auth.forget(UserId(7));
            assert_eq!(world.get("/admin", &ann).await.0, admin, "{role:?}");
            assert_eq!(world.get("/finance", &ann).await.0, finance, "{role:?}");
            assert_eq!(world.get("/desk", &ann).await.0, desk, "{role:?}");
            assert!(
                world
                    .write(move |tx| staff::revoke(tx, UserId(7), role, "test"))
                    .await
            );
        }
        world.auth.forget(UserId(7));
        assert_eq!(
            world.get("/admin", &ann).await,
            refused(403, "role_required")
        );
    }

    async fn public_routes_know_the_operator(t: TestDb) {
        let world = World::new(t);
        let header = format!("Bearer {}", ann("Ann", NOW));
        let ann = ("authorization", header.as_str());
        let (secret, wrong) = (
            ("x-admin-secret", "open sesame"),
            ("x-admin-secret", "open sesam"),
        );
        let all = "owner finance moderator support read_only";
        let welcome = async |headers: &[(&str, &str)]| world.get("/welcome", headers).await;

        assert_eq!(welcome(&[]).await, ok("nobody"));
        assert_eq!(welcome(&[wrong]).await, ok("nobody"));
        assert_eq!(welcome(&[("x-admin-secret", "")]).await, ok("nobody"));
        assert_eq!(welcome(&[ann]).await, ok("7"));
        assert_eq!(welcome(&[wrong, ann]).await, ok("7"));
        let by_secret = ok(&format!("nobody as admin-secret: {all}"));
        assert_eq!(welcome(&[secret]).await, by_secret);
        let forged = ("authorization", "Bearer id=7&hash=bad");
        assert_eq!(welcome(&[secret, forged]).await, by_secret);
        let both = ok(&format!("7 as admin-secret: {all}"));
        assert_eq!(welcome(&[secret, ann]).await, both);

        for (role, covered) in [
            (Role::Support, "support"),
            (Role::Finance, "finance"),
            (Role::Owner, all),
        ] {
            let grant = move |tx: &mut Tx<'_>| staff::grant(tx, UserId(7), role, "test");
            assert!(world.write(grant).await);
            world.auth.forget(UserId(7));
            let member = ok(&format!("7 as user/7: {covered}"));
            assert_eq!(welcome(&[ann]).await, member);
            assert_eq!(welcome(&[wrong, ann]).await, member);
            assert_eq!(welcome(&[secret, ann]).await, both);
            let revoke = move |tx: &mut Tx<'_>| staff::revoke(tx, UserId(7), role, "test");
            assert!(world.write(revoke).await);
        }
        world.auth.forget(UserId(7));
        assert_eq!(welcome(&[ann]).await, ok("7"));
    }

    async fn staff_and_people_are_managed_over_the_api(t: TestDb) {
        let world = World::new(t);
        let header = format!("Bearer {}", ann("Ann", NOW));
        let admin = async |method: &str, path: &str| {
            let request = Request::builder()
                .method(method)
                .uri(format!("/api/admin/{path}"));
            let request = request.header("x-admin-secret", "open sesame");
            world.send(request.body(Body::empty()).unwrap()).await
        };
        assert_eq!(admin("PUT", "users/7/block").await.0, 404);
        assert_eq!(world.user(&header).await, ok("7"));
        assert_eq!(admin("PUT", "staff/7/roles/support").await.0, 204);
        let staff = world.get("/admin", &[("authorization", &header)]).await;
        assert_eq!(staff, ok("user/7"), "at once");
        let (_, list) = admin("GET", "staff").await;
        assert_eq!(
            list["staff"],
            json!([{
                "user_id": 7, "role": "support", "granted_at": "2026-01-02T03:04:05Z",
                "granted_by": "admin-secret"
            }])
        );
        assert_eq!(admin("DELETE", "staff/7/roles/support").await.0, 204);
        assert_eq!(
            world.get("/admin", &[("authorization", &header)]).await.0,
            403
        );
        assert_eq!(admin("PUT", "users/7/block").await.0, 204);
        assert_eq!(world.user(&header).await, refused(403, "user_blocked"));
        assert_eq!(admin("DELETE", "users/7/block").await.0, 204);
        assert_eq!(world.user(&header).await, ok("7"));
        for path in [
            "staff/0/roles/owner",
            "staff/7/roles/king",
            "staff/x/roles/owner",
        ] {
            assert_eq!(admin("PUT", path).await.0, 422, "{path}");
        }
        let trail = world.write(|tx| Ok(audit_trail(tx)?)).await;
        assert_eq!(
            trail,
            [
                "admin-secret platform.role.grant user/7 {\"role\":\"support\"}",
                "admin-secret platform.role.revoke user/7 {\"role\":\"support\"}",
                "admin-secret platform.user.block user/7 {}",
                "admin-secret platform.user.unblock user/7 {}",
            ]
        );
    }
}
