//! What the shop tells the operator's panel.

use super::card;
use torg_platform::admin::{Card, CardPart, Queue, Waiting};
use torg_platform::db::Tx;
use torg_platform::{Result, UserId};

/// `shop.orders_to_fulfil`: paid orders that nobody has sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OrdersToFulfil;

/// `shop.low_stock`: products on sale of which there is less than the operator wants to have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LowStock;

/// What is known of a person.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Customer;

impl Waiting for OrdersToFulfil {
    fn name(&self) -> &'static str {
        "shop.orders_to_fulfil"
    }

    fn look(&self, tx: &mut Tx<'_>) -> Result<Queue> {
        Ok(card::to_fulfil(tx)?)
    }
}

impl Waiting for LowStock {
    fn name(&self) -> &'static str {
        "shop.low_stock"
    }

    fn look(&self, tx: &mut Tx<'_>) -> Result<Queue> {
        Ok(card::low_stock(tx)?)
    }
}

impl Card for Customer {
    fn name(&self) -> &'static str {
        "shop"
    }

    fn about(&self, tx: &mut Tx<'_>, user: UserId) -> Result<CardPart> {
        Ok(card::card(tx, user)?)
    }
}
