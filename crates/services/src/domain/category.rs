//! What kind of job an order is.

use super::{Refusal, fold};

/// The seven kinds of work. On the wire the Russian name, in the database and in topics the slug.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, utoipa::ToSchema,
)]
pub enum Category {
    /// Сантехника.
    #[serde(rename = "Сантехника")]
    Plumbing,
    /// Электрика.
    #[serde(rename = "Электрика")]
    Electrical,
    /// Бытовой ремонт.
    #[serde(rename = "Бытовой ремонт")]
    HomeRepair,
    /// Клининг.
    #[serde(rename = "Клининг")]
    Cleaning,
    /// Сборка/установка.
    #[serde(rename = "Сборка/установка")]
    Assembly,
    /// Бытовая техника.
    #[serde(rename = "Бытовая техника")]
    Appliances,
    /// Другое.
    #[serde(rename = "Другое")]
    Other,
}

impl Category {
    /// All of them, in the order in which people are shown them.
    pub const ALL: [Self; 7] = [
        Self::Plumbing,
        Self::Electrical,
        Self::HomeRepair,
        Self::Cleaning,
        Self::Assembly,
        Self::Appliances,
        Self::Other,
    ];

    /// ASCII name for storage, topics and metrics.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Plumbing => "plumbing",
            Self::Electrical => "electrical",
            Self::HomeRepair => "home_repair",
            Self::Cleaning => "cleaning",
            Self::Assembly => "assembly",
            Self::Appliances => "appliances",
            Self::Other => "other",
        }
    }

    /// Russian name, the value on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plumbing => "Сантехника",
            Self::Electrical => "Электрика",
            Self::HomeRepair => "Бытовой ремонт",
            Self::Cleaning => "Клининг",
            Self::Assembly => "Сборка/установка",
            Self::Appliances => "Бытовая техника",
            Self::Other => "Другое",
        }
    }

    /// Reads a slug as it was stored.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.slug() == slug)
    }

    /// Reads the Russian name or the slug, in any case.
    ///
    /// # Errors
    /// [`Refusal::UnknownCategory`] (400).
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = fold(text);
        Self::ALL
            .into_iter()
            .find(|c| c.slug() == text || fold(c.name()) == text)
            .ok_or(Refusal::UnknownCategory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_names_are_read() {
        for category in Category::ALL {
            assert_eq!(Category::parse(category.name()), Ok(category));
            assert_eq!(Category::parse(category.slug()), Ok(category));
        }
        assert_eq!(
            Category::parse(" бытовой  РЕМОНТ "),
            Ok(Category::HomeRepair)
        );
    }

    #[test]
    fn the_wire_shows_the_russian_name() {
        for category in Category::ALL {
            assert_eq!(serde_json::json!(category), category.name());
        }
    }

    #[test]
    fn anything_else_is_unknown() {
        for text in ["", "Сантехник", "plumbing\0", "home repair", "Ремонт"] {
            assert_eq!(
                Category::parse(text),
                Err(Refusal::UnknownCategory),
                "{text:?}"
            );
        }
    }

    #[test]
    fn names_are_unique() {
        let names: std::collections::BTreeSet<_> = Category::ALL
            .iter()
            .flat_map(|c| [c.slug(), c.name()])
            .collect();
        assert_eq!(names.len(), 14);
    }
}
