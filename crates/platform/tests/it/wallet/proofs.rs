//! Somebody proves that a wallet is theirs.

use super::*;
use std::time::Duration;

impl World {
    async fn challenge(&self, person: &Person) -> String {
        let path = "/api/wallet/ton-proof/challenge";
        let made = self.app.post(path).by(person).send().await.ok(201);
        made["payload"].as_str().unwrap().to_owned()
    }

    async fn prove(&self, person: &Person, address: &str, payload: &str) -> Answer {
        let body = json!({ "address": address, "payload": payload });
        let request = self.app.post("/api/wallet/ton-proof").by(person);
        request.json(body).send().await
    }

    async fn sent_by(&self, sender: &str, memo: Option<&str>, doubt: Option<Doubt>) {
        let arrival = Arrival {
            sender: Some(format!("raw:{sender}")),
            doubt,
            ..self.arrival(ton("1"), memo)
        };
        assert!(matches!(
            self.take(&arrival).await,
            Arrived::Suspended { .. }
        ));
    }
}

both_engines! { ALL =>
    async fn a_proof_claims_what_named_nobody(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        world.sent_by("annas", None, None).await;
        world.sent_by("annas", Some("thanks"), None).await;
        world.sent_by("annas", None, Some(Doubt::Bounced)).await;
        world.sent_by("others", None, None).await;
        let payload = world.challenge(&anna).await;
        let bound = world.prove(&anna, "EQannas", &payload).await.ok(200);
        assert_eq!((&bound["claimed"], &bound["claimed_amount"]), (&json!(2), &json!("2.000000000")));
        assert_eq!(world.balance(&anna).await.0, "2.000000000");
        assert_eq!(world.suspended().await.len(), 2);
        let listed = world.app.get("/api/wallet/deposits").by(&anna).send().await.ok(200);
        assert_eq!(listed["deposits"][0]["state"], "claimed");
        let wallet = world.app.get("/api/wallet").by(&anna).send().await.ok(200);
        assert_eq!(wallet["addresses"][0]["address"], "EQannas");
        assert_eq!(wallet["addresses"][0]["is_proven"], true);
        // Once more for what came since.
        world.sent_by("annas", None, None).await;
        let payload = world.challenge(&anna).await;
        assert_eq!(world.prove(&anna, "EQannas", &payload).await.ok(200)["claimed"], 1);
        world.sound().await;
    }

    async fn a_challenge_counts_once_for_one_person_for_ten_minutes(t: TestDb) {
        let world = World::start(t).await;
        let (anna, eve) = (world.app.person(1), world.app.person(2));
        let payload = world.challenge(&anna).await;
        world.prove(&eve, "EQw", &payload).await.refused(409, "challenge_unknown");
        world.prove(&anna, "EQw", "invented").await.refused(409, "challenge_unknown");
        world.prove(&anna, "w", &payload).await.refused(409, "address_invalid");
        world.prove(&anna, "EQw", &payload).await.ok(200);
        world.prove(&anna, "EQw", &payload).await.refused(409, "challenge_unknown");
        let late = world.challenge(&anna).await;
        world.app.advance(Duration::from_mins(10)).await;
        world.prove(&anna, "EQw", &late).await.refused(409, "challenge_unknown");
        world.app.advance(Duration::from_mins(1)).await;
        world.prove(&anna, "EQw", &late).await.refused(409, "challenge_unknown");
        let early = world.challenge(&anna).await;
        world.app.advance(Duration::from_secs(599)).await;
        world.prove(&anna, "EQw", &early).await.ok(200);
        let forgotten = world.unit(|tx, _| torg_platform::wallet::forget_challenges(tx));
        assert_eq!(forgotten.await.unwrap(), 1);
    }

    async fn a_wallet_belongs_to_one_person(t: TestDb) {
        let world = World::start(t).await;
        let (anna, eve) = (world.app.person(1), world.app.person(2));
        let payload = world.challenge(&anna).await;
        world.prove(&anna, "EQw", &payload).await.ok(200);
        world.sent_by("w", None, None).await;
        let payload = world.challenge(&eve).await;
        world.prove(&eve, "EQw", &payload).await.refused(409, "wallet_bound_elsewhere");
        assert_eq!(world.suspended().await.len(), 1);
        // Money may still be sent there.
        world.fund(&eve, "5").await;
        world.withdraw(&eve, "k", "EQw", "1").await;
        world.sound().await;
    }

    async fn a_proven_address_cools_down_from_its_proof(t: TestDb) {
        let world = World::start(t).await;
        let anna = world.app.person(1);
        world.fund(&anna, "5").await;
        let payload = world.challenge(&anna).await;
        world.prove(&anna, "EQw", &payload).await.ok(200);
        let proven = world.app.now();
        world.app.advance(Duration::from_hours(23)).await;
        let made = world.withdraw(&anna, "a", "EQw", "1").await;
        assert_eq!(made["not_before"], proven.plus(Duration::from_hours(24)).to_rfc3339());
        world.app.advance(Duration::from_hours(1)).await;
        assert_eq!(world.withdraw(&anna, "b", "EQw", "1").await["state"], "approved");
    }
}
