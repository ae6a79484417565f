//! The list of cities that people choose from. An order's city is free text: a village that is not
//! in the list is served too.

use super::fold;

/// A list of cities in the order of the Russian alphabet, ready to be searched.
#[derive(Debug, Clone)]
pub struct Cities {
    /// The folded name for comparisons, and the name as people write it.
    names: Vec<(String, String)>,
}

impl Cities {
    /// The cities of Russia. Namesakes (three Советск, for example) are one entry, because an
    /// order names a city and not a region; the inner cities of Moscow and Saint Petersburg that
    /// people give as their address are included.
    pub fn russia() -> Self {
        Self::from_lines(include_str!("cities.txt"))
    }

    /// An operator's own list: one name a line, in any order; empty lines and lines that begin with
    /// `#` are skipped, repeated names count once.
    pub fn from_lines(text: &str) -> Self {
        let mut names: Vec<(String, String)> = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| (fold(line), line.to_owned()))
            .collect();
        // Folding makes `ё` sort with `е`, as in Russian dictionaries, and not after `я`.
        names.sort();
        names.dedup_by(|a, b| a.0 == b.0);
        Self { names }
    }

    /// At most `limit` names for what somebody has typed so far: those that begin with it, then
    /// those that contain it, each in alphabetical order. Everything for an empty query.
    pub fn search(&self, query: &str, limit: usize) -> Vec<&str> {
        let query = fold(query);
        let begins = self.names.iter().filter(|(key, _)| key.starts_with(&query));
        let contains = self
            .names
            .iter()
            .filter(|(key, _)| !key.starts_with(&query) && key.contains(&query));
        begins
            .chain(contains)
            .take(limit)
            .map(|(_, name)| name.as_str())
            .collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether the operator's list was empty.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    #[test]
    fn the_embedded_file_is_clean_and_sorted() {
        let lines: Vec<&str> = include_str!("cities.txt").lines().collect();
        let cities = Cities::russia();
        assert_eq!(
            cities.search("", usize::MAX),
            lines,
            "sorted, without repetitions"
        );
        assert!(lines.len() > 1_050, "{}", lines.len());
        for name in lines {
            assert!(
                name.chars()
                    .all(|c| matches!(c, 'А'..='я' | 'ё' | 'Ё' | ' ' | '-')),
                "{name}: only Russian letters, no Latin look-alikes"
            );
            assert!(
                name.chars().next().is_some_and(char::is_uppercase),
                "{name}"
            );
            assert_eq!(name, name.trim());
        }
    }

    #[test]
    fn large_and_difficult_names_are_there() {
        let cities = Cities::russia();
        let capitals = "Москва, Санкт-Петербург, Новосибирск, Екатеринбург, Казань, \
            Нижний Новгород, Красноярск, Челябинск, Самара, Уфа, Ростов-на-Дону, Краснодар, Омск, \
            Воронеж, Пермь, Волгоград, Йошкар-Ола, Улан-Удэ, Южно-Сахалинск, Абакан, Ярославль, \
            Петропавловск-Камчатский, Горно-Алтайск, Набережные Челны, Орёл, Королёв, Щёлково";
        for name in capitals.split(", ") {
            assert_eq!(cities.search(name, 1), [name]);
        }
    }

    #[test]
    fn beginnings_come_first() {
        let cities = Cities::from_lines("Новгород\nНижний Новгород\nВеликий Новгород\nОмск");
        assert_eq!(
            cities.search("НОВГ", 10),
            ["Новгород", "Великий Новгород", "Нижний Новгород"]
        );
        assert_eq!(cities.search("новг", 1), ["Новгород"]);
        assert!(cities.search("xyz", 10).is_empty());
        assert!(cities.search("омск", 0).is_empty());
    }

    #[test]
    fn yo_is_ye_in_both_directions() {
        let cities = Cities::russia();
        assert_eq!(cities.search("королев", 5), ["Королёв"]);
        assert_eq!(cities.search("бёрёзники", 5), ["Березники"]);
    }

    #[test]
    fn an_own_list_is_sorted_and_may_have_comments() {
        let cities = Cities::from_lines("# ours\r\nЯлуторовск\r\n\r\n Ёлкино \nелкино\nЕлец\n");
        assert_eq!(cities.search("", 10), ["Елец", "Ёлкино", "Ялуторовск"]);
        assert_eq!(cities.len(), 3);
        assert!(Cities::from_lines("\n#").is_empty());
    }

    proptest! {
        #[test]
        fn a_search_never_fails_and_every_hit_contains_the_query(query in "\\PC{0,6}", limit in 0_usize..20) {
            static CITIES: LazyLock<Cities> = LazyLock::new(Cities::russia);
            let hits = CITIES.search(&query, limit);
            prop_assert!(hits.len() <= limit);
            for hit in hits {
                prop_assert!(fold(hit).contains(&fold(&query)));
            }
        }
    }
}
