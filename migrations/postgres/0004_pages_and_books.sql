-- Redrawing, books, generators, and the rules of the ledger as constraints. The twin of
-- ../sqlite/0004_pages_and_books.sql: same tables, same names.

-- How far a running job is, 0 to 1.
ALTER TABLE jobs ADD COLUMN progress DOUBLE PRECISION NOT NULL DEFAULT 0;

-- A ledger line moves the balance itself, so that the two cannot part.
CREATE FUNCTION credit_events_move_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE credits SET balance = balance + NEW.delta WHERE user_id = NEW.user_id;
    IF NOT FOUND THEN
        INSERT INTO credits (user_id, balance) VALUES (NEW.user_id, NEW.delta);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER credit_events_move_balance AFTER INSERT ON credit_events
    FOR EACH ROW EXECUTE FUNCTION credit_events_move_balance();

CREATE FUNCTION credits_balance_is_its_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.balance <> (SELECT COALESCE(SUM(delta), 0) FROM credit_events WHERE user_id = NEW.user_id) THEN
        RAISE EXCEPTION 'credits_balance_is_its_ledger' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER credits_balance_is_its_ledger AFTER UPDATE OF balance ON credits
    FOR EACH ROW EXECUTE FUNCTION credits_balance_is_its_ledger();

ALTER TABLE credit_events ADD CONSTRAINT credit_events_sign
    CHECK ((kind = 'spent') = (delta < 0) AND (kind IN ('spent', 'refunded')) = (job_id IS NOT NULL));

CREATE FUNCTION credit_events_refund_what_was_spent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM credit_events
        WHERE job_id = NEW.job_id AND kind = 'spent' AND user_id = NEW.user_id AND delta = -NEW.delta)
    THEN
        RAISE EXCEPTION 'credit_events_refund_what_was_spent' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_events_refund_what_was_spent BEFORE INSERT ON credit_events
    FOR EACH ROW WHEN (NEW.kind = 'refunded') EXECUTE FUNCTION credit_events_refund_what_was_spent();

CREATE FUNCTION credit_events_are_never_rewritten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'credit_events_are_never_rewritten' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER credit_events_are_never_rewritten BEFORE UPDATE ON credit_events
    FOR EACH ROW EXECUTE FUNCTION credit_events_are_never_rewritten();
-- The ledger is read in the order of its ids, which is that of time.
DROP INDEX credit_events_user;
CREATE INDEX credit_events_user ON credit_events (user_id, id);

CREATE TABLE books (
    id           UUID    PRIMARY KEY,
    user_id      UUID    NOT NULL REFERENCES users ON DELETE CASCADE,
    title        TEXT    NOT NULL,
    paper        TEXT    NOT NULL CHECK (paper IN ('a4', 'letter')),
    cover        BOOLEAN NOT NULL, -- a first sheet with the title
    page_numbers BOOLEAN NOT NULL, -- a number at the foot of each page
    created_at   BIGINT  NOT NULL
);
CREATE INDEX books_user ON books (user_id, id);

CREATE TABLE book_pages (
    book_id  UUID   NOT NULL REFERENCES books ON DELETE CASCADE,
    position BIGINT NOT NULL, -- from 0, in reading order; a deleted page leaves a gap
    page_id  UUID   NOT NULL REFERENCES pages ON DELETE CASCADE,
    user_id  UUID   NOT NULL REFERENCES users ON DELETE CASCADE,
    PRIMARY KEY (book_id, position),
    CONSTRAINT book_pages_once UNIQUE (book_id, page_id)
);
CREATE INDEX book_pages_page ON book_pages (page_id);
CREATE INDEX book_pages_user ON book_pages (user_id);

-- What was asked of a generator elsewhere, so that a worker that takes over goes on where the last one stood.
CREATE TABLE generations (
    job_id      UUID   PRIMARY KEY,
    user_id     UUID   NOT NULL REFERENCES users ON DELETE CASCADE,
    page_id     UUID   NOT NULL,
    provider    TEXT   NOT NULL CHECK (provider IN ('gemini', 'fal')),
    request     TEXT,               -- what they call it; once it is here, nothing is asked for twice
    result_url  TEXT,               -- where they keep what they made
    fetches     BIGINT NOT NULL DEFAULT 0, -- how often fetching it was begun
    result_id   UUID,               -- what they made, in our store
    started_at  BIGINT NOT NULL
);
CREATE INDEX generations_user ON generations (user_id);
CREATE INDEX generations_page ON generations (page_id);
