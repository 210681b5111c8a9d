-- Passwords of sign-ups whose address is not verified yet. Mirrors ../postgres/0016_pending_passwords.sql.

DROP INDEX chosen_passwords_age;
ALTER TABLE chosen_passwords RENAME TO pending_passwords;
ALTER TABLE pending_passwords RENAME COLUMN chosen_at TO set_at;
CREATE INDEX pending_passwords_age ON pending_passwords (set_at);
