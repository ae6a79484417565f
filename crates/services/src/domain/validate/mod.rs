//! What people send, checked and brought into form. All wrong fields of a request are reported at
//! once (422); only then comes what the rules refuse (400 for an unknown category).

use super::{Category, ComplaintReason, Contact, NotAContact, Point, Rating, fold};
use crate::error::Result;
use std::ops::RangeInclusive;
use torg_platform::error::FieldError;
use torg_platform::money::{Money, Rub};

const DESCRIPTION_CHARS: RangeInclusive<usize> = 20..=1_000;
const CITY_CHARS: RangeInclusive<usize> = 2..=100;
const COMMENT_CHARS: RangeInclusive<usize> = 0..=500;
const FREQUENCY_MINUTES: RangeInclusive<i64> = 5..=15;
const RECHARGE_ROUBLES: RangeInclusive<i64> = 1..=100_000;
const MAX_CATEGORIES: usize = 10;
const MAX_CITIES: usize = 20;

/// A new order as it arrives.
#[derive(Debug, Clone, Copy, Default)]
pub struct NewOrderFields<'a> {
    /// Name or slug of a category.
    pub category: &'a str,
    /// What is to be done.
    pub description: &'a str,
    /// Where.
    pub city: &'a str,
    /// Telegram name or phone.
    pub contact: &'a str,
    /// Optional place, `(lat, lon)` in degrees.
    pub place: Option<(f64, f64)>,
}

/// A new order that may be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct NewOrder {
    /// Kind of work.
    pub category: Category,
    /// Trimmed.
    pub description: String,
    /// Trimmed.
    pub city: String,
    /// Normalised.
    pub contact: Contact,
    /// Optional place.
    pub place: Option<Point>,
}

/// An edit as it arrives; what is absent stays. There is no city: it never changes.
#[derive(Debug, Clone, Copy, Default)]
pub struct OrderChangeFields<'a> {
    /// Name or slug of a category.
    pub category: Option<&'a str>,
    /// What is to be done.
    pub description: Option<&'a str>,
    /// Telegram name or phone.
    pub contact: Option<&'a str>,
}

/// An edit that may be applied.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderChange {
    /// New kind of work.
    pub category: Option<Category>,
    /// New text.
    pub description: Option<String>,
    /// New contact; it must be unique among active orders again.
    pub contact: Option<Contact>,
}

/// What an executor wants to hear about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preferences {
    /// Without repetitions.
    pub categories: Vec<Category>,
    /// Trimmed, without repetitions.
    pub cities: Vec<String>,
}

/// A change of the notification settings; what is absent stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoticeSettings {
    /// Whether to send notices at all.
    pub enabled: Option<bool>,
    /// Least minutes between two notices, 5 to 15.
    pub frequency_minutes: Option<u8>,
}

/// A customer's review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Stars.
    pub rating: Rating,
    /// Trimmed; an empty text is none.
    pub comment: Option<String>,
}

/// An executor's complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Why.
    pub reason: ComplaintReason,
    /// Trimmed; an empty text is none.
    pub comment: Option<String>,
}

impl NewOrder {
    /// Checks a new order.
    ///
    /// # Errors
    /// 422 with every wrong field, or 400 for an unknown category.
    pub fn check(fields: &NewOrderFields<'_>) -> Result<Self> {
        let mut form = Form::default();
        let description = form.text("description", fields.description, DESCRIPTION_CHARS, true);
        let city = form.text("city", fields.city, CITY_CHARS, false);
        let contact = form.contact(fields.contact);
        let place = fields.place.map(|(lat, lon)| {
            let place = Point::from_degrees(lat, lon);
            form.need(
                "location",
                place,
                "must be a latitude of ±90 and a longitude of ±180",
            )
        });
        let category = Category::parse(fields.category);
        match (description, city, contact, place) {
            (Some(description), Some(city), Some(contact), None | Some(Some(_))) => Ok(Self {
                category: category?,
                description,
                city,
                contact,
                place: place.flatten(),
            }),
            (_, _, _, _) => Err(form.wrong.into()),
        }
    }
}

impl OrderChange {
    /// Checks an edit.
    ///
    /// # Errors
    /// 422 with every wrong field, or 400 for an unknown category.
    pub fn check(fields: &OrderChangeFields<'_>) -> Result<Self> {
        let mut form = Form::default();
        let description = fields
            .description
            .and_then(|text| form.text("description", text, DESCRIPTION_CHARS, true));
        let contact = fields.contact.and_then(|text| form.contact(text));
        form.finish()?;
        let category = fields.category.map(Category::parse).transpose()?;
        Ok(Self {
            category,
            description,
            contact,
        })
    }
}

impl Preferences {
    /// Checks a subscription: at most 10 categories and 20 cities. Repetitions count once.
    ///
    /// # Errors
    /// 422 with every wrong field, or 400 for an unknown category.
    pub fn check(categories: &[String], cities: &[String]) -> Result<Self> {
        let mut form = Form::default();
        form.at_most("categories", categories.len(), MAX_CATEGORIES);
        form.at_most("cities", cities.len(), MAX_CITIES);
        // Before looking at single items: a list of a million is one mistake.
        form.finish()?;
        let mut kept: Vec<String> = Vec::new();
        for (n, city) in cities.iter().enumerate() {
            let city = form.text(&format!("cities[{n}]"), city, CITY_CHARS, false);
            kept.extend(city.filter(|city| kept.iter().all(|k| fold(k) != fold(city))));
        }
        form.finish()?;
        let mut known: Vec<Category> = Vec::new();
        for category in categories {
            let category = Category::parse(category)?;
            known.extend((!known.contains(&category)).then_some(category));
        }
        Ok(Self {
            categories: known,
            cities: kept,
        })
    }
}

impl NoticeSettings {
    /// Checks a change of the settings.
    ///
    /// # Errors
    /// 422 unless `frequency` is absent or 5 to 15 minutes.
    pub fn check(enabled: Option<bool>, frequency: Option<i64>) -> Result<Self> {
        let mut form = Form::default();
        let frequency_minutes = frequency.and_then(|minutes| {
            let minutes = Some(minutes).filter(|m| FREQUENCY_MINUTES.contains(m));
            let minutes = minutes.and_then(|m| u8::try_from(m).ok());
            form.need("frequency", minutes, "must be between 5 and 15 minutes")
        });
        form.finish()?;
        Ok(Self {
            enabled,
            frequency_minutes,
        })
    }
}

impl Review {
    /// Checks a review.
    ///
    /// # Errors
    /// 422 with every wrong field.
    pub fn check(rating: i64, comment: Option<&str>) -> Result<Self> {
        let mut form = Form::default();
        let rating = form.need(
            "rating",
            Rating::from_stars(rating),
            "must be between 1 and 5",
        );
        let comment = form.comment(comment);
        match rating {
            Some(rating) if form.wrong.is_empty() => Ok(Self { rating, comment }),
            Some(_) | None => Err(form.wrong.into()),
        }
    }
}

impl Complaint {
    /// Checks a complaint.
    ///
    /// # Errors
    /// 422 with every wrong field.
    pub fn check(reason: &str, comment: Option<&str>) -> Result<Self> {
        let mut form = Form::default();
        let reason = ComplaintReason::parse(reason);
        let reason = form.need("complaint", reason, "must be one of the listed reasons");
        let comment = form.comment(comment);
        match reason {
            Some(reason) if form.wrong.is_empty() => Ok(Self { reason, comment }),
            Some(_) | None => Err(form.wrong.into()),
        }
    }
}

/// Checks an amount to put on the balance: 1 to 100,000 whole roubles.
///
/// # Errors
/// 422 for everything else.
pub fn recharge(roubles: i64) -> Result<Money<Rub>> {
    let mut form = Form::default();
    let amount = Some(roubles)
        .filter(|r| RECHARGE_ROUBLES.contains(r))
        .and_then(Money::from_major);
    let amount = form.need("amount", amount, "must be between 1 and 100000 roubles");
    amount.ok_or_else(|| form.wrong.into())
}

/// Collects what is wrong with a request.
#[derive(Default)]
struct Form {
    wrong: Vec<FieldError>,
}

impl Form {
    fn add(&mut self, field: &str, message: impl Into<String>) {
        self.wrong.push(FieldError {
            field: field.to_owned(),
            message: message.into(),
        });
    }

    fn need<T>(&mut self, field: &str, value: Option<T>, message: &str) -> Option<T> {
        if value.is_none() {
            self.add(field, message);
        }
        value
    }

    fn at_most(&mut self, field: &str, count: usize, max: usize) {
        if count > max {
            self.add(field, format!("must have at most {max} items"));
        }
    }

    /// Trims, then counts characters (not bytes) and refuses control characters; line breaks and
    /// tabs are part of a text of several lines. NUL above all: PostgreSQL cannot store it.
    fn text(
        &mut self,
        field: &str,
        text: &str,
        chars: RangeInclusive<usize>,
        lines: bool,
    ) -> Option<String> {
        let text = text.trim().replace("\r\n", "\n");
        if text
            .chars()
            .any(|c| c.is_control() && !(lines && matches!(c, '\n' | '\t')))
        {
            self.add(field, "must not contain control characters");
            return None;
        }
        if !chars.contains(&text.chars().count()) {
            let (least, most) = (chars.start(), chars.end());
            self.add(field, format!("must have {least} to {most} characters"));
            return None;
        }
        Some(text)
    }

    fn comment(&mut self, comment: Option<&str>) -> Option<String> {
        let comment = self.text("comment", comment?, COMMENT_CHARS, true)?;
        Some(comment).filter(|c| !c.is_empty())
    }

    fn contact(&mut self, text: &str) -> Option<Contact> {
        match Contact::parse(text) {
            Ok(contact) => Some(contact),
            Err(wrong @ NotAContact) => {
                self.add("contact", wrong.to_string());
                None
            }
        }
    }

    fn finish(&mut self) -> Result<()> {
        if self.wrong.is_empty() {
            Ok(())
        } else {
            Err(std::mem::take(&mut self.wrong).into())
        }
    }
}

#[cfg(test)]
mod tests;
