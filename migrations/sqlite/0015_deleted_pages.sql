-- Soft deletion of pages as a column. Mirrors ../postgres/0015_deleted_pages.sql.

-- When the page was moved to the trash; NULL for every other page.
ALTER TABLE pages ADD COLUMN deleted_at INTEGER;

-- Pages in the trash used to be marked by a `keep_until` 100 years of 365 days (3153600000000 ms)
-- too early, which made `keep_until` negative.
UPDATE pages SET keep_until = keep_until + 3153600000000,
    deleted_at = unixepoch() * 1000
WHERE keep_until < 0;

-- The payload names only the page: two jobs for one page are recognised by equal payloads.
UPDATE jobs SET kind = 'empty_trash', payload = json_object('page', payload ->> '$.page') WHERE kind = 'empty_bin';

-- `pages_user` keeps serving the gallery: the foreign key needs an index of every page, and the
-- trash is small.
CREATE INDEX pages_trash ON pages (user_id, id) WHERE deleted_at IS NOT NULL;
