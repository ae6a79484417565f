//! `shop.start_payments`: asks the provider for a payment as soon as an order is there.

use crate::app::start_payment::{payment_started, payment_to_start};
use crate::app::state::Shop;
use crate::domain::OrderId;
use crate::error::Error;
use crate::events::{ORDER_RESERVED, PAYMENT_REQUESTED};
use futures_util::future::BoxFuture;
use serde::Deserialize;
use torg_platform::db::Tx;
use torg_platform::ids;
use torg_platform::outbox::{Delivery, Failure, Sink};

/// See the module.
#[derive(Debug, Clone)]
pub struct StartPayments(pub Shop);

/// What it reads of an order's event.
#[derive(Deserialize)]
struct Reserved {
    order_id: OrderId,
    pay_with: Option<String>,
}

impl StartPayments {
    async fn start(&self, delivery: &Delivery) -> Result<(), Failure> {
        let event: Reserved = serde_json::from_str(&delivery.payload)
            .map_err(|error| Failure::permanent(error.to_string()))?;
        if event.pay_with.is_none() {
            // Waits for its customer, who will say how.
            return Ok(());
        }
        let (db, id) = (&self.0.ctx.db, event.order_id.clone());
        let name = ids::random_token(&self.0.ctx.rng, 24);
        let providers = self.0.providers.clone();
        let find = move |tx: &mut Tx<'_>| payment_to_start(tx, &providers, &id, &name);
        let payment = db
            .write("shop.payment_to_start", find)
            .await
            .map_err(again)?;
        let Some(payment) = payment else {
            return Ok(());
        };
        let Some(provider) = self.0.providers.get(&payment.provider) else {
            let reason = format!("this process has no provider {}", payment.provider);
            return Err(Failure::temporary(reason));
        };
        let checkout = provider.start(&payment).await?;
        let (id, payment_id) = (event.order_id, payment.id);
        let write = move |tx: &mut Tx<'_>| payment_started(tx, &id, &payment_id, checkout.as_ref());
        db.write("shop.payment_started", write).await.map_err(again)
    }
}

fn again(error: Error) -> Failure {
    Failure::temporary(torg_platform::Error::from(error).to_string())
}

impl Sink for StartPayments {
    fn name(&self) -> &'static str {
        "shop.start_payments"
    }

    fn wants(&self, topic: &str) -> bool {
        (topic == ORDER_RESERVED || topic == PAYMENT_REQUESTED)
            && self.0.providers.iter().next().is_some()
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(self.start(delivery))
    }
}
