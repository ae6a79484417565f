use super::*;
use crate::domain::Refusal;
use crate::error::Error;
use proptest::prelude::*;

const GOOD: NewOrderFields<'static> = NewOrderFields {
    category: "Сантехника",
    description: "  Течёт кран на кухне, нужна помощь \n",
    city: " Москва ",
    contact: "8 (916) 123-45-67",
    place: Some((55.75, 37.61)),
};

/// The names of the wrong fields.
fn wrong<T: std::fmt::Debug>(result: Result<T>) -> Vec<String> {
    match result.unwrap_err() {
        Error::Malformed(fields) => fields.into_iter().map(|f| f.field).collect(),
        other @ (Error::Refused(_) | Error::Kernel(_)) => panic!("{other:?}"),
    }
}

fn refused<T: std::fmt::Debug>(result: Result<T>) -> Option<Refusal> {
    result.unwrap_err().refusal().copied()
}

#[test]
fn a_good_order_is_brought_into_form() {
    let order = NewOrder::check(&GOOD).unwrap();
    assert_eq!(order.category, Category::Plumbing);
    assert_eq!(order.description, "Течёт кран на кухне, нужна помощь");
    assert_eq!(order.city, "Москва");
    assert_eq!(order.contact.key(), "+79161234567");
    assert_eq!(order.place, Point::from_degrees(55.75, 37.61));
    assert_eq!(
        NewOrder::check(&NewOrderFields {
            place: None,
            ..GOOD
        })
        .unwrap()
        .place,
        None
    );
}

#[test]
fn lengths_are_characters_after_trimming() {
    let check = |text: &str| {
        NewOrder::check(&NewOrderFields {
            description: text,
            ..GOOD
        })
    };
    assert!(check(&"ж".repeat(20)).is_ok());
    assert!(check(&"ж".repeat(1_000)).is_ok());
    assert!(check(&format!("   {}   ", "ж".repeat(1_000))).is_ok());
    for text in [
        format!("  {}  ", "ж".repeat(19)),
        "ж".repeat(1_001),
        String::new(),
    ] {
        assert_eq!(wrong(check(&text)), ["description"]);
    }
    let check = |city: &str| NewOrder::check(&NewOrderFields { city, ..GOOD });
    assert!(check("Уй").is_ok() && check(&"ж".repeat(100)).is_ok());
    assert_eq!(wrong(check(" У ")), ["city"]);
    assert_eq!(wrong(check(&"ж".repeat(101))), ["city"]);
}

#[test]
fn all_wrong_fields_come_at_once_and_before_the_category() {
    let fields = NewOrderFields {
        category: "?",
        description: "short",
        city: "",
        contact: "me",
        place: Some((91.0, 0.0)),
    };
    assert_eq!(
        wrong(NewOrder::check(&fields)),
        ["description", "city", "contact", "location"]
    );
    assert_eq!(
        wrong(NewOrder::check(&NewOrderFields {
            place: fields.place,
            ..GOOD
        })),
        ["location"]
    );
}

#[test]
fn an_unknown_category_is_a_bad_request() {
    let fields = NewOrderFields {
        category: "Ремонт",
        ..GOOD
    };
    assert_eq!(
        refused(NewOrder::check(&fields)),
        Some(Refusal::UnknownCategory)
    );
    let change = OrderChangeFields {
        category: Some(""),
        ..Default::default()
    };
    assert_eq!(
        refused(OrderChange::check(&change)),
        Some(Refusal::UnknownCategory)
    );
    let preferences = Preferences::check(&["plumbing".into(), "x".into()], &[]);
    assert_eq!(refused(preferences), Some(Refusal::UnknownCategory));
}

#[test]
fn control_characters_are_refused_and_line_breaks_kept() {
    let check = |text: &str| {
        NewOrder::check(&NewOrderFields {
            description: text,
            ..GOOD
        })
    };
    let text = "Первая строка заказа\r\nи вторая\tстрока";
    assert_eq!(
        check(text).unwrap().description,
        "Первая строка заказа\nи вторая\tстрока"
    );
    for bad in ["\0", "\u{1b}", "\u{7f}", "\u{85}", "\r"] {
        let text = format!("Достаточно длинный текст{bad}заказа");
        assert_eq!(wrong(check(&text)), ["description"], "{bad:?}");
    }
    for bad in ["Мос\0ква", "Мос\nква", "Мос\tква"] {
        assert_eq!(
            wrong(NewOrder::check(&NewOrderFields { city: bad, ..GOOD })),
            ["city"]
        );
    }
}

#[test]
fn an_edit_changes_what_is_there() {
    let nothing = OrderChange::check(&OrderChangeFields::default()).unwrap();
    assert_eq!(
        nothing,
        OrderChange {
            category: None,
            description: None,
            contact: None
        }
    );
    let change = OrderChangeFields {
        category: Some("other"),
        contact: Some("@Some_Body"),
        description: None,
    };
    let change = OrderChange::check(&change).unwrap();
    assert_eq!(change.category, Some(Category::Other));
    assert_eq!(change.contact.unwrap().key(), "@some_body");
    let bad = OrderChangeFields {
        category: Some("?"),
        description: Some(""),
        contact: Some(""),
    };
    assert_eq!(wrong(OrderChange::check(&bad)), ["description", "contact"]);
}

#[test]
fn preferences_are_bounded_and_without_repetitions() {
    let list = |items: &[&str]| items.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
    let preferences = Preferences::check(
        &list(&["Клининг", "cleaning", "other"]),
        &list(&[" Орёл", "ОРЕЛ", "Омск"]),
    )
    .unwrap();
    assert_eq!(
        preferences.categories,
        [Category::Cleaning, Category::Other]
    );
    assert_eq!(preferences.cities, ["Орёл", "Омск"]);
    assert!(Preferences::check(&list(&["other"; 10]), &list(&["Омск"; 20])).is_ok());
    let many = Preferences::check(&list(&["other"; 11]), &list(&["Омск"; 21]));
    assert_eq!(wrong(many), ["categories", "cities"]);
    let bad = Preferences::check(&list(&["?"]), &list(&["Омск", "О", "То\0мск"]));
    assert_eq!(wrong(bad), ["cities[1]", "cities[2]"]);
}

#[test]
fn numbers_at_their_bounds() {
    for (minutes, good) in [
        (4, false),
        (5, true),
        (15, true),
        (16, false),
        (i64::MIN, false),
    ] {
        let settings = NoticeSettings::check(Some(true), Some(minutes));
        assert_eq!(settings.is_ok(), good, "{minutes}");
    }
    let neither = NoticeSettings {
        enabled: None,
        frequency_minutes: None,
    };
    assert_eq!(NoticeSettings::check(None, None).unwrap(), neither);
    for (roubles, good) in [
        (0, false),
        (1, true),
        (100_000, true),
        (100_001, false),
        (-1, false),
    ] {
        assert_eq!(
            recharge(roubles).ok(),
            good.then(|| Money::from_minor(roubles * 100))
        );
    }
    assert_eq!(wrong(recharge(i64::MAX)), ["amount"]);
    for (stars, good) in [(0, false), (1, true), (5, true), (6, false)] {
        assert_eq!(Review::check(stars, None).is_ok(), good);
    }
}

#[test]
fn comments_may_be_absent_or_empty_but_not_long() {
    let comment = |text: &str| Review::check(5, Some(text)).map(|r| r.comment);
    assert_eq!(Review::check(5, None).unwrap().comment, None);
    assert_eq!(comment("  ").unwrap(), None);
    assert_eq!(
        comment(" Спасибо!\nДа ").unwrap().as_deref(),
        Some("Спасибо!\nДа")
    );
    assert!(comment(&"ж".repeat(500)).is_ok());
    assert_eq!(wrong(comment(&"ж".repeat(501))), ["comment"]);
    assert_eq!(wrong(Review::check(9, Some("\0"))), ["rating", "comment"]);
    assert_eq!(
        wrong(Complaint::check("Скучно", Some("a\0b"))),
        ["complaint", "comment"]
    );
    let complaint = Complaint::check("Не отвечал", Some("Ждал час")).unwrap();
    assert_eq!(complaint.reason, ComplaintReason::NoAnswer);
}

proptest! {
    /// Whatever arrives: an answer, and a stored order that keeps every bound.
    #[test]
    fn accepted_orders_keep_the_bounds(
        category in "\\PC{0,12}|other", description in "[\\PC\n\0 ]{0,60}", city in "(?s).{0,6}",
        lat in any::<f64>(), lon in any::<f64>(),
    ) {
        let fields = NewOrderFields { category: &category, description: &description, city: &city, place: Some((lat, lon)), ..GOOD };
        if let Ok(order) = NewOrder::check(&fields) {
            prop_assert!(DESCRIPTION_CHARS.contains(&order.description.chars().count()));
            prop_assert!(CITY_CHARS.contains(&order.city.chars().count()));
            prop_assert!(!order.description.contains('\0') && !order.city.contains('\0'));
        }
    }
}
