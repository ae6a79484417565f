-- Who did what, written in the same unit of work as the effect, and the seals that make a later
-- change of transfers or audit visible.

CREATE TABLE platform_audit (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    details TEXT NOT NULL,
    request_id TEXT NOT NULL
);

-- One block of a hash chain: the rows first_id..last_id of what the chain seals.
CREATE TABLE platform_seals (
    chain TEXT NOT NULL,
    number BIGINT NOT NULL,
    first_id BIGINT NOT NULL,
    last_id BIGINT NOT NULL,
    rows BIGINT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    sealed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (chain, number)
);

-- The highest id that a run of the sealer has seen; a later run may seal up to it.
CREATE TABLE platform_seal_marks (
    chain TEXT NOT NULL PRIMARY KEY,
    high BIGINT NOT NULL,
    noted_at TIMESTAMPTZ NOT NULL
);

CREATE TRIGGER platform_audit_no_update BEFORE UPDATE ON platform_audit
    EXECUTE FUNCTION platform_refuse('the audit is never changed');
CREATE TRIGGER platform_audit_no_delete BEFORE DELETE OR TRUNCATE ON platform_audit
    EXECUTE FUNCTION platform_refuse('the audit is never deleted');
CREATE TRIGGER platform_seals_no_update BEFORE UPDATE ON platform_seals
    EXECUTE FUNCTION platform_refuse('seals are never changed');
CREATE TRIGGER platform_seals_no_delete BEFORE DELETE OR TRUNCATE ON platform_seals
    EXECUTE FUNCTION platform_refuse('seals are never deleted');
