//! What an executor wants to hear about, and how often.

use super::offers;
use crate::domain::{Category, NoticeSettings, Preferences};
use crate::error::Result;
use crate::store::{notices, people};
use torg_platform::UserId;
use torg_platform::db::{Error as DbError, Tx};

/// The subscription of `user`; empty when there is none.
pub(crate) fn get_preferences(tx: &mut Tx<'_>, user: UserId) -> Result<Preferences> {
    let profile = people::profile(tx, user)?;
    let slugs: Vec<String> = from_json(&profile.categories)?;
    let categories = slugs
        .iter()
        .map(|slug| Category::parse(slug))
        .collect::<Result<_, _>>()?;
    Ok(Preferences {
        categories,
        cities: from_json(&profile.cities)?,
    })
}

pub(crate) fn set_preferences(
    tx: &mut Tx<'_>,
    user: UserId,
    preferences: &Preferences,
) -> Result<()> {
    let slugs: Vec<&str> = preferences.categories.iter().map(|c| c.slug()).collect();
    let (categories, cities) = (to_json(&slugs)?, to_json(&preferences.cities)?);
    Ok(people::set_preferences(
        tx,
        user,
        preferences,
        &categories,
        &cities,
    )?)
}

/// Whether notices are wanted, and the least minutes between two.
pub(crate) fn get_notice_settings(tx: &mut Tx<'_>, user: UserId) -> Result<(bool, i64)> {
    let profile = people::profile(tx, user)?;
    Ok((profile.notify_enabled, profile.notify_frequency))
}

pub(crate) fn set_notice_settings(
    tx: &mut Tx<'_>,
    user: UserId,
    settings: NoticeSettings,
) -> Result<()> {
    let frequency = settings.frequency_minutes.map(i64::from);
    people::set_notices(tx, user, settings.enabled, frequency)?;
    // What waits for the end of a pause may have waited long enough now.
    let now = tx.now();
    notices::look_again(tx, user, now)?;
    tx.signal(offers::DIGEST);
    Ok(())
}

fn from_json(text: &str) -> Result<Vec<String>, DbError> {
    serde_json::from_str(text).map_err(|_json| DbError::Stored {
        what: "list of texts",
        value: text.to_owned(),
    })
}

fn to_json(list: &impl serde::Serialize) -> Result<String, torg_platform::Error> {
    serde_json::to_string(list).map_err(torg_platform::Error::internal)
}
