//! What this market tells the operator's panel.

use super::{admin_complaints, card};
use torg_platform::admin::{Card, CardPart, Queue, Waiting};
use torg_platform::db::Tx;
use torg_platform::{Result, UserId};

/// `services.complaints`: complaints that nobody has dealt with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Complaints;

/// What is known of a person.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person;

impl Waiting for Complaints {
    fn name(&self) -> &'static str {
        "services.complaints"
    }

    fn look(&self, tx: &mut Tx<'_>) -> Result<Queue> {
        Ok(admin_complaints::waiting(tx)?)
    }
}

impl Card for Person {
    fn name(&self) -> &'static str {
        "services"
    }

    fn about(&self, tx: &mut Tx<'_>, user: UserId) -> Result<CardPart> {
        Ok(card::card(tx, user)?)
    }
}
