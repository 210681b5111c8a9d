-- Passwords that wait for their address to be proved. The twin of ../postgres/0006_chosen_passwords.sql.
-- One for each browser that signed up with the address: only the browser that proves it brings its own.
CREATE TABLE chosen_passwords (
    user_id       BLOB    NOT NULL REFERENCES users ON DELETE CASCADE,
    browser_hash  BLOB    NOT NULL, -- SHA-256 of the cookie in the browser where it was chosen
    password_hash TEXT    NOT NULL,
    chosen_at     INTEGER NOT NULL,
    PRIMARY KEY (user_id, browser_hash)
) STRICT;
CREATE INDEX chosen_passwords_age ON chosen_passwords (chosen_at);

ALTER TABLE one_time_tokens DROP COLUMN password_hash;

-- The sweep of what is kept long but not for ever.
CREATE INDEX devices_age ON devices (last_seen_at);
CREATE INDEX auth_events_age ON auth_events (at);
