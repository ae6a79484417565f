//! All that is known of one person: balances, notes, blocks, what the markets say.

use super::*;

both_engines! { ALL =>
    async fn a_card_has_everything(t: TestDb) {
        let world = World::start(t, Role::Finance).await;
        world.ask(Method::GET, "users/11", None).await.refused(404, "user_not_found");
        world.comes(11, "Анна", None, None).await;
        world.adjust(11, "k", "12.50").await.ok(201);
        let card = world.get("users/11").await;
        assert_eq!(card["person"]["first_name"], "Анна");
        let balance = json!([{
            "account": "user/11/RUB", "currency": "RUB", "amount": "12.50", "held": "0.00",
        }]);
        assert_eq!(card["balances"], balance);
        let parts = &card["parts"];
        assert_eq!(parts[0]["market"], "stall");
        assert_eq!(parts[0]["facts"], json!([{ "name": "apples", "value": "11" }]));
        assert_eq!(parts[0]["items"][0]["amount"], "1.50");
        assert_eq!(card["notes"], json!([]));
        assert!(card.get("block").is_none());
    }

    async fn notes_are_written_and_deleted_by_whoever_may(t: TestDb) {
        let world = World::start(t, Role::Support).await;
        world.comes(11, "Анна", None, None).await;
        let note = |text: &str| Some(json!({ "text": text }));
        let first = world.ask(Method::POST, "users/11/notes", note(" Полезный\nклиент ")).await.ok(201);
        assert_eq!(first["text"], "Полезный\nклиент");
        assert_eq!(first["by"], format!("user/{STAFF}"));
        for wrong in ["", "   ", "a\u{1b}b", &"я".repeat(2001)] {
            let answer = world.ask(Method::POST, "users/11/notes", note(wrong)).await;
            answer.refused(422, "validation_error");
        }
        world.ask(Method::POST, "users/12/notes", note("x")).await.refused(404, "user_not_found");
        for n in 0..60 {
            world.ask(Method::POST, "users/11/notes", note(&format!("n{n}"))).await.ok(201);
        }
        let card = world.get("users/11").await;
        assert_eq!(card["notes"].as_array().unwrap().len(), 50);
        assert_eq!(card["notes"][0]["text"], "n59");
        // Another one of the staff, who is no owner.
        let other = world.app.person(901);
        world.write(|tx| staff::grant(tx, UserId(901), Role::Moderator, "test")).await;
        let path = format!("/api/admin/users/11/notes/{}", first["id"]);
        world.app.delete(&path).by(&other).send().await.refused(403, "not_the_author");
        // Of the right note, but of another person.
        let wrong = format!("users/12/notes/{}", first["id"]);
        world.ask(Method::DELETE, &wrong, None).await.refused(404, "note_not_found");
        let own = format!("users/11/notes/{}", first["id"]);
        world.ask(Method::DELETE, &own, None).await.ok(204);
        world.ask(Method::DELETE, &own, None).await.refused(404, "note_not_found");
        let second = card["notes"][0]["id"].as_i64().unwrap();
        world.write(|tx| staff::grant(tx, UserId(901), Role::Owner, "test")).await;
        world.app.forget(UserId(901));
        let path = format!("/api/admin/users/11/notes/{second}");
        world.app.delete(&path).by(&other).send().await.ok(204);
        // What was written stands in no audit.
        let trail = world.get("audit?action=platform.note").await;
        assert!(!trail.to_string().contains("Полезный"), "{trail}");
        let deleted = world.get("audit?action=platform.note.delete").await;
        assert_eq!(column(&deleted["entries"], "actor"), ["user/901".to_owned(), format!("user/{STAFF}")]);
    }

    async fn a_block_says_why_and_forgets_it_afterwards(t: TestDb) {
        let world = World::start(t, Role::Moderator).await;
        world.comes(11, "Анна", None, None).await;
        let why = Some(json!({ "reason": " грубит исполнителям " }));
        world.ask(Method::PUT, "users/11/block", Some(json!({ "reason": "x" }))).await
            .refused(422, "validation_error");
        world.ask(Method::PUT, "users/11/block", why).await.ok(204);
        let card = world.get("users/11").await;
        assert_eq!(card["person"]["blocked"], true);
        assert_eq!(card["block"]["reason"], "грубит исполнителям");
        assert_eq!(card["block"]["by"], format!("user/{STAFF}"));
        world.ask(Method::DELETE, "users/11/block", None).await.ok(204);
        assert!(world.get("users/11").await.get("block").is_none());
        // As before: without a body.
        world.ask(Method::PUT, "users/11/block", None).await.ok(204);
        let block = &world.get("users/11").await["block"];
        assert_eq!(block["reason"], Value::Null);
        let trail = world.get("audit?subject=user/11").await;
        assert!(!trail.to_string().contains("грубит"), "{trail}");
    }
}
