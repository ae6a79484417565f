-- The ledger. Code only asks; what may happen to money is decided here.

-- Refuses whatever its trigger is put on; the argument is the reason.
CREATE FUNCTION platform_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0];
END $$;

CREATE TABLE platform_accounts (
    -- Byte order, so that the order of locks is the same here and in code.
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    currency TEXT NOT NULL,
    kind TEXT NOT NULL,
    owner BIGINT,
    debits_posted BIGINT NOT NULL DEFAULT 0,
    credits_posted BIGINT NOT NULL DEFAULT 0,
    debits_held BIGINT NOT NULL DEFAULT 0,
    credits_held BIGINT NOT NULL DEFAULT 0,
    bounded BOOLEAN NOT NULL,
    hot BOOLEAN NOT NULL,
    -- How many statement lines the account has; the next one gets the next number.
    lines BIGINT NOT NULL DEFAULT 0,
    last_transfer_id BIGINT NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    CONSTRAINT platform_accounts_not_overdrawn
        CHECK (NOT bounded OR credits_posted - debits_posted - debits_held >= 0),
    CONSTRAINT platform_accounts_held CHECK (hot OR (debits_held >= 0 AND credits_held >= 0)),
    -- The row of a hot account lags behind, so it cannot promise anything.
    CONSTRAINT platform_accounts_hot_unbounded CHECK (NOT (hot AND bounded)),
    -- An account closes empty, and stays so: every transfer would change one of these sums.
    CONSTRAINT platform_accounts_closed_empty CHECK (closed_at IS NULL
        OR (NOT hot AND credits_posted = debits_posted AND debits_held = 0 AND credits_held = 0))
) WITH (fillfactor = 70);

-- No foreign keys to the accounts: each would put a shared row lock, and with it a multixact, on
-- the one commission row in every sale. platform_account_apply looks for the account and its
-- currency instead, which is as good because accounts are never deleted or renamed.
CREATE TABLE platform_transfers (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    op_id TEXT NOT NULL,
    leg BIGINT NOT NULL,
    kind TEXT NOT NULL,
    currency TEXT NOT NULL,
    debit_id TEXT COLLATE "C" NOT NULL,
    credit_id TEXT COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    state TEXT NOT NULL CHECK (state IN ('posted', 'hold', 'post', 'void')),
    hold_id BIGINT,
    meta TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (op_id, leg),
    CONSTRAINT platform_transfers_two_accounts CHECK (debit_id <> credit_id),
    CONSTRAINT platform_transfers_resolution
        CHECK ((hold_id IS NOT NULL) = (state IN ('post', 'void')))
);

-- A hold is resolved once.
CREATE UNIQUE INDEX platform_transfers_hold ON platform_transfers (hold_id)
    WHERE hold_id IS NOT NULL;

-- What the owner of an account sees: one line per change of its posted balance.
CREATE TABLE platform_account_lines (
    account_id TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    transfer_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    balance_after BIGINT NOT NULL,
    PRIMARY KEY (account_id, seq)
);

-- Amounts that are not yet in the row of a hot account. Writing them needs no lock on that row;
-- deleting them adds them to it.
CREATE TABLE platform_ledger_deltas (
    account_id TEXT COLLATE "C" NOT NULL,
    transfer_id BIGINT NOT NULL,
    debits_posted BIGINT NOT NULL,
    credits_posted BIGINT NOT NULL,
    debits_held BIGINT NOT NULL,
    credits_held BIGINT NOT NULL,
    PRIMARY KEY (account_id, transfer_id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Adds amounts to one account and writes its line; called by the trigger below only (called by
-- anyone else, its writes are refused).
CREATE FUNCTION platform_account_apply(
    account TEXT, of_currency TEXT, transfer BIGINT,
    d_posted BIGINT, c_posted BIGINT, d_held BIGINT, c_held BIGINT
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    line BIGINT;
    balance BIGINT;
BEGIN
    UPDATE platform_accounts SET
        debits_posted = debits_posted + d_posted,
        credits_posted = credits_posted + c_posted,
        debits_held = debits_held + d_held,
        credits_held = credits_held + c_held,
        lines = lines + CASE WHEN d_posted > 0 OR c_posted > 0 THEN 1 ELSE 0 END,
        last_transfer_id = GREATEST(last_transfer_id, transfer)
    WHERE id = account AND currency = of_currency AND NOT hot
    RETURNING lines, credits_posted - debits_posted INTO line, balance;
    IF FOUND THEN
        IF d_posted > 0 OR c_posted > 0 THEN
            INSERT INTO platform_account_lines (account_id, seq, transfer_id, amount, balance_after)
            VALUES (account, line, transfer, c_posted - d_posted, balance);
        END IF;
        RETURN;
    END IF;
    INSERT INTO platform_ledger_deltas (account_id, transfer_id,
        debits_posted, credits_posted, debits_held, credits_held)
    SELECT id, transfer, d_posted, c_posted, d_held, c_held
    FROM platform_accounts WHERE id = account AND currency = of_currency AND hot;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the transfer does not fit its accounts';
    END IF;
END $$;

-- The only writer of balances and lines.
CREATE FUNCTION platform_transfers_apply() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    posted BIGINT := 0;
    held BIGINT := 0;
BEGIN
    IF NEW.state = 'posted' THEN
        posted := NEW.amount;
    ELSIF NEW.state = 'hold' THEN
        held := NEW.amount;
    ELSE
        -- A resolution names an open hold, the same accounts, and no more than was held.
        SELECT -amount INTO held FROM platform_transfers h
        WHERE h.id = NEW.hold_id AND h.state = 'hold' AND h.currency = NEW.currency
            AND h.debit_id = NEW.debit_id AND h.credit_id = NEW.credit_id
            AND (NEW.amount = h.amount OR (NEW.state = 'post' AND NEW.amount < h.amount));
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the resolution does not match a hold';
        END IF;
        IF NEW.state = 'post' THEN
            posted := NEW.amount;
        END IF;
    END IF;
    -- In the order of locks, so that opposite transfers wait for each other and never for ever.
    IF NEW.debit_id < NEW.credit_id THEN
        PERFORM platform_account_apply(NEW.debit_id, NEW.currency, NEW.id, posted, 0, held, 0);
        PERFORM platform_account_apply(NEW.credit_id, NEW.currency, NEW.id, 0, posted, 0, held);
    ELSE
        PERFORM platform_account_apply(NEW.credit_id, NEW.currency, NEW.id, 0, posted, 0, held);
        PERFORM platform_account_apply(NEW.debit_id, NEW.currency, NEW.id, posted, 0, held, 0);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER platform_transfers_apply AFTER INSERT ON platform_transfers
    FOR EACH ROW EXECUTE FUNCTION platform_transfers_apply();

CREATE TRIGGER platform_transfers_no_update BEFORE UPDATE ON platform_transfers
    EXECUTE FUNCTION platform_refuse('transfers are never changed');
CREATE TRIGGER platform_transfers_no_delete BEFORE DELETE OR TRUNCATE ON platform_transfers
    EXECUTE FUNCTION platform_refuse('transfers are never deleted');

CREATE TRIGGER platform_accounts_start_empty BEFORE INSERT ON platform_accounts
    FOR EACH ROW WHEN (NEW.debits_posted <> 0 OR NEW.credits_posted <> 0 OR NEW.debits_held <> 0
        OR NEW.credits_held <> 0 OR NEW.lines <> 0 OR NEW.last_transfer_id <> 0)
    EXECUTE FUNCTION platform_refuse('accounts start empty');
-- Depth 0 is a statement of ours or anyone's; the triggers here write at depth 1.
CREATE TRIGGER platform_accounts_balances BEFORE UPDATE OF
    debits_posted, credits_posted, debits_held, credits_held, lines, last_transfer_id
    ON platform_accounts WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION platform_refuse('balances are written by transfers only');
CREATE TRIGGER platform_accounts_identity BEFORE UPDATE OF
    id, currency, kind, owner, bounded, hot, created_at
    ON platform_accounts
    EXECUTE FUNCTION platform_refuse('an account keeps what it was opened as');
CREATE TRIGGER platform_accounts_closed BEFORE UPDATE OF closed_at ON platform_accounts
    FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL)
    EXECUTE FUNCTION platform_refuse('a closed account stays closed');
CREATE TRIGGER platform_accounts_no_delete BEFORE DELETE OR TRUNCATE ON platform_accounts
    EXECUTE FUNCTION platform_refuse('accounts are never deleted');

CREATE TRIGGER platform_account_lines_insert BEFORE INSERT ON platform_account_lines
    WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION platform_refuse('lines are written by transfers only');
CREATE TRIGGER platform_account_lines_no_update BEFORE UPDATE ON platform_account_lines
    EXECUTE FUNCTION platform_refuse('lines are never changed');
CREATE TRIGGER platform_account_lines_no_delete BEFORE DELETE OR TRUNCATE ON platform_account_lines
    EXECUTE FUNCTION platform_refuse('lines are never deleted');

-- What leaves the table of deltas arrives in the accounts, in the same statement.
CREATE FUNCTION platform_ledger_deltas_apply() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE platform_accounts a SET
        debits_posted = a.debits_posted + g.d_posted,
        credits_posted = a.credits_posted + g.c_posted,
        debits_held = a.debits_held + g.d_held,
        credits_held = a.credits_held + g.c_held,
        last_transfer_id = GREATEST(a.last_transfer_id, g.transfer)
    FROM (
        SELECT account_id, max(transfer_id) AS transfer,
            sum(debits_posted)::BIGINT AS d_posted, sum(credits_posted)::BIGINT AS c_posted,
            sum(debits_held)::BIGINT AS d_held, sum(credits_held)::BIGINT AS c_held
        FROM gone GROUP BY account_id
    ) g
    WHERE a.id = g.account_id;
    RETURN NULL;
END $$;
CREATE TRIGGER platform_ledger_deltas_apply AFTER DELETE ON platform_ledger_deltas
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION platform_ledger_deltas_apply();
CREATE TRIGGER platform_ledger_deltas_insert BEFORE INSERT ON platform_ledger_deltas
    WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION platform_refuse('deltas are written by transfers only');
CREATE TRIGGER platform_ledger_deltas_no_update BEFORE UPDATE OR TRUNCATE ON platform_ledger_deltas
    EXECUTE FUNCTION platform_refuse('deltas are never changed');
