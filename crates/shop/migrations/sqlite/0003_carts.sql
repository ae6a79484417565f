-- Who has a cart. Whoever changes something in a cart locks its row first, so that neither more
-- products than a cart holds nor two orders of one cart come of two requests at once.
CREATE TABLE shop_carts (
    user_id INTEGER NOT NULL PRIMARY KEY
) STRICT;
