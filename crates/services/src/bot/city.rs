//! A city as people write it.

use crate::domain::{Cities, Preferences, fold};

/// Names that are offered at once.
const OFFERED: usize = 6;

/// What a text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum City {
    /// This city.
    Known(String),
    /// One of these; the last one is what they wrote.
    OneOf(Vec<String>),
    /// None: the rule was not met.
    Wrong,
}

/// Reads what somebody wrote. A place that no list has is taken as it was written.
pub(super) fn read(cities: &Cities, text: &str) -> City {
    let Ok(checked) = Preferences::check(&[], &[text.to_owned()]) else {
        return City::Wrong;
    };
    let Some(written) = checked.cities.into_iter().next() else {
        return City::Wrong;
    };
    let found = cities.search(&written, OFFERED);
    if let Some(name) = found.iter().find(|name| fold(name) == fold(&written)) {
        return City::Known((*name).to_owned());
    }
    if found.is_empty() {
        return City::Known(written);
    }
    let mut names: Vec<String> = found.into_iter().map(str::to_owned).collect();
    names.push(written);
    City::OneOf(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_ambiguous_unknown_and_wrong() {
        let cities = Cities::russia();
        let known = |name: &str| City::Known(name.to_owned());
        assert_eq!(read(&cities, " москва "), known("Москва"));
        assert_eq!(read(&cities, "королев"), known("Королёв"));
        assert_eq!(read(&cities, "Малые Вязёмы-2"), known("Малые Вязёмы-2"));
        assert_eq!(read(&cities, "я"), City::Wrong);
        assert_eq!(read(&cities, "а\nб"), City::Wrong);
        let City::OneOf(names) = read(&cities, "новг") else {
            panic!("several cities");
        };
        assert!(names.contains(&"Великий Новгород".to_owned()));
        assert_eq!(names.last().map(String::as_str), Some("новг"));
    }
}
