//! A small shop: products, coupons, and an order in each of the states that people meet first.

use super::{Seed, Who};
use http::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use torg_platform::{Error, Result};
use torg_sandbox::people::Person;

/// What the customer puts on her balance before she goes shopping, in rubles.
const PURSE: i64 = 1000;

/// A product of the shop. What is zero or empty is left out.
struct Goods {
    sku: &'static str,
    name: &'static str,
    description: &'static str,
    category: &'static str,
    price: &'static str,
    stock: i64,
    low_stock: i64,
    parent: &'static str,
    is_active: bool,
    keys: &'static [&'static str],
}

const NOTHING: Goods = Goods {
    sku: "",
    name: "",
    description: "",
    category: "",
    price: "",
    stock: 0,
    low_stock: 0,
    parent: "",
    is_active: true,
    keys: &[],
};

const TEA: &str = "Чай и кофе";
const HOME: &str = "Для дома";
const BOOKS: &str = "Книги";
const DIGITAL: &str = "Цифровое";

/// The newest is shown first, so the last is what people see at the top.
const GOODS: [Goods; 12] = [
    Goods {
        sku: "BOOK-CALENDAR",
        name: "Календарь на прошлый год",
        description: "Снят с продажи, но остался в старых заказах",
        category: BOOKS,
        price: "90.00",
        stock: 5,
        is_active: false,
        ..NOTHING
    },
    Goods {
        sku: "BOOK-BIRDS",
        name: "Птицы Подмосковья: определитель",
        description: "Двести видов с рисунками, карманный формат",
        category: BOOKS,
        price: "640.00",
        stock: 1,
        low_stock: 3,
        ..NOTHING
    },
    Goods {
        sku: "BOOK-REPAIR",
        name: "Мелкий ремонт своими руками",
        description: "Кран, розетка, плинтус: что можно сделать самому, а что не стоит",
        category: BOOKS,
        price: "520.00",
        stock: 10,
        ..NOTHING
    },
    Goods {
        sku: "HOME-BOARD",
        name: "Доска разделочная из дуба",
        description: "Массив, пропитана маслом, 40 × 25 см",
        category: HOME,
        price: "890.00",
        stock: 3,
        low_stock: 5,
        ..NOTHING
    },
    Goods {
        sku: "HOME-BLANKET",
        name: "Плед шерстяной в клетку",
        description: "Тёплый и лёгкий, 140 × 200 см",
        category: HOME,
        price: "1990.00",
        stock: 7,
        ..NOTHING
    },
    Goods {
        sku: "HOME-CANDLE",
        name: "Свеча из пчелиного воска",
        description: "Горит двенадцать часов и пахнет мёдом",
        category: HOME,
        price: "149.90",
        stock: 60,
        ..NOTHING
    },
    Goods {
        sku: "HOME-MUG",
        name: "Кружка керамическая «Двор»",
        description: "Ручная работа, 350 мл, можно мыть в машине",
        category: HOME,
        price: "350.00",
        stock: 15,
        low_stock: 3,
        ..NOTHING
    },
    Goods {
        sku: "COFFEE-250",
        name: "Кофе в зёрнах «Утро», 250 г",
        description: "Средняя обжарка, шоколад и орех",
        category: TEA,
        price: "449.50",
        stock: 18,
        ..NOTHING
    },
    Goods {
        sku: "TEA-THYME",
        name: "Чай чёрный с чабрецом, 100 г",
        description: "Крупный лист, чабрец с алтайских лугов",
        category: TEA,
        price: "240.00",
        stock: 25,
        ..NOTHING
    },
    Goods {
        sku: "TEA-50",
        name: "Иван-чай «Лесной», 50 г",
        description: "Ферментированный, без добавок",
        category: TEA,
        price: "190.00",
        stock: 40,
        ..NOTHING
    },
    Goods {
        sku: "TEA-200",
        name: "Иван-чай «Лесной», 200 г",
        description: "Тот же чай в большой пачке",
        category: TEA,
        price: "590.00",
        stock: 12,
        parent: "TEA-50",
        ..NOTHING
    },
    Goods {
        sku: "KEY-COURSE",
        name: "Видеокурс «Электрика дома»",
        description: "Ключ доступа приходит сразу после оплаты",
        category: DIGITAL,
        price: "300.00",
        keys: &[
            "VOLT-7Q2M-K9DA",
            "VOLT-3XHP-84TR",
            "VOLT-W5NC-2LZE",
            "VOLT-9JBF-6UYG",
            "VOLT-R4KS-71VX",
        ],
        ..NOTHING
    },
];

/// Products by the operator's number.
type Ids = BTreeMap<&'static str, String>;

/// Fills an empty shop.
pub(super) async fn sow(seed: &Seed<'_>, people: &[Person]) -> Result<()> {
    let role = |person: &&Person, role| person.role == role;
    let customer = people.iter().find(|person| role(person, "customer"));
    let operator = people.iter().find(|person| role(person, "operator"));
    let (Some(customer), Some(operator)) = (customer, operator) else {
        return Ok(());
    };
    let path = "/products?limit=1";
    let there = seed.call(Who::Operator, Method::GET, path, None).await?;
    if there.as_array().is_none_or(|products| !products.is_empty()) {
        return Ok(());
    }
    // On the page she works with her own account, as the staff does.
    let path = format!("/api/admin/staff/{}/roles/owner", operator.id);
    seed.call(Who::Operator, Method::PUT, &path, None).await?;
    let ids = stock_up(seed).await?;
    for coupon in [
        json!({ "code": "TEA-10", "percent_bps": 1000 }),
        json!({ "code": "WELCOME-100", "amount": "100.00", "min_total": "300.00", "uses_max": 1 }),
    ] {
        let path = "/admin/coupons";
        seed.call(Who::Operator, Method::POST, path, Some(coupon))
            .await?;
    }
    shopping(seed, customer, &ids).await
}

async fn stock_up(seed: &Seed<'_>) -> Result<Ids> {
    let mut ids = Ids::new();
    for goods in &GOODS {
        let product = json!({
            "name": goods.name, "description": goods.description, "category": goods.category,
            "price": goods.price, "sku": goods.sku, "is_active": goods.is_active,
            "stock": goods.stock, "is_digital": !goods.keys.is_empty(),
            "low_stock": (goods.low_stock > 0).then_some(goods.low_stock),
            "parent_id": ids.get(goods.parent),
        });
        let path = "/admin/products";
        let made = seed
            .call(Who::Operator, Method::POST, path, Some(product))
            .await?;
        let id = text(&made, "id")?;
        if !goods.keys.is_empty() {
            let path = format!("/admin/products/{id}/keys");
            let keys = json!({ "keys": goods.keys });
            seed.call(Who::Operator, Method::POST, &path, Some(keys))
                .await?;
        }
        ids.insert(goods.sku, id);
    }
    Ok(ids)
}

/// One order that is paid, one that was given up, and one that waits for its money.
async fn shopping(seed: &Seed<'_>, customer: &Person, ids: &Ids) -> Result<()> {
    seed.recharge(customer, PURSE).await?;
    let basket = [("HOME-MUG", 1), ("TEA-50", 2), ("KEY-COURSE", 1)];
    let terms = json!({
        "coupon": "TEA-10", "pay_with": "balance", "address": "Москва, Сретенка, 12, кв. 7"
    });
    order(seed, customer, ids, &basket, terms).await?;
    let blanket = order(seed, customer, ids, &[("HOME-BLANKET", 1)], json!({})).await?;
    let path = format!("/orders/{blanket}/cancel");
    let who = Who::Person(customer);
    seed.call(who, Method::POST, &path, None).await?;
    let basket = [("HOME-CANDLE", 2), ("BOOK-REPAIR", 1)];
    order(seed, customer, ids, &basket, json!({})).await?;
    Ok(())
}

/// Fills the cart and checks it out; the order's id.
async fn order(
    seed: &Seed<'_>,
    customer: &Person,
    ids: &Ids,
    basket: &[(&str, i64)],
    terms: Value,
) -> Result<String> {
    let who = Who::Person(customer);
    for (sku, quantity) in basket {
        let id = ids.get(sku).map_or(*sku, String::as_str);
        let path = format!("/cart/items/{id}");
        let quantity = json!({ "quantity": quantity });
        seed.call(who, Method::PUT, &path, Some(quantity)).await?;
    }
    let path = "/cart/checkout";
    let order = seed.call(who, Method::POST, path, Some(terms)).await?;
    text(&order, "id")
}

fn text(answer: &Value, field: &str) -> Result<String> {
    let found = answer[field].as_str();
    let missing = || Error::internal(format!("an answer without {field}"));
    found.map(str::to_owned).ok_or_else(missing)
}
