//! Open jobs for the services market.

use super::{Seed, Who};
use http::Method;
use serde_json::json;
use torg_platform::Result;
use torg_sandbox::people::Person;

/// Index in [`torg_sandbox::people::demo_people`], category, description, city, contact.
const ORDERS: [(usize, &str, &str, &str, &str); 5] = [
    (
        0,
        "Сантехника",
        "Течёт кран на кухне, нужно поменять прокладку сегодня",
        "Москва",
        // Her own name stays free, for an order that a visitor posts as her.
        "+7 916 000-00-04",
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

/// What demo executors want to hear of.
const CATEGORIES: [&str; 7] = [
    "Сантехника",
    "Электрика",
    "Бытовой ремонт",
    "Клининг",
    "Сборка/установка",
    "Бытовая техника",
    "Другое",
];
const CITIES: [&str; 3] = ["Москва", "Санкт-Петербург", "Казань"];

/// Has the executors hear of new orders.
async fn subscribe(seed: &Seed<'_>, people: &[Person]) -> Result<()> {
    for person in people.iter().filter(|person| person.role == "executor") {
        let who = Who::Person(person);
        let wishes = json!({ "categories": CATEGORIES, "cities": CITIES });
        let path = "/api/users/me/preferences";
        seed.call(who, Method::PUT, path, Some(wishes)).await?;
        let often = json!({ "enabled": true, "frequency": 5 });
        let path = "/api/users/me/notification-settings";
        seed.call(who, Method::PUT, path, Some(often)).await?;
    }
    Ok(())
}

/// Posts jobs where there are none.
pub(super) async fn sow(seed: &Seed<'_>, people: &[Person]) -> Result<()> {
    let Some(anyone) = people.first() else {
        return Ok(());
    };
    let path = "/api/orders?limit=1";
    let open = seed
        .call(Who::Person(anyone), Method::GET, path, None)
        .await?;
    if open["total"].as_i64().is_some_and(|total| total > 0) {
        return Ok(());
    }
    subscribe(seed, people).await?;
    for (index, category, description, city, contact) in ORDERS {
        if let Some(customer) = people.get(index) {
            let order = json!({
                "category": category, "description": description, "city": city, "contact": contact
            });
            seed.call(
                Who::Person(customer),
                Method::POST,
                "/api/orders",
                Some(order),
            )
            .await?;
        }
    }
    Ok(())
}
