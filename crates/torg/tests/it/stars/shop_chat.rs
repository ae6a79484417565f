//! The shop in the chat, with phones: what Telegram takes of what the bot says, and an order from
//! the catalogue to Stars and back.

use super::MIGRATIONS;
use super::world::{BOT, FIRST, STARS, World};
use serde_json::{Value, json};
use std::time::Duration;
use torg_platform::UserId;
use torg_platform::auth::{Role, staff};
use torg_platform::db::Tx;
use torg_testkit::{ADMIN_SECRET, TestDb, both_engines};

const ANNA: i64 = FIRST;
const OWNER: i64 = FIRST + 1;

impl World {
    /// What somebody's chat with the bot shows.
    fn messages(&self, person: i64) -> Vec<Value> {
        let state = self.telegram.state(person).unwrap();
        let chats = state["chats"].as_array().unwrap().clone();
        let of_bot = |chat: &Value| chat["id"] == json!(BOT);
        let chat = chats.into_iter().find(of_bot).unwrap();
        chat["messages"].as_array().unwrap().clone()
    }

    /// Writes to the bot.
    async fn write(&self, person: i64, text: &str) {
        self.telegram.send(person, BOT, text).await.unwrap();
        self.answered().await;
    }

    /// What the bot has to say is in the chat: a message a second, and some acts have three.
    async fn answered(&self) {
        for _ in 0..4 {
            self.turn().await;
            self.app.advance_asleep(Duration::from_secs(1));
        }
        self.turn().await;
    }

    /// The newest message with a button that says so, and where it is.
    fn find(&self, person: i64, label: &str) -> (i64, usize, usize, Value) {
        let messages = self.messages(person);
        for message in messages.iter().rev() {
            let rows = message["reply_markup"]["inline_keyboard"].as_array();
            for (row, buttons) in rows.into_iter().flatten().enumerate() {
                for (column, button) in buttons.as_array().unwrap().iter().enumerate() {
                    if button["text"].as_str().unwrap().contains(label) {
                        let id = message["message_id"].as_i64().unwrap();
                        return (id, row, column, button.clone());
                    }
                }
            }
        }
        panic!("no {label:?} in {messages:#?}")
    }

    async fn tap(&self, person: i64, label: &str) {
        let (message, row, column, _) = self.find(person, label);
        let press = torg_sandbox::telegram::Act::Press {
            chat: BOT,
            message,
            row,
            column,
        };
        self.telegram.act(person, press).await.unwrap();
        self.answered().await;
    }

    /// The newest message that says this.
    fn sees(&self, person: i64, text: &str) -> Value {
        let messages = self.messages(person);
        let says = |message: &&Value| message["text"].as_str().is_some_and(|t| t.contains(text));
        let seen = messages.iter().rev().find(says).cloned();
        seen.ok_or_else(|| format!("no {text:?} in {messages:#?}"))
            .unwrap()
    }

    async fn admin(&self, path: &str, body: Value) -> Value {
        let request = self.app.post(path).header("x-admin-secret", ADMIN_SECRET);
        let answer = request.key(path).json(body).send().await;
        assert!(answer.status.is_success(), "{}", answer.text);
        serde_json::from_str(&answer.text).unwrap()
    }
}

both_engines! { MIGRATIONS =>
    async fn from_the_catalogue_to_stars_and_back(t: TestDb) {
        let world = World::start(t).await;
        let hire = |tx: &mut Tx<'_>| staff::grant(tx, UserId(OWNER), Role::Owner, "test");
        world.app.t.db.write("hire", hire).await.unwrap();
        let about = json!({
            "name": "Чай <чёрный> & \"крепкий\"", "price": "100.00", "is_digital": true,
            "description": "Крупный лист & бергамот", "category": "Чай",
        });
        let game = world.admin("/admin/products", about).await;
        let id = game["id"].as_str().unwrap();
        let keys: Vec<String> = (0..9).map(|n| format!("CANARY-<{n}>&{}", "x".repeat(480))).collect();
        world.admin(&format!("/admin/products/{id}/keys"), json!({ "keys": keys })).await;

        world.write(ANNA, "/shop").await;
        world.tap(ANNA, "Категории").await;
        world.tap(ANNA, "Чай").await;
        world.tap(ANNA, "Чай <чёрный>").await;
        world.sees(ANNA, "Чай <чёрный> & \"крепкий\"\nКрупный лист & бергамот");
        for _ in 0..6 {
            world.tap(ANNA, "+").await;
        }
        world.tap(ANNA, "Купить 7").await;
        let order = world.sees(ANNA, "Ждёт оплаты");
        world.tap(ANNA, "Stars").await;
        let (message, _, _, button) = world.find(ANNA, "Оплатить");
        assert_eq!(json!(message), order["message_id"], "edited in place");
        let link = button["url"].as_str().unwrap();
        assert_eq!(world.pay_and_tell(ANNA, link).await["status"], "paid");
        world.answered().await;
        let paid = world.sees(ANNA, "ключи выданы");
        assert_eq!(paid["message_id"], order["message_id"]);
        assert_eq!(world.stars(ANNA), STARS - 389);
        // Hidden until touched, as long as they may be, and on two pages.
        let keys = world.sees(ANNA, "CANARY-<0>&xxx");
        let hidden = keys["entities"].as_array().unwrap().iter().filter(|e| e["type"] == "spoiler");
        assert_eq!(hidden.count(), 6);
        world.tap(ANNA, "Дальше").await;
        assert_eq!(world.sees(ANNA, "CANARY-<6>&xxx")["message_id"], keys["message_id"]);

        // The owner is told, without keys, and gives the money back for a reason.
        let told = world.sees(OWNER, "Покупатель:");
        assert!(!world.messages(OWNER).iter().any(|seen| seen.to_string().contains("CANARY")));
        world.tap(OWNER, "Вернуть деньги").await;
        world.write(OWNER, "Ключи <не> подошли").await;
        world.app.advance(Duration::from_mins(1)).await;
        world.answered().await;
        assert_eq!((world.stars(ANNA), world.till()), (STARS, 0));
        let refunded = world.sees(ANNA, "Ключи <не> подошли");
        assert_eq!(refunded["message_id"], order["message_id"]);
        world.sees(ANNA, "возвращены");
        let kept = world.messages(OWNER);
        let kept = kept.iter().find(|seen| seen["message_id"] == told["message_id"]).unwrap();
        assert!(kept["text"].as_str().unwrap().contains("Деньги возвращены"));
        world.assert_books().await;
        let failed = |tx: &mut Tx<'_>| torg_telegram::messages::failed(tx, 0, 9);
        let failed = world.app.t.db.read("failed", failed).await.unwrap();
        assert!(failed.is_empty(), "Telegram takes all that is said: {failed:#?}");
    }

    async fn the_longest_of_everything_fits_into_messages(t: TestDb) {
        let world = World::start(t).await;
        let mut lines = Vec::new();
        for n in 0..50 {
            let name = format!("{n:02}<{}", "&".repeat(190));
            let body = json!({"name": name, "price": "1.00", "stock": 2000,
                "description": "<".repeat(2000), "category": format!("{n:02}{}", "&".repeat(90))});
            let request = world.app.post("/admin/products").header("x-admin-secret", ADMIN_SECRET);
            let made = request.json(body).send().await.ok(201);
            lines.push(made["id"].as_str().unwrap().to_owned());
            world.app.advance_asleep(Duration::from_secs(1));
        }
        let anna = world.app.person(ANNA);
        for id in &lines {
            let put = world.app.put(&format!("/cart/items/{id}")).by(&anna);
            put.json(json!({"quantity": 1000})).send().await.ok(200);
        }
        world.write(ANNA, "/shop").await;
        world.tap(ANNA, "49<").await;
        world.sees(ANNA, "49<&&&");
        world.write(ANNA, "/cart").await;
        for _ in 0..6 {
            world.tap(ANNA, "Дальше").await;
        }
        world.sees(ANNA, "49<");
        world.tap(ANNA, "Оформить").await;
        world.write(ANNA, &"&".repeat(500)).await;
        world.sees(ANNA, "…и ещё 35 строк");
        world.write(ANNA, "/purchases").await;
        world.tap(ANNA, "ждёт оплаты").await;
        world.tap(ANNA, "Отменить").await;
        world.tap(ANNA, "Заказать снова").await;
        world.sees(ANNA, "49<");
        world.write(ANNA, "/shop").await;
        world.tap(ANNA, "Категории").await;
        world.sees(ANNA, "Категории");
        let failed = |tx: &mut Tx<'_>| torg_telegram::messages::failed(tx, 0, 9);
        let failed = world.app.t.db.read("failed", failed).await.unwrap();
        assert!(failed.is_empty(), "{failed:#?}");
    }
}
