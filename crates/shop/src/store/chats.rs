//! What people are doing in their chat with the bot.

use crate::domain::CouponCode;
use torg_platform::UserId;

torg_platform::row! {
    /// A person's choices in the chat.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub(crate) struct Chosen {
        /// What they looked for last.
        pub(crate) search: Option<String>,
        /// What they want to use with their cart.
        pub(crate) coupon_code: Option<CouponCode>,
    }
}

torg_platform::sql! {
    pub(crate) fn find(user: UserId) -> Option<Chosen> =
        "SELECT search, coupon_code FROM shop_chats WHERE user_id = $1";
    pub(crate) fn set_search(user: UserId, search: Option<&str>) -> () =
        "INSERT INTO shop_chats (user_id, search) VALUES ($1, $2)
         ON CONFLICT (user_id) DO UPDATE SET search = excluded.search";
    pub(crate) fn set_coupon(user: UserId, code: Option<&CouponCode>) -> () =
        "INSERT INTO shop_chats (user_id, coupon_code) VALUES ($1, $2)
         ON CONFLICT (user_id) DO UPDATE SET coupon_code = excluded.coupon_code";
}
