//! What the bot says, in every language it knows.
//!
//! A file per language: `"key": "text with {name}"`, or forms for a number `n`:
//! `"key": {"one": "{n} заказ", "few": "{n} заказа", "many": "{n} заказов"}` (Russian) and
//! `{"one": …, "other": …}` (English), after the plural rules of CLDR. Texts are Telegram's HTML; what
//! is put into them is escaped.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;
use torg_platform::Timestamp;

/// A language of the bot and of the Mini App.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Russian.
    Ru,
    /// English.
    En,
}

impl Lang {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Ru, Self::En];

    /// The code of ISO 639-1.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// The language with this code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.as_str() == code)
    }

    /// The one that suits somebody whose Telegram speaks `code` (an IETF tag). Telegram leaves it
    /// out for some people; most of the users of these markets read Russian.
    pub fn of_telegram(code: Option<&str>) -> Self {
        let language = code.and_then(|code| code.split('-').next());
        match language {
            None | Some("ru" | "be" | "uk" | "kk") => Self::Ru,
            Some(_) => Self::En,
        }
    }

    /// Which form of a word goes with `n`.
    fn form(self, n: i64) -> &'static str {
        let (ten, hundred) = (n.unsigned_abs() % 10, n.unsigned_abs() % 100);
        match (self, ten) {
            (Self::En, _) if n == 1 => "one",
            (Self::En, _) => "other",
            (Self::Ru, 1) if hundred != 11 => "one",
            (Self::Ru, 2..=4) if !(12..=14).contains(&hundred) => "few",
            (Self::Ru, _) => "many",
        }
    }

    const fn forms(self) -> &'static [&'static str] {
        match self {
            Self::Ru => &["one", "few", "many"],
            Self::En => &["one", "other"],
        }
    }
}

#[derive(Debug, serde::Deserialize)]
#[serde(untagged)]
enum Text {
    Plain(String),
    Forms(BTreeMap<String, String>),
}

/// Something that is put into a text.
#[derive(Debug, Clone, Copy)]
pub enum Arg<'a> {
    /// As it is, escaped.
    Text(&'a str),
    /// HTML that was made from a text of the catalogue.
    Html(&'a str),
    /// A number; under the name `n` it chooses the form.
    Number(i64),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Arg<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// The texts of one package.
#[derive(Debug)]
pub struct Texts(BTreeMap<Lang, BTreeMap<String, Text>>);

impl Texts {
    /// Reads the files of all languages. A file that is no such JSON has no texts; the package's
    /// test with [`Texts::problems`] says so.
    pub fn new(ru: &str, en: &str) -> Self {
        let read = |json| serde_json::from_str(json).unwrap_or_default();
        Self(BTreeMap::from([(Lang::Ru, read(ru)), (Lang::En, read(en))]))
    }

    /// Whether there is such a text.
    pub fn has(&self, key: &str) -> bool {
        self.0.values().all(|texts| texts.contains_key(key))
    }

    /// The text `key`, with `args` in the places of their names. A text that is missing shows its
    /// key: better than nothing, and a test finds it.
    pub fn say(&self, lang: Lang, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        let Some(text) = self.0.get(&lang).and_then(|texts| texts.get(key)) else {
            tracing::error!(key, lang = lang.as_str(), "a text is missing");
            return key.to_owned();
        };
        let number = args.iter().find_map(|(name, arg)| match arg {
            Arg::Number(n) if *name == "n" => Some(*n),
            Arg::Number(_) | Arg::Text(_) | Arg::Html(_) => None,
        });
        let text = match text {
            Text::Plain(text) => text.as_str(),
            Text::Forms(forms) => forms
                .get(lang.form(number.unwrap_or_default()))
                .map_or(key, String::as_str),
        };
        fill(text, args)
    }

    /// The same without markup and escapes, for buttons and toasts.
    pub fn plain(&self, lang: Lang, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        unescape(&self.say(lang, key, args))
    }

    /// What is wrong with the files: a key that another language lacks, places that differ, a
    /// form that is missing or that nobody asks for.
    pub fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        let keys: std::collections::BTreeSet<&String> =
            self.0.values().flat_map(BTreeMap::keys).collect();
        if keys.is_empty() {
            found.push("there are no texts".to_owned());
        }
        for key in keys {
            let mut places = Vec::new();
            for lang in Lang::ALL {
                match self.0.get(&lang).and_then(|texts| texts.get(key)) {
                    None => found.push(format!("{key}: not in {}", lang.as_str())),
                    Some(Text::Plain(text)) => places.push(places_of(text)),
                    Some(Text::Forms(forms)) => {
                        let mut names: Vec<&str> = forms.keys().map(String::as_str).collect();
                        names.sort_unstable();
                        let mut expected = lang.forms().to_vec();
                        expected.sort_unstable();
                        if names != expected {
                            found.push(format!("{key}: forms of {}: {names:?}", lang.as_str()));
                        }
                        places.extend(forms.values().map(|text| places_of(text)));
                    }
                }
            }
            if places.windows(2).any(|pair| pair.first() != pair.last()) {
                found.push(format!("{key}: different places in {places:?}"));
            }
        }
        found
    }
}

/// Moscow's distance from UTC. Orders are all over Russia, chats do not say where their people are,
/// and everybody there knows what Moscow time is. It has no summer time.
const MOSCOW: Duration = Duration::from_hours(3);

/// Hours and minutes in Moscow: `14:05`.
pub fn time(at: Timestamp) -> String {
    let text = at.plus(MOSCOW).to_rfc3339();
    text.get(11..16).unwrap_or_default().to_owned()
}

/// Day, month and time in Moscow: `02.01 14:05`.
pub fn day_and_time(at: Timestamp) -> String {
    let text = at.plus(MOSCOW).to_rfc3339();
    let part = |range| text.get(range).unwrap_or_default();
    format!("{}.{} {}", part(8..10), part(5..7), part(11..16))
}

/// Escapes what people wrote for Telegram's HTML.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['<', '>', '&', '"']) {
        return Cow::Borrowed(text);
    }
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    Cow::Owned(escaped)
}

pub(crate) fn unescape(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// The names in braces, in alphabetical order.
fn places_of(text: &str) -> Vec<&str> {
    let mut places: Vec<&str> = text
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect();
    places.sort_unstable();
    places.dedup();
    places
}

fn fill(text: &str, args: &[(&str, Arg<'_>)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        match args.iter().find(|(known, _)| *known == name) {
            Some((_, Arg::Text(value))) => filled.push_str(&escape(value)),
            Some((_, Arg::Html(value))) => filled.push_str(value),
            Some((_, Arg::Number(value))) => {
                // A String takes whatever is written into it.
                let _written = write!(filled, "{value}");
            }
            None => {
                let _written = write!(filled, "{{{name}}}");
            }
        }
        rest = tail;
    }
    filled.push_str(rest);
    filled
}

/// The texts of the package that says it: `locales/ru.json` and `locales/en.json`.
#[macro_export]
macro_rules! texts {
    () => {{
        static TEXTS: std::sync::LazyLock<$crate::texts::Texts> = std::sync::LazyLock::new(|| {
            $crate::texts::Texts::new(
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/locales/ru.json")),
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/locales/en.json")),
            )
        });
        &*TEXTS
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_choose_their_form() {
        let forms = |lang: Lang, numbers: &[i64]| -> Vec<&str> {
            numbers.iter().map(|n| lang.form(*n)).collect()
        };
        let numbers = [0, 1, 2, 5, 11, 12, 21, 22, 111, 112, 101];
        assert_eq!(
            forms(Lang::Ru, &numbers),
            [
                "many", "one", "few", "many", "many", "many", "one", "few", "many", "many", "one"
            ]
        );
        assert_eq!(forms(Lang::En, &[0, 1, 2]), ["other", "one", "other"]);
    }

    #[test]
    fn times_are_those_of_moscow() {
        // 2026-01-02T21:04:05Z.
        let at = Timestamp::from_seconds(1_767_387_845);
        assert_eq!(
            (time(at).as_str(), day_and_time(at).as_str()),
            ("00:04", "03.01 00:04")
        );
    }

    #[test]
    fn what_people_wrote_is_escaped_and_never_a_place() {
        let texts = Texts::new(r#"{"a": "<b>{name}</b>, {n}"}"#, r#"{"a": "{name} {n}"}"#);
        let said = texts.say(
            Lang::Ru,
            "a",
            &[("name", "<i>{n}&".into()), ("n", 3.into())],
        );
        assert_eq!(said, "<b>&lt;i&gt;{n}&amp;</b>, 3");
        assert_eq!(
            texts.plain(Lang::En, "a", &[("name", "<i>".into()), ("n", 1.into())]),
            "<i> 1"
        );
    }

    #[test]
    fn differences_between_languages_are_found() {
        let texts = Texts::new(
            r#"{"a": "{x}", "b": {"one": "", "few": ""}, "c": ""}"#,
            r#"{"a": "{y}", "b": {"one": "", "other": ""}}"#,
        );
        let problems = texts.problems().join("\n");
        for part in ["a: different places", "b: forms of ru", "c: not in en"] {
            assert!(problems.contains(part), "{problems}");
        }
    }
}
