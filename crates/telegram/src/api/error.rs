//! Why a call brought nothing, and what is known of its effect.

use std::fmt;
use std::time::Duration;
use torg_platform::config::Secret;
use torg_platform::outbound::configured::TransportError;

/// What a "too many requests" means that does not say for how long.
const FLOOD_DEFAULT: Duration = Duration::from_secs(1);

/// Result of a call.
pub type ApiResult<T> = Result<T, ApiError>;

/// A call that brought nothing. Contains neither the address nor the token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: {description}")]
pub struct ApiError {
    /// What happened.
    pub kind: ApiErrorKind,
    /// Telegram's words, or ours; for the log and the operator.
    pub description: String,
}

/// What happened to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ApiErrorKind {
    /// 429: nothing was done; not again before this time has passed.
    Flood {
        /// How long to wait.
        retry_after: Duration,
    },
    /// Telegram does not let us do this to this person or chat.
    Forbidden(Forbidden),
    /// The request makes no sense, or not any more.
    BadRequest(BadRequest),
    /// 401: the token is not, or no longer, a bot's.
    Unauthorized,
    /// 409: somebody else asks for updates, or a webhook is set.
    Conflict,
    /// 404: no such method, or a token that cannot be one.
    NotFound,
    /// 5xx: Telegram, or something in front of it, failed. The effect is unknown.
    Server,
    /// No answer.
    NoAnswer {
        /// Whether the request may have arrived: an answer that was cut off or too late says
        /// nothing about the effect; without a connection there was none.
        sent: bool,
    },
    /// Something was answered that is not what Telegram answers. The effect is unknown.
    Malformed,
}

/// Why a person or a chat is out of reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Forbidden {
    /// The person has blocked the bot.
    Blocked,
    /// The person has never started the bot.
    NotStarted,
    /// The person's account is deleted.
    Deactivated,
    /// The bot was removed from the chat, or never was in it.
    Kicked,
    /// The bot is in the chat and may not do this there, whether Telegram calls that 403 or 400.
    NoRights,
    /// Another reason.
    Other,
}

/// What is wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BadRequest {
    /// The bot knows no such chat or person.
    ChatNotFound,
    /// The message is not there (any more).
    MessageNotFound,
    /// An edit that changes nothing: the message is as it should be.
    NotModified,
    /// A query that was answered too late, or was answered before.
    QueryTooOld,
    /// The text's mark-up is broken.
    CantParse,
    /// This message cannot be edited by the bot.
    CantBeEdited,
    /// The group has become a supergroup with another id.
    Migrated {
        /// The new id.
        to: i64,
    },
    /// The Stars of this charge have gone back before.
    ChargeAlreadyRefunded,
    /// Something else.
    Other,
}

/// What an answer says beside its words.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hints {
    /// Seconds.
    pub(super) retry_after: Option<u64>,
    pub(super) migrate_to: Option<i64>,
}

impl ApiError {
    /// Whether the call may have had its effect all the same.
    pub const fn outcome_unknown(&self) -> bool {
        match self.kind {
            ApiErrorKind::Server
            | ApiErrorKind::Malformed
            | ApiErrorKind::NoAnswer { sent: true } => true,
            ApiErrorKind::Flood { .. }
            | ApiErrorKind::Forbidden(_)
            | ApiErrorKind::BadRequest(_)
            | ApiErrorKind::Unauthorized
            | ApiErrorKind::Conflict
            | ApiErrorKind::NotFound
            | ApiErrorKind::NoAnswer { sent: false } => false,
        }
    }

    /// For how long Telegram wants to be left alone, if it says so.
    pub const fn retry_after(&self) -> Option<Duration> {
        if let ApiErrorKind::Flood { retry_after } = self.kind {
            Some(retry_after)
        } else {
            None
        }
    }

    /// What Telegram said.
    pub(super) fn said(code: u16, description: String, hints: Hints) -> Self {
        Self {
            kind: ApiErrorKind::of(code, &description, hints),
            description,
        }
    }

    /// Nothing came back.
    pub(super) fn no_answer(error: &TransportError) -> Self {
        Self {
            kind: ApiErrorKind::NoAnswer {
                sent: error.is_sent,
            },
            description: error.reason.clone(),
        }
    }

    /// Not even sent: nobody could mean this request.
    pub(crate) fn refused_here(why: &dyn fmt::Display) -> Self {
        Self {
            kind: ApiErrorKind::BadRequest(BadRequest::Other),
            description: why.to_string(),
        }
    }

    /// Without these words, whoever has said them.
    pub(super) fn hiding(mut self, hidden: &[Secret]) -> Self {
        for secret in hidden {
            if self.description.contains(secret.expose()) {
                self.description = self.description.replace(secret.expose(), "***");
            }
        }
        self
    }
}

impl From<BadRequest> for ApiErrorKind {
    fn from(why: BadRequest) -> Self {
        Self::BadRequest(why)
    }
}

impl ApiErrorKind {
    fn of(code: u16, description: &str, hints: Hints) -> Self {
        let low = description.to_lowercase();
        match code {
            400 => bad_request(&low, hints),
            401 => Self::Unauthorized,
            403 => Self::Forbidden(forbidden(&low)),
            404 => Self::NotFound,
            409 => Self::Conflict,
            429 => Self::Flood {
                retry_after: hints
                    .retry_after
                    .or_else(|| last_number(&low))
                    .map_or(FLOOD_DEFAULT, Duration::from_secs),
            },
            402..=499 => Self::BadRequest(BadRequest::Other),
            500.. => Self::Server,
            _ => Self::Malformed,
        }
    }

    /// Its value of the metrics' label `outcome`.
    pub(super) const fn label(&self) -> &'static str {
        match self {
            Self::Flood { .. } => "flood",
            Self::Forbidden(_) => "forbidden",
            Self::BadRequest(BadRequest::NotModified) => "not_modified",
            Self::BadRequest(_) => "bad_request",
            Self::Unauthorized => "unauthorized",
            Self::Conflict => "conflict",
            Self::NotFound => "not_found",
            Self::Server => "server_error",
            Self::NoAnswer { .. } => "no_answer",
            Self::Malformed => "malformed",
        }
    }
}

/// Telegram's words for a lack of rights, under whatever code.
fn lacks_rights(low: &str) -> bool {
    let words = [
        "not enough rights",
        "have no rights",
        "need administrator rights",
        "chat_admin_required",
        "chat_write_forbidden",
    ];
    words.iter().any(|words| low.contains(words))
}

fn forbidden(low: &str) -> Forbidden {
    if low.contains("blocked by the user") {
        Forbidden::Blocked
    } else if low.contains("can't initiate conversation") {
        Forbidden::NotStarted
    } else if low.contains("user is deactivated") {
        Forbidden::Deactivated
    } else if low.contains("was kicked") || low.contains("is not a member") {
        Forbidden::Kicked
    } else if lacks_rights(low) {
        Forbidden::NoRights
    } else {
        Forbidden::Other
    }
}

fn bad_request(low: &str, hints: Hints) -> ApiErrorKind {
    let says = |words: &str| low.contains(words);
    let kind = if let Some(to) = hints.migrate_to {
        BadRequest::Migrated { to }
    } else if lacks_rights(low) {
        return ApiErrorKind::Forbidden(Forbidden::NoRights);
    } else if says("charge_already_refunded") {
        BadRequest::ChargeAlreadyRefunded
    } else if says("chat not found") || says("peer_id_invalid") {
        BadRequest::ChatNotFound
    } else if (says("message to") && says("not found")) || says("message_id_invalid") {
        BadRequest::MessageNotFound
    } else if says("message is not modified") {
        BadRequest::NotModified
    } else if says("query is too old") || says("query id is invalid") {
        BadRequest::QueryTooOld
    } else if says("can't parse") {
        BadRequest::CantParse
    } else if says("can't be edited") {
        BadRequest::CantBeEdited
    } else {
        BadRequest::Other
    };
    ApiErrorKind::BadRequest(kind)
}

/// `too many requests: retry after 35`.
fn last_number(low: &str) -> Option<u64> {
    low.split_once("retry after ")?.1.trim().parse().ok()
}

impl fmt::Display for ApiErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flood { retry_after } => write!(f, "too many requests, again in {retry_after:?}"),
            Self::Forbidden(why) => write!(f, "forbidden ({why:?})"),
            Self::BadRequest(why) => write!(f, "bad request ({why:?})"),
            Self::Unauthorized => f.write_str("the token is refused"),
            Self::Conflict => f.write_str("somebody else receives this bot's updates"),
            Self::NotFound => f.write_str("no such method, or no such bot"),
            Self::Server => f.write_str("Telegram failed"),
            Self::NoAnswer { sent: true } => f.write_str("no answer"),
            Self::NoAnswer { sent: false } => f.write_str("no connection"),
            Self::Malformed => f.write_str("an answer that cannot be"),
        }
    }
}
