-- Who did what, written in the same unit of work as the effect, and the seals that make a later
-- change of transfers or audit visible.

CREATE TABLE platform_audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    details TEXT NOT NULL,
    request_id TEXT NOT NULL
) STRICT;

-- One block of a hash chain: the rows first_id..last_id of what the chain seals.
CREATE TABLE platform_seals (
    chain TEXT NOT NULL,
    number INTEGER NOT NULL,
    first_id INTEGER NOT NULL,
    last_id INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    sealed_at INTEGER NOT NULL,
    PRIMARY KEY (chain, number)
) STRICT;

-- The highest id that a run of the sealer has seen; a later run may seal up to it.
CREATE TABLE platform_seal_marks (
    chain TEXT NOT NULL PRIMARY KEY,
    high INTEGER NOT NULL,
    noted_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER platform_audit_no_update BEFORE UPDATE ON platform_audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is never changed');
END;
CREATE TRIGGER platform_audit_no_delete BEFORE DELETE ON platform_audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is never deleted');
END;
CREATE TRIGGER platform_seals_no_update BEFORE UPDATE ON platform_seals
BEGIN
    SELECT RAISE(ABORT, 'seals are never changed');
END;
CREATE TRIGGER platform_seals_no_delete BEFORE DELETE ON platform_seals
BEGIN
    SELECT RAISE(ABORT, 'seals are never deleted');
END;
