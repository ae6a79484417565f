//! What people are told in their chats of what the staff has decided.

use crate::app::CUSTOMER;
use crate::bot::{own, subscribe, take};
use crate::chat::{Chat, MIGRATIONS};
use http::Method;
use serde_json::json;
use torg_testkit::{TestDb, both_engines};

fn refund(id: &str, who: i64) -> String {
    format!("services.take/{id}/{who}/refund")
}

both_engines! { MIGRATIONS =>
    async fn everybody_hears_of_a_removal(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER, 10, 11, 12, 500]).await;
        for who in [10, 11, 12, 500] {
            subscribe(&chat, who).await;
        }
        let id = chat.app.order().await;
        chat.settle().await;
        for who in [10, 500] {
            chat.app.fund(who, 2).await;
            assert_eq!(chat.app.act(who, &id, "take").await.says(), "200");
        }
        chat.settle().await;
        assert_eq!(chat.app.remove(&id).await.says(), "200");
        chat.settle().await;
        let told = chat.get(&format!("services.order/{id}/removed")).await;
        assert!(told.user == CUSTOMER && told.text.contains("снят модератором"), "{}", told.text);
        assert!(!told.content.silent && !told.text.contains("fraud"));
        let own = chat.get(&own(&id)).await;
        assert!(own.text.contains("Заказ снят модератором") && own.buttons().is_empty(), "{own:?}");
        let back = chat.get(&refund(&id, 10)).await;
        assert!(back.text.contains("Вернули 2") && back.text.contains("снял модератор"), "{}", back.text);
        assert!(chat.get(&refund(&id, 500)).await.text.contains("a moderator has taken it down"));
        let taken = chat.get(&take(&id, 10)).await;
        assert!(!taken.has(&format!("talk:{id}:10")), "{:?}", taken.buttons());
        // Whoever was only told of it.
        let offer = chat.get(&take(&id, 11)).await;
        assert!(offer.buttons().is_empty() && offer.text.contains("снят модератором"), "{}", offer.text);
        let count = chat.shown().await.len();
        chat.repeat("services.order_deleted").await;
        assert_eq!(chat.shown().await.len(), count, "the same event twice says nothing new");
        let reminder = chat.get(&format!("services.order/{id}/remind/0")).await;
        assert!(reminder.buttons().is_empty());
    }

    async fn one_refund_is_told_to_one(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER, 10, 11]).await;
        let id = super::taken(&chat.app, "@told_contact", &[10, 11]).await;
        chat.settle().await;
        assert_eq!(chat.app.refund(&id, 11, "k").await.says(), "200");
        chat.settle().await;
        assert!(chat.find(&refund(&id, 10)).await.is_none());
        let back = chat.get(&refund(&id, 11)).await;
        assert!(back.text.contains("по решению поддержки"), "{}", back.text);
        assert!(chat.get(&take(&id, 11)).await.text.contains("Вернули 2"));
        // Silence tells the other one, and this one nothing new.
        chat.minutes(15).await;
        assert!(chat.get(&refund(&id, 10)).await.text.contains("заказчик не ответил"));
        assert!(chat.get(&refund(&id, 11)).await.text.contains("по решению поддержки"));
    }

    async fn hidden_stars_vanish_from_the_chat(t: TestDb) {
        let chat = Chat::start(t).await;
        chat.meet([CUSTOMER, 10]).await;
        let id = super::taken(&chat.app, "@stars_contact", &[10]).await;
        chat.app.act(CUSTOMER, &id, "complete").await;
        let stars = json!({"order_id": id, "rating": 1});
        let left = chat.app.post(CUSTOMER, "/api/reviews/client", Some(stars)).await;
        chat.settle().await;
        let before = chat.get(&take(&id, 10)).await.text;
        let path = format!("reviews/{}/hide", left.body["review_id"]);
        let body = Some(json!({ "reason": "Insults" }));
        let hidden = chat.app.staff("moderator", Method::PUT, &path, body).await;
        assert_eq!(hidden.says(), "204");
        chat.settle().await;
        let after = chat.get(&take(&id, 10)).await.text;
        assert_eq!(before.lines().count(), after.lines().count() + 1, "{before}\n\n{after}");
        let shown = chat.app.staff("moderator", Method::DELETE, &path, None).await;
        assert_eq!(shown.says(), "204");
        chat.settle().await;
        assert_eq!(chat.get(&take(&id, 10)).await.text, before);
    }
}
