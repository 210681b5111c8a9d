-- Which browser says that a mailbox signed up from a device: what others say of it counts for nothing. The twin of
-- ../sqlite/0011_browsers.sql.
ALTER TABLE device_limits
    ADD COLUMN browser_hash BYTEA NOT NULL DEFAULT ''; -- keyed hash of the cookie of the browser that says so; empty in rows from before
ALTER TABLE device_limits ALTER COLUMN browser_hash DROP DEFAULT;
ALTER TABLE device_limits DROP CONSTRAINT device_limits_pkey;
ALTER TABLE device_limits ADD PRIMARY KEY (device_hash, mailbox_hash, browser_hash);
DROP INDEX device_limits_mailbox;
CREATE INDEX device_limits_mailbox ON device_limits (mailbox_hash, browser_hash);
