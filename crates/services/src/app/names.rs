//! Names of people, each read once per list.

use std::collections::HashMap;
use torg_platform::db::Tx;
use torg_platform::{Result, UserId, auth};

/// Names that were read.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<UserId, String>);

impl Names {
    /// First and last name; empty for somebody who never opened the app.
    pub(super) fn of(&mut self, tx: &mut Tx<'_>, user: UserId) -> Result<String> {
        if let Some(name) = self.0.get(&user) {
            return Ok(name.clone());
        }
        let person = auth::person(tx, user)?;
        let name = person.map_or_else(String::new, |person| {
            let full = format!(
                "{} {}",
                person.first_name,
                person.last_name.unwrap_or_default()
            );
            full.trim().to_owned()
        });
        self.0.insert(user, name.clone());
        Ok(name)
    }
}
