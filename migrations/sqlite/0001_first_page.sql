-- Accounts, credits, pages, files and jobs. The twin of ../postgres/0001_first_page.sql: same tables, same names.
-- Times are milliseconds since 1970 by the database's clock; ids are UUID version 7, 16 bytes.

CREATE TABLE users (
    id                BLOB    PRIMARY KEY,
    email             TEXT    UNIQUE, -- lower case; NULL for a guest
    email_verified_at INTEGER,        -- NULL until the address was proved
    password_hash     TEXT,           -- Argon2id, PHC string; NULL until chosen and proved
    created_at        INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    id           BLOB    PRIMARY KEY,
    user_id      BLOB    NOT NULL REFERENCES users ON DELETE CASCADE,
    seed         BLOB    NOT NULL, -- 32 random bytes from which this session's refresh tokens are derived
    generation   INTEGER NOT NULL, -- counts rotations
    refresh_hash BLOB    NOT NULL, -- SHA-256 of the refresh token of this generation
    stay         INTEGER NOT NULL, -- 1: "stay signed in"
    created_at   INTEGER NOT NULL,
    rotated_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE one_time_tokens (
    id            BLOB    PRIMARY KEY,
    user_id       BLOB    NOT NULL REFERENCES users ON DELETE CASCADE,
    purpose       TEXT    NOT NULL CHECK (purpose IN ('code')),
    token_hash    BLOB    NOT NULL, -- keyed hash: six digits could be tried out
    password_hash TEXT,             -- the password chosen in the same sign-up, kept if this very code proves the address
    attempts      INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    consumed_at   INTEGER
) STRICT;
CREATE INDEX one_time_tokens_user ON one_time_tokens (user_id, created_at);

CREATE TABLE auth_events (
    id      BLOB    PRIMARY KEY,
    user_id BLOB    REFERENCES users ON DELETE CASCADE,
    kind    TEXT    NOT NULL,
    at      INTEGER NOT NULL
) STRICT;
CREATE INDEX auth_events_user ON auth_events (user_id, at);

CREATE TABLE credits (
    user_id BLOB    PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    balance INTEGER NOT NULL CONSTRAINT credits_balance_not_negative CHECK (balance >= 0)
) STRICT;

CREATE TABLE credit_events (
    id      BLOB    PRIMARY KEY,
    user_id BLOB    NOT NULL REFERENCES users ON DELETE CASCADE,
    delta   INTEGER NOT NULL CHECK (delta <> 0),
    kind    TEXT    NOT NULL CHECK (kind IN ('granted', 'spent', 'refunded')),
    job_id  BLOB,
    page_id BLOB, -- outlives the page: the ledger is never rewritten
    at      INTEGER NOT NULL,
    CONSTRAINT credit_events_once_per_job UNIQUE (job_id, kind)
) STRICT;
CREATE INDEX credit_events_user ON credit_events (user_id, at);
CREATE UNIQUE INDEX credit_events_granted_once ON credit_events (user_id) WHERE kind = 'granted';

CREATE TABLE pages (
    id         BLOB    PRIMARY KEY,
    user_id    BLOB    NOT NULL REFERENCES users ON DELETE CASCADE,
    title      TEXT    NOT NULL,
    original_id BLOB, -- the photo it is drawn from, while that is kept
    status     TEXT    NOT NULL CHECK (status IN ('waiting', 'drawing', 'ready', 'failed')),
    style      TEXT    NOT NULL, -- JSON
    created_at INTEGER NOT NULL,
    keep_until INTEGER NOT NULL
) STRICT;
CREATE INDEX pages_user ON pages (user_id, id);
CREATE INDEX pages_original ON pages (original_id);
CREATE INDEX pages_keep_until ON pages (keep_until);

CREATE TABLE assets (
    id           BLOB    PRIMARY KEY,
    user_id      BLOB    NOT NULL REFERENCES users ON DELETE CASCADE,
    page_id      BLOB    REFERENCES pages, -- NULL for a photo that no page was made of yet
    path         TEXT    NOT NULL UNIQUE,
    kind         TEXT    NOT NULL CHECK (kind IN ('original', 'intermediate', 'artifact', 'preview')),
    content_type TEXT    NOT NULL,
    bytes        INTEGER NOT NULL,
    width        INTEGER NOT NULL,
    height       INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX assets_user ON assets (user_id, page_id);
CREATE INDEX assets_page ON assets (page_id);
CREATE INDEX assets_expires ON assets (expires_at);

CREATE TABLE jobs (
    id              BLOB    PRIMARY KEY,
    user_id         BLOB    REFERENCES users ON DELETE CASCADE, -- NULL for the machine's own work
    page_id         BLOB,
    kind            TEXT    NOT NULL,
    payload         TEXT    NOT NULL, -- JSON
    state           TEXT    NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'dead', 'cancelled')),
    attempts        INTEGER NOT NULL DEFAULT 0,
    run_at          INTEGER NOT NULL,
    lease_token     BLOB,
    lease_until     INTEGER,
    error           TEXT,
    idempotency_key TEXT,
    created_at      INTEGER NOT NULL,
    finished_at     INTEGER,
    CONSTRAINT jobs_idempotency_key UNIQUE (user_id, idempotency_key)
) STRICT;
CREATE INDEX jobs_due ON jobs (run_at) WHERE state IN ('waiting', 'running');
CREATE INDEX jobs_page ON jobs (page_id);
