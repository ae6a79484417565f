-- What the operator tells many people at once.
CREATE TABLE telegram_broadcasts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('draft', 'sending', 'done', 'canceled')),
    text_ru TEXT NOT NULL,
    text_en TEXT NOT NULL,
    audience TEXT NOT NULL,
    button_ru TEXT,                  -- all three of a button or none
    button_en TEXT,
    button_path TEXT,                -- in the Mini App
    people INTEGER NOT NULL,            -- whom it is for, counted when it was written and when it began
    position INTEGER NOT NULL,          -- the last person whose turn it was
    fanned_out INTEGER NOT NULL CHECK (fanned_out IN (0, 1)),
    sent INTEGER NOT NULL,              -- written down at the end; before that they are counted
    failed INTEGER NOT NULL,
    look_at INTEGER,                     -- when there is something to do for it; none when there is not
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    CHECK ((button_ru IS NULL) = (button_path IS NULL) AND (button_en IS NULL) = (button_path IS NULL)),
    CHECK ((state = 'draft') = (started_at IS NULL) OR state = 'canceled')
) STRICT;
CREATE INDEX telegram_broadcasts_due ON telegram_broadcasts (look_at) WHERE look_at IS NOT NULL;

-- A message of a broadcast lets every other one of its chat go first.
ALTER TABLE telegram_messages ADD COLUMN broadcast INTEGER;
CREATE INDEX telegram_messages_broadcast ON telegram_messages (broadcast, state)
    WHERE broadcast IS NOT NULL;
