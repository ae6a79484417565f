-- What the operator tells many people at once.
CREATE TABLE telegram_broadcasts (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('draft', 'sending', 'done', 'canceled')),
    text_ru TEXT NOT NULL,
    text_en TEXT NOT NULL,
    audience TEXT NOT NULL,
    button_ru TEXT,                  -- all three of a button or none
    button_en TEXT,
    button_path TEXT,                -- in the Mini App
    people BIGINT NOT NULL,            -- whom it is for, counted when it was written and when it began
    position BIGINT NOT NULL,          -- the last person whose turn it was
    fanned_out BOOLEAN NOT NULL,
    sent BIGINT NOT NULL,              -- written down at the end; before that they are counted
    failed BIGINT NOT NULL,
    look_at TIMESTAMPTZ,                     -- when there is something to do for it; none when there is not
    created_at TIMESTAMPTZ NOT NULL,
    created_by TEXT NOT NULL,
    started_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ,
    CHECK ((button_ru IS NULL) = (button_path IS NULL) AND (button_en IS NULL) = (button_path IS NULL)),
    CHECK ((state = 'draft') = (started_at IS NULL) OR state = 'canceled')
);
CREATE INDEX telegram_broadcasts_due ON telegram_broadcasts (look_at) WHERE look_at IS NOT NULL;

-- A message of a broadcast lets every other one of its chat go first.
ALTER TABLE telegram_messages ADD COLUMN broadcast BIGINT;
CREATE INDEX telegram_messages_broadcast ON telegram_messages (broadcast, state)
    WHERE broadcast IS NOT NULL;
