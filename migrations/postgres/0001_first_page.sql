-- Accounts, credits, pages, files and jobs. The twin of ../sqlite/0001_first_page.sql: same tables, same names.
-- Times are milliseconds since 1970 by the database's clock; ids are UUID version 7.

CREATE TABLE users (
    id                UUID    PRIMARY KEY,
    email             TEXT    UNIQUE, -- lower case; NULL for a guest
    email_verified_at BIGINT,        -- NULL until the address was proved
    password_hash     TEXT,           -- Argon2id, PHC string; NULL until chosen and proved
    created_at        BIGINT NOT NULL
);

CREATE TABLE sessions (
    id           UUID    PRIMARY KEY,
    user_id      UUID    NOT NULL REFERENCES users ON DELETE CASCADE,
    seed         BYTEA    NOT NULL, -- 32 random bytes from which this session's refresh tokens are derived
    generation   BIGINT NOT NULL, -- counts rotations
    refresh_hash BYTEA    NOT NULL, -- SHA-256 of the refresh token of this generation
    stay         BOOLEAN NOT NULL, -- "stay signed in"
    created_at   BIGINT NOT NULL,
    rotated_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    revoked_at   BIGINT
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE one_time_tokens (
    id            UUID    PRIMARY KEY,
    user_id       UUID    NOT NULL REFERENCES users ON DELETE CASCADE,
    purpose       TEXT    NOT NULL CHECK (purpose IN ('code')),
    token_hash    BYTEA    NOT NULL, -- keyed hash: six digits could be tried out
    password_hash TEXT,             -- the password chosen in the same sign-up, kept if this very code proves the address
    attempts      BIGINT NOT NULL DEFAULT 0,
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    consumed_at   BIGINT
);
CREATE INDEX one_time_tokens_user ON one_time_tokens (user_id, created_at);

CREATE TABLE auth_events (
    id      UUID    PRIMARY KEY,
    user_id UUID    REFERENCES users ON DELETE CASCADE,
    kind    TEXT    NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX auth_events_user ON auth_events (user_id, at);

CREATE TABLE credits (
    user_id UUID    PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    balance BIGINT NOT NULL CONSTRAINT credits_balance_not_negative CHECK (balance >= 0)
);

CREATE TABLE credit_events (
    id      UUID    PRIMARY KEY,
    user_id UUID    NOT NULL REFERENCES users ON DELETE CASCADE,
    delta   BIGINT NOT NULL CHECK (delta <> 0),
    kind    TEXT    NOT NULL CHECK (kind IN ('granted', 'spent', 'refunded')),
    job_id  UUID,
    page_id UUID, -- outlives the page: the ledger is never rewritten
    at      BIGINT NOT NULL,
    CONSTRAINT credit_events_once_per_job UNIQUE (job_id, kind)
);
CREATE INDEX credit_events_user ON credit_events (user_id, at);
CREATE UNIQUE INDEX credit_events_granted_once ON credit_events (user_id) WHERE kind = 'granted';

CREATE TABLE pages (
    id         UUID    PRIMARY KEY,
    user_id    UUID    NOT NULL REFERENCES users ON DELETE CASCADE,
    title      TEXT    NOT NULL,
    original_id UUID, -- the photo it is drawn from, while that is kept
    status     TEXT    NOT NULL CHECK (status IN ('waiting', 'drawing', 'ready', 'failed')),
    style      TEXT    NOT NULL, -- JSON
    created_at BIGINT NOT NULL,
    keep_until BIGINT NOT NULL
);
CREATE INDEX pages_user ON pages (user_id, id);
CREATE INDEX pages_original ON pages (original_id);
CREATE INDEX pages_keep_until ON pages (keep_until);

CREATE TABLE assets (
    id           UUID    PRIMARY KEY,
    user_id      UUID    NOT NULL REFERENCES users ON DELETE CASCADE,
    page_id      UUID    REFERENCES pages, -- NULL for a photo that no page was made of yet
    path         TEXT    NOT NULL UNIQUE,
    kind         TEXT    NOT NULL CHECK (kind IN ('original', 'intermediate', 'artifact', 'preview')),
    content_type TEXT    NOT NULL,
    bytes        BIGINT NOT NULL,
    width        BIGINT NOT NULL,
    height       BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX assets_user ON assets (user_id, page_id);
CREATE INDEX assets_page ON assets (page_id);
CREATE INDEX assets_expires ON assets (expires_at);

CREATE TABLE jobs (
    id              UUID    PRIMARY KEY,
    user_id         UUID    REFERENCES users ON DELETE CASCADE, -- NULL for the machine's own work
    page_id         UUID,
    kind            TEXT    NOT NULL,
    payload         TEXT    NOT NULL, -- JSON
    state           TEXT    NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'dead', 'cancelled')),
    attempts        BIGINT NOT NULL DEFAULT 0,
    run_at          BIGINT NOT NULL,
    lease_token     UUID,
    lease_until     BIGINT,
    error           TEXT,
    idempotency_key TEXT,
    created_at      BIGINT NOT NULL,
    finished_at     BIGINT,
    CONSTRAINT jobs_idempotency_key UNIQUE (user_id, idempotency_key)
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE state IN ('waiting', 'running');
CREATE INDEX jobs_page ON jobs (page_id);
