//! What an invoice asks for.

use super::*;
use crate::api::server::refusal;
use torg_platform::outbound::configured::TransportError;
use torg_testkit::both_engines;

both_engines! { ALL =>
    async fn an_invoice_asks_for_what_the_payment_says(t: TestDb) {
        let world = World::start(t).await;
        world.open("p").await;
        let payment = world.payment("p").await;
        assert_eq!((payment.asked(), payment.amount_minor), ((STARS, "XTR"), PRICE));
        // The price changes before the link is made: what was agreed counts.
        let dearer = at_price(&world.api, world.app.ctx.db.clone(), 90);
        let stars = dearer.get("stars").unwrap();
        let checkout = stars.start(&payment).await.unwrap().unwrap();
        assert_eq!(checkout.mini_app_invoice_url.as_deref(), Some("https://t.me/$1"));
        assert_eq!(checkout.pay_url, checkout.mini_app_invoice_url);
        let asked = json!({"title": "Заказ", "description": "Заказ: 100 ₽", "payload": "p",
            "currency": "XTR", "prices": [{"label": "Заказ", "amount": STARS}]});
        assert_eq!(world.till.invoices(), [asked]);
        // Once it is saved nobody asks again.
        let json = checkout.to_json().unwrap();
        world.write(move |tx| payments::save_checkout(tx, "p", &json)).await.unwrap();
        let payment = world.payment("p").await;
        assert_eq!(stars.link(&payment), Some(checkout.clone()));
        assert_eq!(stars.start(&payment).await.unwrap(), Some(checkout));
        assert_eq!(world.till.invoices().len(), 1);
    }

    async fn what_stars_cannot_pay_is_refused_when_it_is_opened(t: TestDb) {
        let world = World::start(t).await;
        let providers = world.providers.clone();
        let open = move |tx: &mut Tx<'_>, currency: &str| {
            let new = NewPayment {
                id: currency.to_owned(),
                purpose: ORDER.to_owned(),
                subject: "s".to_owned(),
                payer: None,
                provider: "stars".to_owned(),
                currency: currency.to_owned(),
                amount_minor: 5,
                expires_at: None,
                title: String::new(),
            };
            payments::open(tx, &providers, &new)
        };
        let tons = open.clone();
        let error = world.write(move |tx| tons(tx, "TON")).await.unwrap_err();
        assert_eq!(error.code(), "payment_method_unavailable");
        world.write(move |tx| open(tx, "XTR")).await.unwrap();
        let payment = world.payment("XTR").await;
        assert_eq!(payment.asked(), (5, "XTR"));
        assert!(!payment.goes_back_whole(), "roubles have nothing to do with it");
        let stars = world.providers.get("stars").unwrap();
        stars.start(&payment).await.unwrap();
        assert_eq!(world.till.invoices()[0]["title"], "Оплата");
    }

    async fn telegrams_trouble_is_told_from_a_refusal(t: TestDb) {
        let world = World::start(t).await;
        world.open("p").await;
        let payment = world.payment("p").await;
        let stars = world.providers.get("stars").unwrap();
        for (trouble, permanent) in [
            (refusal(400, "Bad Request: CURRENCY_TOTAL_AMOUNT_INVALID"), true),
            (refusal(401, "Unauthorized"), false),
            (refusal(429, "Too Many Requests: retry after 7"), false),
            (refusal(500, "Internal Server Error"), false),
            (Err(TransportError::unknown("no answer in time")), false),
            (Err(TransportError::unsent("no connection")), false),
        ] {
            let said = format!("{trouble:?}");
            world.till.trouble(trouble, false);
            let failure = stars.start(&payment).await.unwrap_err();
            assert_eq!(failure.permanent, permanent, "{said}");
            let after = failure.retry_after.map(|time| time.as_secs());
            assert_eq!(after, said.contains("after 7").then_some(7), "{said}");
        }
    }
}
