//! What Telegram answers. Only the fields that are used; what Telegram adds tomorrow disturbs
//! nothing, and kinds that are unknown here keep their name.

mod chat;
mod member;
mod message;
mod payment;
mod star;
mod update;
mod webhook;

pub use chat::{Chat, ChatKind, User};
pub use member::{ChatMember, ChatMemberUpdated, MemberStatus};
pub use message::{CallbackQuery, Entity, Message, MessageId, Posted};
pub use payment::{PreCheckoutQuery, RefundedPayment, SuccessfulPayment};
pub use star::{StarAmount, StarTransaction, StarTransactions, TransactionPartner};
pub use update::{RawUpdate, RawUpdates, Update, UpdateError, UpdateKind};
pub use webhook::WebhookInfo;

/// An enum that is a name in Telegram's JSON, with a place for names that are unknown here.
macro_rules! names {
    ($(#[$doc:meta])* $Name:ident { $($(#[$each:meta])* $Variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $Name {
            $($(#[$each])* $Variant,)+
            /// Another, by its name.
            Other(String),
        }

        impl From<String> for $Name {
            fn from(name: String) -> Self {
                match name.as_str() {
                    $($text => Self::$Variant,)+
                    _ => Self::Other(name),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(d).map(Self::from)
            }
        }
    };
}
pub(crate) use names;
