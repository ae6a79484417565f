//! The methods that are used, each a request with its fields. A field that is `None` is not sent.

mod bot;
mod chats;
mod edits;
mod messages;
mod payments;
mod queries;
mod updates;

pub use bot::{
    BotCommand, CommandScope, GetMe, MenuButton, SetChatMenuButton, SetMyCommands, SetMyDescription,
};
pub use chats::{
    GetChat, GetChatAdministrators, GetChatMember, GetChatMemberCount, LeaveChat, PinChatMessage,
};
pub use edits::{DeleteMessage, EditMessageReplyMarkup, EditMessageText};
pub use messages::{
    CopyMessage, ForwardMessage, LinkPreviewOptions, ParseMode, ReplyParameters, SendMessage,
};
pub use payments::{
    CreateInvoiceLink, GetMyStarBalance, GetStarTransactions, Invoice, LabeledPrice,
    RefundStarPayment, STARS, SendInvoice,
};
pub use queries::{AnswerCallbackQuery, AnswerPreCheckoutQuery};
pub use updates::{DeleteWebhook, GetUpdates, GetWebhookInfo, POLL_MARGIN, SetWebhook};

/// Names a request's method and its answer, and gives the client a function for it.
macro_rules! method {
    ($(#[$doc:meta])* $function:ident($Request:ty) = $name:literal -> $Answer:ty) => {
        impl $crate::api::Method for $Request {
            const NAME: &'static str = $name;
            type Answer = $Answer;
        }

        impl $crate::api::BotApi {
            $(#[$doc])*
            ///
            /// # Errors
            /// See [`ApiErrorKind`](crate::api::ApiErrorKind).
            pub async fn $function(&self, request: &$Request) -> $crate::api::ApiResult<$Answer> {
                self.ask(request).await
            }
        }
    };
}
pub(crate) use method;

/// Builders for fields that are seldom set.
macro_rules! with {
    ($($(#[$doc:meta])* $function:ident: $field:ident = $value:expr $(, $argument:ident: $Type:ty)?;)+) => {
        $($(#[$doc])*
        #[must_use]
        pub fn $function(mut self $(, $argument: $Type)?) -> Self {
            self.$field = Some($value);
            self
        })+
    };
}
pub(crate) use with;
