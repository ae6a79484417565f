-- The ledger. Code only asks; what may happen to money is decided here.

CREATE TABLE platform_accounts (
    id TEXT NOT NULL PRIMARY KEY,
    currency TEXT NOT NULL,
    kind TEXT NOT NULL,
    owner INTEGER,
    debits_posted INTEGER NOT NULL DEFAULT 0,
    credits_posted INTEGER NOT NULL DEFAULT 0,
    debits_held INTEGER NOT NULL DEFAULT 0,
    credits_held INTEGER NOT NULL DEFAULT 0,
    bounded INTEGER NOT NULL CHECK (bounded IN (0, 1)),
    hot INTEGER NOT NULL CHECK (hot IN (0, 1)),
    -- How many statement lines the account has; the next one gets the next number.
    lines INTEGER NOT NULL DEFAULT 0,
    last_transfer_id INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    closed_at INTEGER,
    CONSTRAINT platform_accounts_not_overdrawn
        CHECK (NOT bounded OR credits_posted - debits_posted - debits_held >= 0),
    CONSTRAINT platform_accounts_held CHECK (hot OR (debits_held >= 0 AND credits_held >= 0)),
    -- On PostgreSQL the row of a hot account lags behind, so it cannot promise anything.
    CONSTRAINT platform_accounts_hot_unbounded CHECK (NOT (hot AND bounded)),
    -- An account closes empty, and stays so: every transfer would change one of these sums.
    CONSTRAINT platform_accounts_closed_empty CHECK (closed_at IS NULL
        OR (NOT hot AND credits_posted = debits_posted AND debits_held = 0 AND credits_held = 0))
) STRICT, WITHOUT ROWID;

CREATE TABLE platform_transfers (
    id INTEGER PRIMARY KEY,
    op_id TEXT NOT NULL,
    leg INTEGER NOT NULL,
    kind TEXT NOT NULL,
    currency TEXT NOT NULL,
    debit_id TEXT NOT NULL,
    credit_id TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    state TEXT NOT NULL CHECK (state IN ('posted', 'hold', 'post', 'void')),
    hold_id INTEGER,
    meta TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (op_id, leg),
    CONSTRAINT platform_transfers_two_accounts CHECK (debit_id <> credit_id),
    CONSTRAINT platform_transfers_resolution
        CHECK ((hold_id IS NOT NULL) = (state IN ('post', 'void')))
) STRICT;

-- A hold is resolved once.
CREATE UNIQUE INDEX platform_transfers_hold ON platform_transfers (hold_id)
    WHERE hold_id IS NOT NULL;

-- What the owner of an account sees: one line per change of its posted balance.
CREATE TABLE platform_account_lines (
    account_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    transfer_id INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    balance_after INTEGER NOT NULL,
    PRIMARY KEY (account_id, seq)
) STRICT, WITHOUT ROWID;

-- Amounts that are not yet in the row of a hot account. Only PostgreSQL needs it: here the one
-- writer updates the row at once and the table stays empty, so that one text reads both engines.
CREATE TABLE platform_ledger_deltas (
    account_id TEXT NOT NULL,
    transfer_id INTEGER NOT NULL,
    debits_posted INTEGER NOT NULL,
    credits_posted INTEGER NOT NULL,
    debits_held INTEGER NOT NULL,
    credits_held INTEGER NOT NULL,
    PRIMARY KEY (account_id, transfer_id)
) STRICT, WITHOUT ROWID;

-- A resolution names an open hold, the same accounts, and no more than was held.
CREATE TRIGGER platform_transfers_resolve BEFORE INSERT ON platform_transfers
WHEN NEW.state IN ('post', 'void') AND NOT EXISTS (
    SELECT 1 FROM platform_transfers h
    WHERE h.id = NEW.hold_id AND h.state = 'hold' AND h.currency = NEW.currency
        AND h.debit_id = NEW.debit_id AND h.credit_id = NEW.credit_id
        AND (NEW.amount = h.amount OR (NEW.state = 'post' AND NEW.amount < h.amount)))
BEGIN
    SELECT RAISE(ABORT, 'the resolution does not match a hold');
END;

-- The only writer of balances. Each UPDATE looks for the account and its currency, which is as
-- good as a foreign key because accounts are never deleted or renamed. It also counts: INSERT OR
-- IGNORE reaches into triggers and would skip an UPDATE that a CHECK refuses, but keep the
-- transfer.
CREATE TRIGGER platform_transfers_apply AFTER INSERT ON platform_transfers
BEGIN
    UPDATE platform_accounts SET
        debits_posted = debits_posted + CASE WHEN NEW.state IN ('posted', 'post') THEN NEW.amount ELSE 0 END,
        debits_held = debits_held + CASE NEW.state
            WHEN 'posted' THEN 0
            WHEN 'hold' THEN NEW.amount
            ELSE -(SELECT h.amount FROM platform_transfers h WHERE h.id = NEW.hold_id) END,
        lines = lines + CASE WHEN NEW.state IN ('posted', 'post') THEN 1 - hot ELSE 0 END,
        last_transfer_id = NEW.id
    WHERE id = NEW.debit_id AND currency = NEW.currency;
    SELECT RAISE(ABORT, 'the transfer does not fit its accounts') WHERE changes() <> 1;
    UPDATE platform_accounts SET
        credits_posted = credits_posted + CASE WHEN NEW.state IN ('posted', 'post') THEN NEW.amount ELSE 0 END,
        credits_held = credits_held + CASE NEW.state
            WHEN 'posted' THEN 0
            WHEN 'hold' THEN NEW.amount
            ELSE -(SELECT h.amount FROM platform_transfers h WHERE h.id = NEW.hold_id) END,
        lines = lines + CASE WHEN NEW.state IN ('posted', 'post') THEN 1 - hot ELSE 0 END,
        last_transfer_id = NEW.id
    WHERE id = NEW.credit_id AND currency = NEW.currency;
    SELECT RAISE(ABORT, 'the transfer does not fit its accounts') WHERE changes() <> 1;
END;
-- The only writer of lines: the difference that the UPDATE above made.
CREATE TRIGGER platform_accounts_line AFTER UPDATE OF lines ON platform_accounts
WHEN NEW.lines > OLD.lines
BEGIN
    INSERT INTO platform_account_lines (account_id, seq, transfer_id, amount, balance_after)
    VALUES (NEW.id, NEW.lines, NEW.last_transfer_id,
        NEW.credits_posted - OLD.credits_posted - (NEW.debits_posted - OLD.debits_posted),
        NEW.credits_posted - NEW.debits_posted);
END;

CREATE TRIGGER platform_transfers_no_update BEFORE UPDATE ON platform_transfers
BEGIN
    SELECT RAISE(ABORT, 'transfers are never changed');
END;
CREATE TRIGGER platform_transfers_no_delete BEFORE DELETE ON platform_transfers
BEGIN
    SELECT RAISE(ABORT, 'transfers are never deleted');
END;

CREATE TRIGGER platform_accounts_start_empty BEFORE INSERT ON platform_accounts
WHEN NEW.debits_posted <> 0 OR NEW.credits_posted <> 0 OR NEW.debits_held <> 0
    OR NEW.credits_held <> 0 OR NEW.lines <> 0 OR NEW.last_transfer_id <> 0
BEGIN
    SELECT RAISE(ABORT, 'accounts start empty');
END;
-- Balances move to the state after the newest transfer, once: the trigger above does it in the
-- same statement, so nobody else finds a transfer that his UPDATE could claim.
CREATE TRIGGER platform_accounts_balances BEFORE UPDATE OF
    debits_posted, credits_posted, debits_held, credits_held, lines, last_transfer_id
ON platform_accounts
WHEN NEW.last_transfer_id <= OLD.last_transfer_id
    OR NEW.last_transfer_id <> (SELECT max(id) FROM platform_transfers)
    OR NOT EXISTS (SELECT 1 FROM platform_transfers t
        WHERE t.id = NEW.last_transfer_id AND (t.debit_id = OLD.id OR t.credit_id = OLD.id))
BEGIN
    SELECT RAISE(ABORT, 'balances are written by transfers only');
END;
CREATE TRIGGER platform_accounts_identity BEFORE UPDATE OF
    id, currency, kind, owner, bounded, hot, created_at
ON platform_accounts
BEGIN
    SELECT RAISE(ABORT, 'an account keeps what it was opened as');
END;
CREATE TRIGGER platform_accounts_closed BEFORE UPDATE OF closed_at ON platform_accounts
WHEN OLD.closed_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a closed account stays closed');
END;
CREATE TRIGGER platform_accounts_no_delete BEFORE DELETE ON platform_accounts
BEGIN
    SELECT RAISE(ABORT, 'accounts are never deleted');
END;

-- The trigger above writes the line that the account counts, in the same statement; whoever
-- comes later finds its place taken.
CREATE TRIGGER platform_account_lines_insert BEFORE INSERT ON platform_account_lines
WHEN NEW.seq <= 0
    OR NEW.seq IS NOT (SELECT a.lines FROM platform_accounts a WHERE a.id = NEW.account_id)
BEGIN
    SELECT RAISE(ABORT, 'lines are written by transfers only');
END;
CREATE TRIGGER platform_account_lines_no_update BEFORE UPDATE ON platform_account_lines
BEGIN
    SELECT RAISE(ABORT, 'lines are never changed');
END;
CREATE TRIGGER platform_account_lines_no_delete BEFORE DELETE ON platform_account_lines
BEGIN
    SELECT RAISE(ABORT, 'lines are never deleted');
END;

CREATE TRIGGER platform_ledger_deltas_insert BEFORE INSERT ON platform_ledger_deltas
BEGIN
    SELECT RAISE(ABORT, 'deltas are written by transfers only');
END;
