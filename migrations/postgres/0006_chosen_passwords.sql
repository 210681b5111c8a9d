-- Passwords that wait for their address to be proved. The twin of ../sqlite/0006_chosen_passwords.sql.
-- One for each browser that signed up with the address: only the browser that proves it brings its own.
CREATE TABLE chosen_passwords (
    user_id       UUID   NOT NULL REFERENCES users ON DELETE CASCADE,
    browser_hash  BYTEA  NOT NULL, -- SHA-256 of the cookie in the browser where it was chosen
    password_hash TEXT   NOT NULL,
    chosen_at     BIGINT NOT NULL,
    PRIMARY KEY (user_id, browser_hash)
);
CREATE INDEX chosen_passwords_age ON chosen_passwords (chosen_at);

ALTER TABLE one_time_tokens DROP COLUMN password_hash;

-- The sweep of what is kept long but not for ever.
CREATE INDEX devices_age ON devices (last_seen_at);
CREATE INDEX auth_events_age ON auth_events (at);
