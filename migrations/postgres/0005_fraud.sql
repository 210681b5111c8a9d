-- Limits, the layers against abuse, flags and operators. The twin of ../sqlite/0005_fraud.sql.

-- How often something was done by somebody. Rows that have ended count for nothing and are swept.
CREATE TABLE rate_limits (
    rule    TEXT   NOT NULL,
    subject BYTEA  NOT NULL, -- keyed hash of an account or a network address: tells nobody which
    used    BIGINT NOT NULL,
    free_at BIGINT NOT NULL DEFAULT 0, -- failed sign-ins: none is looked at before
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (rule, subject)
);
CREATE INDEX rate_limits_ends ON rate_limits (ends_at);

-- Which mailboxes signed up from which device; both are keyed hashes, and go after 90 days.
CREATE TABLE device_limits (
    device_hash  BYTEA   NOT NULL,
    mailbox_hash BYTEA   NOT NULL,
    proved       BOOLEAN NOT NULL DEFAULT FALSE, -- the address was proved
    at           BIGINT  NOT NULL,
    PRIMARY KEY (device_hash, mailbox_hash)
);
CREATE INDEX device_limits_mailbox ON device_limits (mailbox_hash);
CREATE INDEX device_limits_at ON device_limits (at);

-- What an operator knows better than the list of disposable addresses.
CREATE TABLE email_domains (
    domain  TEXT    PRIMARY KEY,
    allowed BOOLEAN NOT NULL, -- if not, refused like those of the list
    at      BIGINT  NOT NULL
);

-- Switches that differ from their default.
CREATE TABLE flags (
    name  TEXT    PRIMARY KEY,
    is_on BOOLEAN NOT NULL,
    at    BIGINT  NOT NULL
);

ALTER TABLE users ADD COLUMN role TEXT NOT NULL DEFAULT 'parent' CHECK (role IN ('parent', 'operator'));
ALTER TABLE users ADD COLUMN flagged_for TEXT; -- why an operator should look at it
CREATE INDEX users_flagged ON users (id) WHERE flagged_for IS NOT NULL;
CREATE INDEX auth_events_kind ON auth_events (kind, at);
CREATE INDEX generations_started ON generations (started_at);

-- An operator may give credits, and merging a guest takes free ones that were had twice: two more kinds of line.
ALTER TABLE credit_events DROP CONSTRAINT credit_events_kind_check;
ALTER TABLE credit_events ADD CONSTRAINT credit_events_kind_check
    CHECK (kind IN ('granted', 'spent', 'refunded', 'moved', 'given', 'taken'));
ALTER TABLE credit_events DROP CONSTRAINT credit_events_sign;
ALTER TABLE credit_events ADD CONSTRAINT credit_events_sign
    CHECK ((kind IN ('spent', 'taken')) = (delta < 0) AND (kind IN ('spent', 'refunded')) = (job_id IS NOT NULL));
