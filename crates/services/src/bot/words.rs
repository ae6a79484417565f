//! What the bot says, in one language: names, times, money, and texts of the catalogue.

use crate::domain::{Category, ComplaintReason, Order, RatingSum};
use torg_platform::Timestamp;
use torg_platform::money::{Money, Rub};
use torg_telegram::content::Button;
use torg_telegram::texts::{Arg, Lang, Texts};

/// Prefix of this market's buttons.
pub(super) const NAME: &str = "services";

/// Characters of a description where it is only to be recognised.
const SHORT: usize = 120;

/// The texts of this market.
pub(super) fn texts() -> &'static Texts {
    torg_telegram::texts!()
}

/// One language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Words(pub(super) Lang);

impl Words {
    /// A text in Telegram's HTML.
    pub(super) fn say(self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        texts().say(self.0, key, args)
    }

    /// A text for a toast or a button.
    pub(super) fn plain(self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        texts().plain(self.0, key, args)
    }

    /// A button with the text `key` that says `data` to this market.
    pub(super) fn press(self, key: &str, data: impl std::fmt::Display) -> Button {
        press(self.plain(key, &[]), data)
    }

    /// Name of a category.
    pub(super) fn category(self, category: Category) -> String {
        self.plain(&format!("category.{}", category.slug()), &[])
    }

    /// Name of a reason to complain.
    pub(super) fn reason(self, reason: ComplaintReason) -> String {
        self.plain(&format!("reason.{}", reason.slug()), &[])
    }

    /// What the error with this code means; its own text for a code without one.
    pub(super) fn refusal(self, error: &torg_platform::Error) -> String {
        let key = format!("refusal.{}", error.code());
        match texts().has(&key) {
            true => self.plain(&key, &[]),
            false => error.detail().to_owned(),
        }
    }

    /// Category, city and short name.
    pub(super) fn title(self, order: &Order) -> String {
        let (category, name) = (self.category(order.category), short_name(order));
        self.say(
            "order.title",
            &[
                ("category", (&category).into()),
                ("city", (&order.city).into()),
                ("name", (&name).into()),
            ],
        )
    }

    /// ` ★ 4.8`, or nothing without reviews.
    pub(super) fn stars(self, rating: RatingSum) -> String {
        let Some(average) = rating.average_hundredths() else {
            return String::new();
        };
        let (whole, tenths) = (
            average.div_euclid(100),
            average.rem_euclid(100).div_euclid(10),
        );
        let point = match self.0 {
            Lang::Ru => ',',
            Lang::En => '.',
        };
        format!(" ★\u{a0}{whole}{point}{tenths}")
    }

    /// `2 ₽`, or `2.50 ₽` when there are kopecks.
    pub(super) fn roubles(self, amount: Money<Rub>) -> String {
        let point = match self.0 {
            Lang::Ru => ',',
            Lang::En => '.',
        };
        match (amount.major_floor(), amount.minor().rem_euclid(100)) {
            (whole, 0) => format!("{whole} ₽"),
            (whole, part) => format!("{whole}{point}{part:02} ₽"),
        }
    }
}

/// A button that says `data` to this market.
pub(super) fn press(text: impl Into<String>, data: impl std::fmt::Display) -> Button {
    Button::callback(text, format!("{NAME}:{data}"))
}

/// What people call an order: the beginning of its name.
pub(super) fn short_name(order: &Order) -> String {
    order.id.as_str().chars().take(4).collect()
}

/// Whole minutes from `now` until `then`, rounded up.
pub(super) fn minutes(now: Timestamp, then: Timestamp) -> i64 {
    let left = then.since(now).as_secs().div_ceil(60);
    i64::try_from(left).unwrap_or(i64::MAX)
}

/// The beginning of a description, in one line.
pub(super) fn brief(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHORT) {
        None => line,
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        let long = "ё".repeat(200);
        assert_eq!(brief(&long).chars().count(), SHORT + 1);
        assert_eq!(brief(" a\n b "), "a b");
    }

    #[test]
    fn money_and_stars_are_written_as_people_write_them() {
        let (ru, en) = (Words(Lang::Ru), Words(Lang::En));
        assert_eq!(ru.roubles(Money::from_minor(200)), "2 ₽");
        assert_eq!(ru.roubles(Money::from_minor(250)), "2,50 ₽");
        assert_eq!(en.roubles(Money::from_minor(205)), "2.05 ₽");
        assert_eq!(en.stars(RatingSum { sum: 14, count: 3 }), " ★\u{a0}4.6");
        assert_eq!(en.stars(RatingSum::default()), "");
    }
}
