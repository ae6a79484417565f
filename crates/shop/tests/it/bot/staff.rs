//! What the staff is told, and who of it may do what.

use crate::app::{MIGRATIONS, Shop};
use serde_json::json;
use torg_platform::auth::Role;
use torg_platform::db::{One, Tx};
use torg_testkit::{TestDb, both_engines};

torg_platform::sql! {
    fn count_audited(actor: &str, action: &str) -> One<i64> =
        "SELECT count(*) FROM platform_audit WHERE actor = $1 AND action = $2
             AND request_id LIKE 'telegram/%'";
}

const OWNER: i64 = 90;
const FINANCE: i64 = 91;
const MODERATOR: i64 = 92;

async fn staffed(t: TestDb) -> Shop {
    let shop = Shop::start(t).await;
    for (who, role) in [
        (OWNER, Role::Owner),
        (FINANCE, Role::Finance),
        (MODERATOR, Role::Moderator),
    ] {
        shop.hire(who, role).await;
        shop.write(who, "/start").await;
    }
    shop.write(1, "/start").await;
    shop
}

impl Shop {
    async fn audited_in_chat(&self, who: i64, action: &'static str) -> i64 {
        let read = move |tx: &mut Tx<'_>| {
            Ok::<_, torg_platform::Error>(count_audited(tx, &format!("user/{who}"), action)?.0)
        };
        self.app.t.db.read("audited", read).await.unwrap()
    }

    /// An order of a mug that person 1 has paid.
    async fn paid_mug(&self) -> String {
        let mug = self
            .made(json!({"name": "Кружка", "price": 250, "stock": 9}))
            .await;
        self.fund(1, 25_000).await;
        let more = json!({"address": "Тверь, Мира 5", "pay_with": "balance"});
        let order = self
            .try_order_with(1, "paid", &[(&mug, 1)], more)
            .await
            .ok(201);
        self.settle_chats().await;
        order["id"].as_str().unwrap().to_owned()
    }
}

both_engines! { MIGRATIONS =>
    async fn a_paid_order_goes_out_and_arrives(t: TestDb) {
        let shop = staffed(t).await;
        let id = shop.paid_mug().await;
        let news = shop.chat(1).await.into_iter().find(|seen| seen.key.starts_with("shop.news/"));
        assert!(news.is_none(), "paid by hand: {news:?}");
        let told = shop.last(OWNER).await;
        told.says("Кружка × 1 — 250 ₽");
        told.says("Адрес: Тверь, Мира 5");
        told.says("<a href=\"tg://user?id=1\">Person 1</a>");
        assert_eq!(told.labels(), ["🚚 Отправлен", "↩️ Вернуть деньги", "Обновить"]);
        assert_eq!(shop.last(FINANCE).await.labels(), ["↩️ Вернуть деньги", "Обновить"]);
        // The one who packs is not alerted, but comes by the link of the operators' chat.
        shop.write(MODERATOR, &format!("/start purchase_{id}")).await;
        assert_eq!(shop.last(MODERATOR).await.labels(), ["🚚 Отправлен", "Обновить"]);
        let refused = shop.press_data(FINANCE, 1, &told.data("Отправлен")).await;
        assert_eq!(refused, "Для этого нужна другая роль");
        let refused = shop.press_data(1, 1, &told.data("Отправлен")).await;
        assert_eq!(refused, "Для этого нужна другая роль");
        shop.press(MODERATOR, "Отправлен").await;
        assert_eq!(shop.status(&id).await, "fulfilled");
        assert_eq!(shop.audited_in_chat(MODERATOR, "shop.fulfil_order").await, 1);
        // The owner's message says so, too, without another sound; the customer hears of it.
        let same = shop.last(OWNER).await;
        assert_eq!(same.id, told.id);
        assert_eq!(same.labels(), ["📦 Доставлен", "↩️ Вернуть деньги", "Обновить"]);
        shop.last(1).await.says("отправлен");
        let again = shop.press_data(OWNER, told.id, &told.data("Отправлен")).await;
        assert_eq!(again, "Заказ уже в другом состоянии, так сделать нельзя");
        shop.press(MODERATOR, "Доставлен").await;
        assert_eq!(shop.status(&id).await, "delivered");
        shop.last(1).await.says("доставлен");
        shop.order_of(1).await.says("📦 <b>Доставлен</b>");
        let stranger = shop.press_data(1, 1, &told.data("Обновить")).await;
        assert_eq!(stranger, "Такого заказа нет");
    }

    async fn money_goes_back_by_whom_it_may(t: TestDb) {
        let shop = staffed(t).await;
        let id = shop.paid_mug().await;
        let button = shop.last(FINANCE).await.data("Вернуть");
        let refused = shop.press_data(MODERATOR, 1, &button).await;
        assert_eq!(refused, "Для этого нужна другая роль");
        shop.write(MODERATOR, "because").await;
        assert_eq!(shop.status(&id).await, "paid");
        shop.press(FINANCE, "Вернуть").await;
        shop.last(FINANCE).await.says("вернуть 250 ₽. Почему?");
        shop.write(FINANCE, &"я".repeat(501)).await;
        shop.last(FINANCE).await.says("Слишком длинно");
        assert_eq!(shop.status(&id).await, "paid");
        shop.write(FINANCE, "Разбилась\nпо дороге").await;
        assert_eq!((shop.status(&id).await, shop.balance(1).await), ("refunded".to_owned(), 25_000));
        assert_eq!(shop.audited_in_chat(FINANCE, "shop.refund_order").await, 1);
        let order = shop.order_of(1).await;
        order.says("Деньги возвращены");
        order.says("Разбилась по дороге");
        shop.last(1).await.says("возвращены: 250 ₽");
        // A second answer finds no question.
        shop.write(FINANCE, "Ещё раз").await;
        assert_eq!(shop.balance(1).await, 25_000);
        let late = shop.press_data(FINANCE, 1, &button).await;
        assert_eq!(late, "Заказ уже в другом состоянии, так сделать нельзя");
        shop.assert_books().await;
    }

    async fn a_role_that_is_gone_refunds_nothing(t: TestDb) {
        let shop = staffed(t).await;
        let id = shop.paid_mug().await;
        shop.press(FINANCE, "Вернуть").await;
        let fire = |tx: &mut Tx<'_>| {
            torg_platform::auth::staff::revoke(tx, torg_platform::UserId(FINANCE), Role::Finance, "test")
        };
        assert!(shop.app.t.db.write("fire", fire).await.unwrap());
        shop.write(FINANCE, "because").await;
        shop.last(FINANCE).await.says("другая роль");
        assert_eq!(shop.status(&id).await, "paid");
    }

    async fn little_stock_and_money_too_late_are_told(t: TestDb) {
        let shop = staffed(t).await;
        let mug = shop.made(json!({"name": "Кружка", "price": 100, "stock": 2, "low_stock": 1})).await;
        let id = shop.order(0, &[(&mug, 2)]).await;
        shop.settle_chats().await;
        shop.last(OWNER).await.says("Заканчивается: <b>Кружка</b>, осталось 0");
        shop.app.advance(std::time::Duration::from_secs(15 * 60)).await;
        shop.order(2, &[(&mug, 2)]).await;
        shop.notice(&id, "success").await.ok(200);
        shop.settle_chats().await;
        // The stock is low once more, and which of the two comes last is nobody's promise.
        let told = shop.everything().await;
        let words = "пришли деньги, за которые нечего отдать";
        assert!(told.iter().any(|(chat, text)| *chat == FINANCE && text.contains(words)), "{told:?}");
        assert!(!told.iter().any(|(chat, _)| *chat == MODERATOR && *chat < 0));
    }

    async fn in_the_group_there_is_only_a_way_to_ones_own_chat(t: TestDb) {
        let shop = staffed(t).await;
        let group = -1_000_000_000_077;
        let at = match shop.app.t.engine() {
            torg_platform::db::Engine::Sqlite => "0",
            torg_platform::db::Engine::Postgres => "now()",
        };
        shop.app.t.raw(&format!(
            "INSERT INTO telegram_settings (name, value, by_user, at)
             VALUES ('operators_chat', '{group}', {OWNER}, {at})"
        )).await.unwrap();
        let id = shop.paid_mug().await;
        let told = shop.last(group).await;
        assert_eq!(told.labels(), ["Открыть заказ"]);
        assert_eq!(told.buttons[0]["url"], format!("https://t.me/torg_bot?start=purchase_{id}"));
        assert!(!shop.chat(OWNER).await.iter().any(|seen| seen.key.starts_with("shop.staff/")));
    }
}
