//! `shop.fake_payment`: the company behind the test provider makes up its mind and calls back, as
//! a real one would: over HTTP, with a signature, again and again until it is heard.

use crate::app::fake_payment::{FakePayment, is_wanted};
use crate::app::state::Shop;
use futures_util::future::BoxFuture;
use torg_platform::db::{Db, Tx};
use torg_platform::jobs::queue::{Claim, Handler};
use torg_platform::{Error, Kind, Result, signature};

/// See the module.
#[derive(Debug, Clone)]
pub struct FakePayments(pub Shop);

impl FakePayments {
    async fn call_back(&self, db: &Db, claim: &Claim) -> Result<()> {
        let payment: FakePayment = serde_json::from_str(&claim.payload).map_err(Error::internal)?;
        let (id, order) = (payment.payment_id.clone(), payment.order_id.clone());
        let wanted = move |tx: &mut Tx<'_>| is_wanted(tx, &id, &order);
        if let Some(company) = &self.0.fake
            && db.read("shop.fake_payment_wanted", wanted).await?
        {
            let body = payment.notice();
            let signed = signature::hex(&company.secret, body.as_bytes())?;
            let url = format!("{}/payments/callback", company.base_url);
            let headers = [(signature::HEADER, signed.as_str())];
            let sent = company.client().post(&url, body, &headers).await;
            sent.map_err(|failure| {
                Error::new(Kind::Unavailable, "callback_failed", failure.reason)
            })?;
        }
        let done = claim.clone();
        db.write("shop.fake_payment", move |tx| done.complete(tx))
            .await
    }
}

impl Handler for FakePayments {
    fn kind(&self) -> &'static str {
        "shop.fake_payment"
    }

    fn run<'a>(&'a self, db: &'a Db, claim: &'a Claim) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.call_back(db, claim))
    }
}
