-- Redrawing, books, generators, and the rules of the ledger as constraints. The twin of
-- ../postgres/0004_pages_and_books.sql: same tables, same names.

-- How far a running job is, 0 to 1.
ALTER TABLE jobs ADD COLUMN progress REAL NOT NULL DEFAULT 0;

-- A ledger line moves the balance itself, so that the two cannot part.
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
    WHEN (NEW.kind = 'spent') <> (NEW.delta < 0) OR (NEW.kind IN ('spent', 'refunded')) <> (NEW.job_id IS NOT NULL)
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
-- The ledger is read in the order of its ids, which is that of time.
DROP INDEX credit_events_user;
CREATE INDEX credit_events_user ON credit_events (user_id, id);

CREATE TABLE books (
    id           BLOB    PRIMARY KEY,
    user_id      BLOB    NOT NULL REFERENCES users ON DELETE CASCADE,
    title        TEXT    NOT NULL,
    paper        TEXT    NOT NULL CHECK (paper IN ('a4', 'letter')),
    cover        INTEGER NOT NULL, -- 1: a first sheet with the title
    page_numbers INTEGER NOT NULL, -- 1: a number at the foot of each page
    created_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX books_user ON books (user_id, id);

CREATE TABLE book_pages (
    book_id  BLOB    NOT NULL REFERENCES books ON DELETE CASCADE,
    position INTEGER NOT NULL, -- from 0, in reading order; a deleted page leaves a gap
    page_id  BLOB    NOT NULL REFERENCES pages ON DELETE CASCADE,
    user_id  BLOB    NOT NULL REFERENCES users ON DELETE CASCADE,
    PRIMARY KEY (book_id, position),
    CONSTRAINT book_pages_once UNIQUE (book_id, page_id)
) STRICT;
CREATE INDEX book_pages_page ON book_pages (page_id);
CREATE INDEX book_pages_user ON book_pages (user_id);

-- What was asked of a generator elsewhere, so that a worker that takes over goes on where the last one stood.
CREATE TABLE generations (
    job_id      BLOB    PRIMARY KEY,
    user_id     BLOB    NOT NULL REFERENCES users ON DELETE CASCADE,
    page_id     BLOB    NOT NULL,
    provider    TEXT    NOT NULL CHECK (provider IN ('gemini', 'fal')),
    request     TEXT,               -- what they call it; once it is here, nothing is asked for twice
    result_url  TEXT,                -- where they keep what they made
    fetches     INTEGER NOT NULL DEFAULT 0, -- how often fetching it was begun
    result_id   BLOB,                -- what they made, in our store
    started_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX generations_user ON generations (user_id);
CREATE INDEX generations_page ON generations (page_id);
