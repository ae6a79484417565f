//! What a Mini App begins with: which markets there are, who has opened it, and in which language
//! they are spoken to. One request, at most one read of the database.

use crate::store::people;
use crate::texts::Lang;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use torg_platform::auth::{self, Actor, MaybeActor, Role};
use torg_platform::ctx::Ctx;
use torg_platform::db::Tx;
use torg_platform::http::{Api, Json, Policy, operations};
use torg_platform::money::{Currency as _, Rub};
use torg_platform::settings::Pause;
use torg_platform::{Error, Result, UserId};
use utoipa::ToSchema;

/// What is set up here and what is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Features {
    /// The test provider takes payments: no real money.
    pub test_provider: bool,
    /// Anybody may top up their balance out of nothing.
    pub dev_recharge: bool,
    /// Payments in Stars.
    pub stars: bool,
    /// The wallet in TON.
    pub ton: bool,
}

/// What a Mini App is told about the place.
#[derive(Debug, Clone)]
pub struct MiniApp(Arc<Place>);

#[derive(Debug)]
struct Place {
    ctx: Ctx,
    markets: Vec<&'static str>,
    bot_username: String,
    features: Features,
}

/// A market.
#[derive(Debug, Serialize, ToSchema)]
struct MarketState {
    #[schema(value_type = String, example = "services")]
    name: &'static str,
    /// Why nothing new is begun in it; null while it is open.
    paused: Option<Pause>,
}

/// Whoever has opened the Mini App.
#[derive(Debug, Serialize, ToSchema)]
struct Myself {
    #[schema(value_type = i64)]
    id: UserId,
    first_name: String,
    last_name: Option<String>,
    /// Without `@`.
    username: Option<String>,
    /// Chosen by them, else the one that suits their Telegram.
    language: Lang,
    /// On the operator's staff; mostly none.
    roles: Vec<Role>,
}

/// What a Mini App begins with.
#[derive(Debug, Serialize, ToSchema)]
struct AppStart {
    markets: Vec<MarketState>,
    /// Without `@`; empty when there is no bot.
    bot_username: String,
    /// Of prices and balances.
    #[schema(value_type = String, example = "RUB")]
    currency: &'static str,
    features: Features,
    /// Null for whoever has not said who they are.
    me: Option<Myself>,
}

/// In which language somebody wants to be spoken to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChosenLanguage {
    language: Lang,
}

impl MiniApp {
    /// For these markets.
    pub fn new(
        ctx: &Ctx,
        markets: Vec<&'static str>,
        bot_username: &str,
        features: Features,
    ) -> Self {
        Self(Arc::new(Place {
            ctx: ctx.clone(),
            markets,
            bot_username: bot_username.to_owned(),
            features,
        }))
    }

    /// Its routes.
    pub fn api(&self) -> Api {
        Api::new()
            .routes(Policy::Public, operations!(get_app))
            .routes(Policy::User, operations!(choose_language))
            .with_state(self.clone())
    }
}

/// What a Mini App begins with
#[utoipa::path(get, path = "/api/app", tag = "app", operation_id = "get_app",
    responses((status = 200, body = AppStart)))]
async fn get_app(
    State(app): State<MiniApp>,
    MaybeActor(actor): MaybeActor,
) -> Result<Json<AppStart>> {
    let place = &app.0;
    let me = match actor {
        Some(actor) => {
            let read = move |tx: &mut Tx<'_>| myself(tx, &actor);
            place.ctx.db.read("telegram.app", read).await?
        }
        None => None,
    };
    let market = |name: &&'static str| MarketState {
        name,
        paused: place.ctx.settings.paused(name),
    };
    Ok(Json(AppStart {
        markets: place.markets.iter().map(market).collect(),
        bot_username: place.bot_username.clone(),
        currency: Rub::CODE,
        features: place.features,
        me,
    }))
}

fn myself(tx: &mut Tx<'_>, actor: &Actor) -> Result<Option<Myself>> {
    let Some(person) = auth::person(tx, actor.user)? else {
        return Ok(None);
    };
    let language = crate::people::of_person(tx, actor.user, person.language.as_deref())?;
    Ok(Some(Myself {
        id: person.id,
        first_name: person.first_name,
        last_name: person.last_name,
        username: person.username,
        language,
        roles: actor.roles.iter().collect(),
    }))
}

/// Choose a language
///
/// The bot speaks it too.
#[utoipa::path(put, path = "/api/me/language", tag = "app", operation_id = "choose_language",
    request_body = ChosenLanguage,
    responses((status = 204, description = "They are spoken to in it")))]
async fn choose_language(
    State(app): State<MiniApp>,
    actor: Actor,
    Json(body): Json<ChosenLanguage>,
) -> Result<StatusCode> {
    let (user, language) = (actor.user, body.language.as_str());
    let write = move |tx: &mut Tx<'_>| Ok::<_, Error>(people::choose_language(tx, user, language)?);
    app.0
        .ctx
        .db
        .write("telegram.choose_language", write)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
