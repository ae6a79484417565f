-- What a payer reads on an invoice, and what a provider asks for when that is another currency than
-- the payment's own: Stars for roubles. Written when the payment is opened, so that a price that
-- changes later changes nothing that somebody is about to pay.
ALTER TABLE platform_payments ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE platform_payments ADD COLUMN asked_minor INTEGER CHECK (asked_minor > 0);
ALTER TABLE platform_payments ADD COLUMN asked_currency TEXT
    CHECK ((asked_currency IS NULL) = (asked_minor IS NULL));
