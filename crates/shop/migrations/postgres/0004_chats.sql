-- What people are doing in their chat with the bot: what a page of products or a cart shows there
-- and no button has room for.
CREATE TABLE shop_chats (
    user_id BIGINT NOT NULL PRIMARY KEY,
    search TEXT,                            -- what they looked for last
    coupon_code TEXT                        -- what they want to use with their cart
);
