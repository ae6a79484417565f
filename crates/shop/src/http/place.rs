//! Orders are placed here, whatever they are made of: under one limit, once per key.

use super::Caller;
use crate::app::checkout::checkout;
use crate::app::create_order::{CreateOrder, create_order};
use crate::app::get_order::{Reader, show_with};
use crate::app::state::Shop;
use crate::domain::{Item, LINES_MAX, NewOrder, Order, OrderId, PayWith};
use crate::error::Error as ShopError;
use crate::metrics::Counters;
use axum::response::{IntoResponse as _, Response};
use torg_platform::db::Tx;
use torg_platform::http::{IdempotencyKey, Origin};
use torg_platform::idempotency::{self, Reply};
use torg_platform::{Result, ids};

/// Of what an order is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Making {
    /// Of the unit of work, and of the keys that belong to it.
    name: &'static str,
    make: Make,
    /// How it is paid when the customer has not said how.
    pay_with: fn(&Shop) -> Option<PayWith>,
}

type Make = fn(&mut Tx<'_>, &CreateOrder, &Counters) -> crate::error::Result<(Order, Vec<Item>)>;

/// Of the lines in the request.
pub(crate) const ORDER: Making = Making {
    name: "shop.create_order",
    make: create_order,
    pay_with: Shop::default_pay_with,
};
/// Of what is in the cart by then: the request has no lines, so neither has what its key stands
/// for.
pub(crate) const CHECKOUT: Making = Making {
    name: "shop.checkout",
    make: checkout,
    // Nobody's script but a person, who is asked afterwards unless the operator has decided.
    pay_with: |shop| shop.config.pay_with(),
};

/// Makes an order under the limit of its customer, once per key.
pub(crate) async fn place(
    shop: &Shop,
    caller: &Caller,
    origin: Origin,
    key: &IdempotencyKey,
    new: NewOrder,
    of: Making,
) -> Result<Response> {
    let who = match (&new.customer, &new.email) {
        (Some(user), _) => user.to_string(),
        (None, Some(email)) => format!("email:{}", email.key()),
        (None, None) => origin.caller(None),
    };
    let request = idempotency::Request::keyed(&who, of.name, Some(key), &new)?;
    if let Some(way) = new.pay_with {
        shop.check_pay_with(way).map_err(ShopError::from)?;
    }
    let limit = &shop.limits().create;
    if let Err(refused) = shop.ctx.limits.check(limit, &who).await {
        // Whoever asks for an answer again makes no order.
        let stored = move |tx: &mut Tx<'_>| idempotency::stored(tx, request.as_ref());
        let stored = shop.ctx.db.read("shop.stored_order", stored).await?;
        return stored.map(Reply::into_response).ok_or(refused);
    }
    let ctx = &shop.ctx;
    let cmd = command(shop, caller, origin, new, of);
    let reader = cmd.new.customer.map_or(Reader::Guest, Reader::User);
    let counters = shop.metrics.counters.clone();
    let write = move |tx: &mut Tx<'_>| {
        idempotency::run(tx, request.as_ref(), 201, |tx| {
            let (order, items) = (of.make)(tx, &cmd, &counters)?;
            Ok(show_with(tx, order, items, reader)?)
        })
    };
    shop.prepare().await?;
    let began = ctx.clock.now();
    let reply = ctx.db.write(of.name, write).await;
    if reply
        .as_ref()
        .is_ok_and(|reply| reply.status == 201 && !reply.replayed)
    {
        shop.recent.moved();
        let took = ctx.clock.now().since(began);
        shop.metrics.place_seconds.observe(took.as_secs_f64());
    } else {
        ctx.limits.give_back(limit, &who).await;
    }
    Ok(reply?.into_response())
}

/// The order with everything drawn that is left to chance, because a unit of work may run again.
fn command(shop: &Shop, caller: &Caller, origin: Origin, new: NewOrder, of: Making) -> CreateOrder {
    let (rng, now) = (&shop.ctx.rng, shop.ctx.clock.now());
    // A cart's lines are not known yet.
    let lines = match new.lines.len() {
        0 => LINES_MAX,
        lines => lines,
    };
    CreateOrder {
        id: match new.customer {
            Some(_) => OrderId::new(rng, now),
            None => OrderId::unguessable(rng),
        },
        item_ids: (0..lines)
            .map(|_| ids::uuid_v7(rng, now).to_string())
            .collect(),
        by: caller.by(origin),
        seen: None,
        pay_with: (of.pay_with)(shop),
        kept: shop.kept(),
        gate: shop.gate(),
        new,
    }
}
