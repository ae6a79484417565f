//! How this market talks: texts, sums, times, buttons.

use super::press::Press;
use torg_platform::money::{Money, Rub};
use torg_telegram::content::Button;
use torg_telegram::texts::{Arg, Lang, Texts};

/// The texts of this market.
pub(super) fn texts() -> &'static Texts {
    torg_telegram::texts!()
}

/// A language to talk in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Say(pub(super) Lang);

impl Say {
    /// A text, as HTML.
    pub(super) fn html(self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        texts().say(self.0, key, args)
    }

    /// A text, without markup.
    pub(super) fn plain(self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        texts().plain(self.0, key, args)
    }

    /// A button with a text.
    pub(super) fn button(self, key: &str, args: &[(&str, Arg<'_>)], press: &Press) -> Button {
        Button::callback(self.plain(key, args), press.data())
    }

    /// A sum as people write it: `1 999,90 ₽`.
    pub(super) fn sum(self, sum: Money<Rub>) -> String {
        let text = sum.to_decimal();
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let (group, point) = match self.0 {
            Lang::Ru => ('\u{a0}', ','),
            Lang::En => (',', '.'),
        };
        let (sign, digits) = match whole.strip_prefix('-') {
            Some(digits) => ("−", digits),
            None => ("", whole),
        };
        let mut grouped = String::new();
        for (n, digit) in digits.chars().enumerate() {
            let left = digits.len().saturating_sub(n);
            if n > 0 && left.is_multiple_of(3) {
                grouped.push(group);
            }
            grouped.push(digit);
        }
        match part {
            "" | "00" => format!("{sign}{grouped}\u{a0}₽"),
            _ => format!("{sign}{grouped}{point}{part}\u{a0}₽"),
        }
    }
}

/// At most so many characters of a text, for places where a long one has no room.
pub(super) fn cut(text: &str, chars: usize) -> String {
    if text.chars().count() <= chars {
        return text.to_owned();
    }
    let kept: String = text.chars().take(chars.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_written_as_people_do() {
        let sum = |lang, minor| {
            Say(lang)
                .sum(Money::from_minor(minor))
                .replace('\u{a0}', " ")
        };
        assert_eq!(sum(Lang::Ru, 199_990), "1 999,90 ₽");
        assert_eq!(sum(Lang::Ru, 100), "1 ₽");
        assert_eq!(sum(Lang::En, 123_456_700), "1,234,567 ₽");
        assert_eq!(sum(Lang::En, -5), "−0.05 ₽");
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(cut("кружка", 6), "кружка");
        assert_eq!(cut("кружка большая", 8), "кружка…");
    }
}
