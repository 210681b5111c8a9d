-- Soft deletion of pages as a column. Mirrors ../sqlite/0015_deleted_pages.sql.

-- When the page was moved to the trash; NULL for every other page.
ALTER TABLE pages ADD COLUMN deleted_at BIGINT;

-- Pages in the trash used to be marked by a `keep_until` 100 years of 365 days (3153600000000 ms) too early, which made
-- `keep_until` negative.
UPDATE pages SET keep_until = keep_until + 3153600000000,
    deleted_at = CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)
WHERE keep_until < 0;

UPDATE jobs SET kind = 'empty_trash' WHERE kind = 'empty_bin';

-- `pages_user` keeps serving the gallery: it has to hold every page for the foreign key, and the trash is small.
CREATE INDEX pages_trash ON pages (user_id, id) WHERE deleted_at IS NOT NULL;
