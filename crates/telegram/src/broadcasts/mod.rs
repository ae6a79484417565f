//! What the operator tells many people at once.
//!
//! A broadcast is written as a draft, tried on oneself, and started. Then a reconciler goes
//! through its audience in the order of people's numbers, a few at a time, and puts one message
//! each into the queue; how far it has come is written in the same unit of work, so nobody is met
//! twice, whatever dies. There are never more than a second or two of such messages in the queue,
//! and in a chat every other message goes first: an order's notice never waits for a broadcast.

mod audience;
mod http;
mod send;

pub use audience::Audience;
pub use send::SendBroadcasts;

use crate::bot::Market;
use crate::content::{Button, Content};
use crate::links::Links;
use crate::store::broadcasts::Broadcast;
use crate::texts::{Lang, escape};
use std::fmt;
use std::sync::Arc;
use torg_platform::ctx::Ctx;
use torg_platform::db::Db;
use torg_platform::http::Api;

/// Where a broadcast stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BroadcastState)]
pub(crate) enum State {
    /// Written, and sent to nobody.
    Draft,
    /// On its way.
    Sending,
    /// Everybody was sent it who could be.
    Done,
    /// Given up; who has it has it.
    Canceled,
}

impl State {
    const ALL: [Self; 4] = [Self::Draft, Self::Sending, Self::Done, Self::Canceled];

    /// The name in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sending => "sending",
            Self::Done => "done",
            Self::Canceled => "canceled",
        }
    }

    /// The state of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

torg_platform::text_column!(State);
torg_platform::text_column!(Audience);

/// The operator's broadcasts. Clones share them.
#[derive(Clone)]
pub struct Broadcasts(Arc<Inner>);

struct Inner {
    db: Db,
    links: Links,
    markets: Vec<Arc<dyn Market>>,
    /// Whether anything is sent at all.
    is_on: bool,
}

impl fmt::Debug for Broadcasts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broadcasts")
            .field("is_on", &self.0.is_on)
            .finish_non_exhaustive()
    }
}

impl Broadcasts {
    /// Broadcasts to the people of these markets; `is_on` says whether there is a bot that sends.
    pub fn new(ctx: &Ctx, links: Links, markets: Vec<Arc<dyn Market>>, is_on: bool) -> Self {
        Self(Arc::new(Inner {
            db: ctx.db.clone(),
            links,
            markets,
            is_on,
        }))
    }

    /// The routes.
    pub fn api(&self) -> Api {
        http::api(self.clone())
    }

    /// Who sends what was started.
    pub fn reconciler(&self) -> SendBroadcasts {
        SendBroadcasts(self.clone())
    }

    /// What somebody reads.
    fn content(&self, of: &Broadcast, lang: Lang) -> Content {
        let (text, button) = match lang {
            Lang::Ru => (&of.text_ru, &of.button_ru),
            Lang::En => (&of.text_en, &of.button_en),
        };
        let place = of.button_path.as_deref();
        let url = place.and_then(|path| self.0.links.app_path(path));
        let button = button.as_ref().zip(url);
        Content::html(escape(text)).row(button.map(|(text, url)| Button::web_app(text, url)))
    }
}
