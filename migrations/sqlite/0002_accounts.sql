-- Links by mail, browsers that are known, guests. The twin of ../postgres/0002_accounts.sql.

CREATE TABLE tokens_with_links (
    id            BLOB    PRIMARY KEY,
    user_id       BLOB    NOT NULL REFERENCES users ON DELETE CASCADE,
    purpose       TEXT    NOT NULL CHECK (purpose IN ('code', 'link', 'reset', 'new_address')),
    token_hash    BLOB    NOT NULL, -- of a code, keyed with its id: six digits could be tried out
    password_hash TEXT,             -- the password chosen in the same sign-up, kept if this very code proves the address
    new_email     TEXT,             -- the address that a 'new_address' code proves
    browser_hash  BLOB,             -- SHA-256 of the cookie in the browser that asked for a link
    return_to     TEXT,             -- where a link leads
    stay          INTEGER NOT NULL DEFAULT 0, -- 1: "stay signed in" was ticked when a link was asked for
    attempts      INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    consumed_at   INTEGER
) STRICT;
INSERT INTO tokens_with_links
        (id, user_id, purpose, token_hash, password_hash, attempts, created_at, expires_at, consumed_at)
    SELECT id, user_id, purpose, token_hash, password_hash, attempts, created_at, expires_at, consumed_at
    FROM one_time_tokens;
DROP TABLE one_time_tokens;
ALTER TABLE tokens_with_links RENAME TO one_time_tokens;
CREATE INDEX one_time_tokens_user ON one_time_tokens (user_id, purpose, created_at);
CREATE UNIQUE INDEX one_time_tokens_hash ON one_time_tokens (token_hash);
CREATE INDEX one_time_tokens_created ON one_time_tokens (created_at);

-- In words, for the list of sessions: "Firefox on Android".
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
CREATE INDEX sessions_expires ON sessions (expires_at);
CREATE INDEX users_not_proved ON users (created_at) WHERE email_verified_at IS NULL;

-- Browsers that somebody has signed in from.
CREATE TABLE devices (
    id            BLOB    PRIMARY KEY,
    user_id       BLOB    NOT NULL REFERENCES users ON DELETE CASCADE,
    token_hash    BLOB    NOT NULL, -- SHA-256 of the cookie in that browser
    first_seen_at INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL,
    CONSTRAINT devices_once UNIQUE (user_id, token_hash)
) STRICT;

-- Who has had the free credits. Outlives the account: deleting it and coming back brings no new ones.
CREATE TABLE free_credits (
    mailbox_hash BLOB    PRIMARY KEY, -- keyed: tells nobody the address
    at           INTEGER NOT NULL
) STRICT;

-- A guest's unspent credits move with the guest: one more kind of line.
CREATE TABLE events_with_moves (
    id      BLOB    PRIMARY KEY,
    user_id BLOB    NOT NULL REFERENCES users ON DELETE CASCADE,
    delta   INTEGER NOT NULL CHECK (delta <> 0),
    kind    TEXT    NOT NULL CHECK (kind IN ('granted', 'spent', 'refunded', 'moved')),
    job_id  BLOB,
    page_id BLOB, -- outlives the page: the ledger is never rewritten
    at      INTEGER NOT NULL,
    CONSTRAINT credit_events_once_per_job UNIQUE (job_id, kind)
) STRICT;
INSERT INTO events_with_moves SELECT id, user_id, delta, kind, job_id, page_id, at FROM credit_events;
DROP TABLE credit_events;
ALTER TABLE events_with_moves RENAME TO credit_events;
CREATE INDEX credit_events_user ON credit_events (user_id, at);
CREATE UNIQUE INDEX credit_events_granted_once ON credit_events (user_id) WHERE kind = 'granted';
