-- Which browser says that a mailbox signed up from a device: what others say of it counts for nothing. The twin of
-- ../postgres/0011_browsers.sql.
CREATE TABLE device_limits_with_browsers (
    device_hash  BLOB    NOT NULL, -- of what a device is like and where, or of a browser's cookie
    mailbox_hash BLOB    NOT NULL,
    browser_hash BLOB    NOT NULL, -- keyed hash of the cookie of the browser that says so; empty in rows from before
    proved       INTEGER NOT NULL DEFAULT 0, -- 1: the address was proved, in that browser
    at           INTEGER NOT NULL,
    PRIMARY KEY (device_hash, mailbox_hash, browser_hash)
) STRICT;
INSERT INTO device_limits_with_browsers SELECT device_hash, mailbox_hash, x'', proved, at FROM device_limits;
DROP TABLE device_limits;
ALTER TABLE device_limits_with_browsers RENAME TO device_limits;
CREATE INDEX device_limits_mailbox ON device_limits (mailbox_hash, browser_hash);
CREATE INDEX device_limits_at ON device_limits (at);
