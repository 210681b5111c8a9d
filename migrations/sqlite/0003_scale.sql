-- The line of jobs, schedules, and the ways a photo comes in besides the form. The twin of ../postgres/0003_scale.sql.

ALTER TABLE jobs ADD COLUMN lane     TEXT   NOT NULL DEFAULT 'errands' CHECK (lane IN ('drawings', 'errands'));
ALTER TABLE jobs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0; -- the lowest first
ALTER TABLE jobs ADD COLUMN turn     INTEGER NOT NULL DEFAULT 0; -- place in the line: a person's next job stands behind others' first
UPDATE jobs SET lane = 'drawings' WHERE kind = 'draw_page';
UPDATE jobs SET turn = run_at;

DROP INDEX jobs_due;
CREATE INDEX jobs_line ON jobs (lane, priority, turn, id) WHERE state = 'waiting';
CREATE INDEX jobs_leases ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_turns ON jobs (user_id, turn) WHERE state IN ('waiting', 'running');
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE state IN ('done', 'cancelled', 'dead');
CREATE INDEX jobs_dead ON jobs (id) WHERE state = 'dead';

-- What is to happen regularly: whoever inserts the row adds the job in the same transaction.
CREATE TABLE schedules (
    name   TEXT   NOT NULL,
    due_at INTEGER NOT NULL,
    PRIMARY KEY (name, due_at)
) STRICT;

-- Photos that are to be sent straight to the store. The file at `path` may be there or not until `expires_at`.
CREATE TABLE uploads (
    id           BLOB   PRIMARY KEY,
    user_id      BLOB   REFERENCES users ON DELETE SET NULL, -- whose account is deleted leaves the file to the sweep
    path         TEXT   NOT NULL UNIQUE,
    content_type TEXT   NOT NULL,
    bytes        INTEGER NOT NULL,
    asset_id     BLOB, -- what it became once it was read
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX uploads_user ON uploads (user_id);
CREATE INDEX uploads_expires ON uploads (expires_at);

-- Photos of somebody who is not known yet; whoever holds the claim can have one moved to an account, once.
CREATE TABLE guest_uploads (
    id           BLOB   PRIMARY KEY,
    path         TEXT   NOT NULL UNIQUE,
    claim_hash   BLOB   NOT NULL, -- SHA-256 of 256 random bits
    content_type TEXT   NOT NULL,
    bytes        INTEGER NOT NULL,
    width        INTEGER NOT NULL,
    height       INTEGER NOT NULL,
    claimed_by   BLOB   REFERENCES users ON DELETE CASCADE,
    asset_id     BLOB, -- what it became
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX guest_uploads_claimed_by ON guest_uploads (claimed_by);
CREATE INDEX guest_uploads_expires ON guest_uploads (expires_at);

-- Files that are being stored: each is noted before it is written, and its row takes the note away. What a crash left
-- between the two is found here, and removed by the sweep.
CREATE TABLE incoming (
    path       TEXT    PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX incoming_expires ON incoming (expires_at);
