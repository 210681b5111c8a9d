-- Limits, the layers against abuse, flags and operators. The twin of ../postgres/0005_fraud.sql.

-- How often something was done by somebody. Rows that have ended count for nothing and are swept.
CREATE TABLE rate_limits (
    rule    TEXT    NOT NULL,
    subject BLOB    NOT NULL, -- keyed hash of an account or a network address: tells nobody which
    used    INTEGER NOT NULL,
    free_at INTEGER NOT NULL DEFAULT 0, -- failed sign-ins: none is looked at before
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (rule, subject)
) STRICT;
CREATE INDEX rate_limits_ends ON rate_limits (ends_at);

-- Which mailboxes signed up from which device; both are keyed hashes, and go after 90 days.
CREATE TABLE device_limits (
    device_hash  BLOB    NOT NULL,
    mailbox_hash BLOB    NOT NULL,
    proved       INTEGER NOT NULL DEFAULT 0, -- 1: the address was proved
    at           INTEGER NOT NULL,
    PRIMARY KEY (device_hash, mailbox_hash)
) STRICT;
CREATE INDEX device_limits_mailbox ON device_limits (mailbox_hash);
CREATE INDEX device_limits_at ON device_limits (at);

-- What an operator knows better than the list of disposable addresses.
CREATE TABLE email_domains (
    domain  TEXT    PRIMARY KEY,
    allowed INTEGER NOT NULL, -- 0: refused like those of the list
    at      INTEGER NOT NULL
) STRICT;

-- Switches that differ from their default.
CREATE TABLE flags (
    name  TEXT    PRIMARY KEY,
    is_on INTEGER NOT NULL,
    at    INTEGER NOT NULL
) STRICT;

ALTER TABLE users ADD COLUMN role TEXT NOT NULL DEFAULT 'parent' CHECK (role IN ('parent', 'operator'));
ALTER TABLE users ADD COLUMN flagged_for TEXT; -- why an operator should look at it
CREATE INDEX users_flagged ON users (id) WHERE flagged_for IS NOT NULL;
CREATE INDEX auth_events_kind ON auth_events (kind, at);
CREATE INDEX generations_started ON generations (started_at);

-- An operator may give credits, and merging a guest takes free ones that were had twice: two more kinds of line.
CREATE TABLE events_with_gifts (
    id      BLOB    PRIMARY KEY,
    user_id BLOB    NOT NULL REFERENCES users ON DELETE CASCADE,
    delta   INTEGER NOT NULL CHECK (delta <> 0),
    kind    TEXT    NOT NULL CHECK (kind IN ('granted', 'spent', 'refunded', 'moved', 'given', 'taken')),
    job_id  BLOB,
    page_id BLOB, -- outlives the page: the ledger is never rewritten
    at      INTEGER NOT NULL,
    CONSTRAINT credit_events_once_per_job UNIQUE (job_id, kind)
) STRICT;
INSERT INTO events_with_gifts SELECT id, user_id, delta, kind, job_id, page_id, at FROM credit_events;
DROP TRIGGER credits_balance_is_its_ledger;
DROP TABLE credit_events;
ALTER TABLE events_with_gifts RENAME TO credit_events;
CREATE INDEX credit_events_user ON credit_events (user_id, id);
CREATE UNIQUE INDEX credit_events_granted_once ON credit_events (user_id) WHERE kind = 'granted';
CREATE TRIGGER credit_events_move_balance AFTER INSERT ON credit_events BEGIN
    UPDATE credits SET balance = balance + NEW.delta WHERE user_id = NEW.user_id;
    INSERT INTO credits (user_id, balance)
        SELECT NEW.user_id, NEW.delta WHERE NOT EXISTS (SELECT 1 FROM credits WHERE user_id = NEW.user_id);
END;
CREATE TRIGGER credits_balance_is_its_ledger AFTER UPDATE OF balance ON credits
    WHEN NEW.balance <> (SELECT COALESCE(SUM(delta), 0) FROM credit_events WHERE user_id = NEW.user_id)
BEGIN
    SELECT RAISE(ABORT, 'credits_balance_is_its_ledger');
END;
CREATE TRIGGER credit_events_sign BEFORE INSERT ON credit_events
    WHEN (NEW.kind IN ('spent', 'taken')) <> (NEW.delta < 0)
        OR (NEW.kind IN ('spent', 'refunded')) <> (NEW.job_id IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'credit_events_sign');
END;
CREATE TRIGGER credit_events_refund_what_was_spent BEFORE INSERT ON credit_events
    WHEN NEW.kind = 'refunded' AND NOT EXISTS (
        SELECT 1 FROM credit_events
        WHERE job_id = NEW.job_id AND kind = 'spent' AND user_id = NEW.user_id AND delta = -NEW.delta)
BEGIN
    SELECT RAISE(ABORT, 'credit_events_refund_what_was_spent');
END;
CREATE TRIGGER credit_events_are_never_rewritten BEFORE UPDATE ON credit_events BEGIN
    SELECT RAISE(ABORT, 'credit_events_are_never_rewritten');
END;
