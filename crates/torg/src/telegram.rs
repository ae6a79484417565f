//! Telegram: its client, the bot, and what runs for them. Only the address of the server says
//! whether it is the real one.

use crate::markets::{Place, Prepare};
use crate::web;
use std::sync::Arc;
use std::time::Duration;
use torg_platform::admin::Waiting;
use torg_platform::config::{Config, Updates};
use torg_platform::ctx::Ctx;
use torg_platform::db::Tx;
use torg_platform::http::Api;
use torg_platform::jobs::{Periodic, Poller, Reconciler};
use torg_platform::observe::{Check, Metrics};
use torg_platform::outbound::configured::Transport;
use torg_platform::outbox::Sink;
use torg_platform::payments::Payees;
use torg_platform::{Clock, Result};
use torg_telegram::alerts::Alerts;
use torg_telegram::api::{BotApi, Options};
use torg_telegram::bot::{self, Bot, Market};
use torg_telegram::broadcasts::Broadcasts;
use torg_telegram::intake::{Fetch, Forget, KINDS, WEBHOOK_PATH, Webhook, webhook_secret};
use torg_telegram::links::Links;
use torg_telegram::messages::Undelivered;
use torg_telegram::sender::Sender;
use torg_telegram::stars::{self, Reconcile, StarDesk};
use torg_telegram::{calls, http};

/// Time for Telegram to hear of our address.
const WEBHOOK_WITHIN: Duration = Duration::from_hours(24);

/// What the settings say about Telegram.
pub(crate) struct Telegram {
    /// None without a token, or when Telegram is switched off.
    pub(crate) api: Option<BotApi>,
    bot: Bot,
    broadcasts: Broadcasts,
    webhook: Webhook,
    updates: Updates,
    /// None without `api`.
    stars: Option<Reconcile>,
}

/// Where bot and Mini App are, for people who reach this program at `public_url`.
pub(crate) fn links(config: &Config, public_url: &str, plain_http: bool) -> Links {
    let telegram = &config.telegram;
    let set = &telegram.mini_app_url;
    let app = web::address(set, public_url, plain_http, torg_web::is_built());
    Links::new(&telegram.bot_username, app.as_deref())
}

impl Telegram {
    /// Makes no call.
    pub(crate) fn open(
        config: &Config,
        ctx: &Ctx,
        place: &Place,
        api: Option<BotApi>,
        markets: Vec<Arc<dyn Market>>,
        payees: &Payees,
    ) -> Result<Self> {
        let telegram = &config.telegram;
        let stars = api.as_ref().map(|api| {
            let desk = StarDesk::new(api.bot_id(), payees.clone());
            Reconcile::new(api.clone(), ctx.db.clone(), desk)
        });
        let bot_id = telegram.bot_id().unwrap_or_default();
        let links = place.links.clone();
        let setup_code = bot::setup_code(&config.auth.jwt_secret);
        Ok(Self {
            stars,
            broadcasts: Broadcasts::new(ctx, links.clone(), markets.clone(), api.is_some()),
            bot: Bot::new(ctx, links, markets, payees.clone(), setup_code)?,
            webhook: Webhook::new(&ctx.db, bot_id, &telegram.bot_token),
            updates: telegram.updates,
            api,
        })
    }

    /// Its routes.
    pub(crate) fn routes(&self, ctx: &Ctx) -> Api {
        let api = self.webhook.api().merge(http::api(&ctx.db));
        api.merge(stars::api(self.stars.clone()))
            .merge(self.broadcasts.api())
    }

    /// Work that follows from the state.
    pub(crate) fn reconcilers(&self) -> [Arc<dyn Reconciler>; 1] {
        [Arc::new(self.broadcasts.reconciler())]
    }

    /// Takes updates out of the inbox, and turns bad news into alerts.
    pub(crate) fn sinks(&self, ctx: &Ctx) -> [Arc<dyn Sink>; 2] {
        [Arc::new(self.bot.clone()), Arc::new(Alerts::new(&ctx.db))]
    }

    /// Tidies up.
    pub(crate) fn periodic(&self) -> [Arc<dyn Periodic>; 1] {
        [Arc::new(Forget)]
    }

    /// What waits for a person.
    pub(crate) fn waiting(&self) -> Vec<Arc<dyn Waiting>> {
        vec![Arc::new(Undelivered)]
    }

    /// What talks to Telegram: nothing when it is switched off.
    pub(crate) fn pollers(&self, ctx: &Ctx) -> Vec<Arc<dyn Poller>> {
        let Some(api) = &self.api else {
            return Vec::new();
        };
        let mut pollers: Vec<Arc<dyn Poller>> = vec![Arc::new(Sender::new(ctx, api.clone()))];
        if self.updates == Updates::Polling {
            pollers.push(Arc::new(Fetch::new(ctx, api.clone())));
        }
        if let Some(stars) = &self.stars {
            pollers.push(Arc::new(stars.clone()));
        }
        pollers
    }

    /// What is to be done before anybody is served.
    pub(crate) fn prepare(&self, ctx: &Ctx, config: &Config, place: &Place) -> Prepare {
        let (db, introduce) = (ctx.db.clone(), self.introduce(config, place));
        Box::pin(async move { db.write("telegram.introduce", introduce).await })
    }

    /// In a unit of work at each start: what Telegram is to know of us.
    fn introduce(
        &self,
        config: &Config,
        place: &Place,
    ) -> impl Fn(&mut Tx<'_>) -> Result<()> + Send + use<> {
        let (bot, is_on) = (self.bot.clone(), self.api.is_some());
        let webhook = (self.updates == Updates::Webhook).then(|| {
            serde_json::json!({
                "url": format!("{}{WEBHOOK_PATH}", place.public_url),
                "secret_token": webhook_secret(&config.telegram.bot_token).expose(),
                "allowed_updates": KINDS,
                "max_connections": 40,
            })
        });
        move |tx| {
            if !is_on {
                return Ok(());
            }
            if let Some(params) = &webhook {
                calls::call(tx, "telegram.webhook", "setWebhook", params, WEBHOOK_WITHIN)?;
            }
            bot.introduce(tx)
        }
    }

    /// For `/health`.
    pub(crate) fn health(api: Option<&BotApi>) -> Result<Check> {
        match api {
            Some(api) => api.health(),
            None => Ok(Check::Off("no bot")),
        }
    }
}

/// The client, unless Telegram is switched off or there is no token.
pub(crate) fn connect(config: &Config, ctx: &Ctx, place: &Place) -> Result<Option<BotApi>> {
    let telegram = &config.telegram;
    let is_on = telegram.updates != Updates::Off && !telegram.bot_token.is_empty();
    is_on
        .then(|| client(config, &ctx.clock, &ctx.metrics, place.network.clone()))
        .transpose()
}

/// The client of the configured server.
pub(crate) fn client(
    config: &Config,
    clock: &Clock,
    metrics: &Metrics,
    network: Arc<dyn Transport>,
) -> Result<BotApi> {
    let options = Options {
        base_url: config.telegram.api_url.clone(),
        token: config.telegram.bot_token.clone(),
    };
    BotApi::new(&options, network, clock.clone(), metrics)
}
