//! Something to look at: money for everybody, and open orders. Made through the API, as people
//! would, so that the demo can show nothing that Torg cannot do.

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Method, Request};
use serde_json::{Value, json};
use torg_platform::{Error, Result, Timestamp};
use torg_sandbox::people::{Person, demo_people};
use tower::ServiceExt as _;

/// Whoever has less than this is given [`GIFT`], both in rubles.
const ENOUGH: i64 = 100;
const GIFT: i64 = 500;
/// Longest answer that is read.
const ANSWER_MAX: usize = 1024 * 1024;

/// Index in [`demo_people`], category, description, city, contact.
const ORDERS: [(usize, &str, &str, &str, &str); 5] = [
    (
        0,
        "Сантехника",
        "Течёт кран на кухне, нужно поменять прокладку сегодня",
        "Москва",
        "@anna_sokolova",
    ),
    (
        0,
        "Электрика",
        "Искрит розетка в коридоре, заменить вместе с рамкой",
        "Москва",
        "+7 916 000-00-01",
    ),
    (
        0,
        "Сборка/установка",
        "Собрать шкаф-купе, инструкция и все детали на месте",
        "Санкт-Петербург",
        "+7 916 000-00-02",
    ),
    (
        4,
        "Клининг",
        "Уборка двухкомнатной квартиры после ремонта, окна тоже",
        "Казань",
        "+7 916 000-00-03",
    ),
    (
        5,
        "Бытовая техника",
        "Стиральная машина не сливает воду, нужна диагностика",
        "Москва",
        "@elena_operator",
    ),
];

/// The API, called inside the process.
pub(super) struct Seed<'a> {
    pub(super) router: &'a Router,
    pub(super) bot_token: &'a str,
    pub(super) now: Timestamp,
}

impl Seed<'_> {
    /// Fills up what is lacking; a demo that has everything is left alone.
    pub(super) async fn sow(&self) -> Result<()> {
        let people = demo_people();
        for person in &people {
            let balance = self.call(person, Method::GET, "/api/balance", None).await?;
            if balance["balance"]
                .as_i64()
                .is_some_and(|rubles| rubles < ENOUGH)
            {
                let gift = json!({ "amount": GIFT });
                self.call(person, Method::POST, "/api/balance/recharge", Some(gift))
                    .await?;
            }
        }
        let Some(anyone) = people.first() else {
            return Ok(());
        };
        let open = self
            .call(anyone, Method::GET, "/api/orders?limit=1", None)
            .await?;
        if open["total"].as_i64().is_some_and(|total| total > 0) {
            return Ok(());
        }
        for (index, category, description, city, contact) in ORDERS {
            if let Some(customer) = people.get(index) {
                let order = json!({
                    "category": category, "description": description, "city": city, "contact": contact
                });
                self.call(customer, Method::POST, "/api/orders", Some(order))
                    .await?;
            }
        }
        Ok(())
    }

    async fn call(
        &self,
        who: &Person,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value> {
        let credential = format!("tma {}", who.init_data(self.bot_token, self.now, None));
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", credential)
            .header("content-type", "application/json")
            .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
            .map_err(Error::internal)?;
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (status, body) = (response.status(), response.into_body());
        let bytes = to_bytes(body, ANSWER_MAX).await.map_err(Error::internal)?;
        if status.is_success() {
            serde_json::from_slice(&bytes).map_err(Error::internal)
        } else {
            let text = String::from_utf8_lossy(&bytes);
            Err(Error::internal(format!("{path} answered {status}: {text}")))
        }
    }
}
