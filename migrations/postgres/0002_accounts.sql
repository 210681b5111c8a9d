-- Links by mail, browsers that are known, guests. The twin of ../sqlite/0002_accounts.sql.

ALTER TABLE one_time_tokens DROP CONSTRAINT one_time_tokens_purpose_check;
ALTER TABLE one_time_tokens
    ADD CONSTRAINT one_time_tokens_purpose_check CHECK (purpose IN ('code', 'link', 'reset', 'new_address')),
    ADD COLUMN new_email    TEXT,  -- the address that a 'new_address' code proves
    ADD COLUMN browser_hash BYTEA, -- SHA-256 of the cookie in the browser that asked for a link
    ADD COLUMN return_to    TEXT,  -- where a link leads
    ADD COLUMN stay         BOOLEAN NOT NULL DEFAULT FALSE; -- "stay signed in" was ticked when a link was asked for
DROP INDEX one_time_tokens_user;
CREATE INDEX one_time_tokens_user ON one_time_tokens (user_id, purpose, created_at);
CREATE UNIQUE INDEX one_time_tokens_hash ON one_time_tokens (token_hash);
CREATE INDEX one_time_tokens_created ON one_time_tokens (created_at);

-- In words, for the list of sessions: "Firefox on Android".
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
CREATE INDEX sessions_expires ON sessions (expires_at);
CREATE INDEX users_not_proved ON users (created_at) WHERE email_verified_at IS NULL;

-- Browsers that somebody has signed in from.
CREATE TABLE devices (
    id            UUID   PRIMARY KEY,
    user_id       UUID   NOT NULL REFERENCES users ON DELETE CASCADE,
    token_hash    BYTEA  NOT NULL, -- SHA-256 of the cookie in that browser
    first_seen_at BIGINT NOT NULL,
    last_seen_at  BIGINT NOT NULL,
    CONSTRAINT devices_once UNIQUE (user_id, token_hash)
);

-- Who has had the free credits. Outlives the account: deleting it and coming back brings no new ones.
CREATE TABLE free_credits (
    mailbox_hash BYTEA  PRIMARY KEY, -- keyed: tells nobody the address
    at           BIGINT NOT NULL
);

-- A guest's unspent credits move with the guest: one more kind of line.
ALTER TABLE credit_events DROP CONSTRAINT credit_events_kind_check;
ALTER TABLE credit_events
    ADD CONSTRAINT credit_events_kind_check CHECK (kind IN ('granted', 'spent', 'refunded', 'moved'));
