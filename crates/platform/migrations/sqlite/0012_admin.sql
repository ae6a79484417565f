-- What the operator's panel needs: people found by their names, why somebody was shut out, notes
-- about people, and corrections of their balances.

-- The names as they are searched: folded, one after another, cut. Null until they were folded,
-- which the program does for people from before this column.
ALTER TABLE platform_users ADD COLUMN folded TEXT;
-- Of the present block; the audit has all of them, without reasons.
ALTER TABLE platform_users ADD COLUMN blocked_by TEXT;
ALTER TABLE platform_users ADD COLUMN block_reason TEXT;
-- The newest first; a search reads this index and no table.
CREATE INDEX platform_users_created ON platform_users (created_at, id, folded);
CREATE INDEX platform_users_unfolded ON platform_users (id) WHERE folded IS NULL;

-- What the staff has written about people, for the staff.
CREATE TABLE platform_notes (
    -- No number is used twice, so that nobody deletes another note than the one they saw.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES platform_users (id),
    at INTEGER NOT NULL,
    author TEXT NOT NULL,            -- as in the audit trail: user/1, admin-secret
    text TEXT NOT NULL
) STRICT;
CREATE INDEX platform_notes_user ON platform_notes (user_id, id);

-- Corrections of balances by the staff; the money itself moves in the ledger.
CREATE TABLE platform_adjustments (
    id TEXT NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES platform_users (id),
    currency TEXT NOT NULL,
    -- Above zero for the person. So many digits leave room for thousands of the largest ones.
    amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0
        AND amount_minor BETWEEN -1000000000000000 AND 1000000000000000),
    balance_after INTEGER NOT NULL CHECK (balance_after >= 0),
    reason TEXT NOT NULL,
    staff TEXT NOT NULL,             -- as in the audit trail
    at INTEGER NOT NULL,
    transfer_id INTEGER NOT NULL UNIQUE
) STRICT;
CREATE INDEX platform_adjustments_user ON platform_adjustments (user_id, transfer_id);
-- The reason may hold somebody's name and so must be erasable; nothing else changes.
CREATE TRIGGER platform_adjustments_no_update BEFORE UPDATE OF
    id, user_id, currency, amount_minor, balance_after, staff, at, transfer_id
ON platform_adjustments
BEGIN
    SELECT RAISE(ABORT, 'adjustments are never changed');
END;
CREATE TRIGGER platform_adjustments_no_delete BEFORE DELETE ON platform_adjustments
BEGIN
    SELECT RAISE(ABORT, 'adjustments are never deleted');
END;
