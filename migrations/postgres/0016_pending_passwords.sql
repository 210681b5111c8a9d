-- Passwords of sign-ups whose address is not verified yet. Mirrors ../sqlite/0016_pending_passwords.sql.

ALTER TABLE chosen_passwords RENAME TO pending_passwords;
ALTER TABLE pending_passwords RENAME COLUMN chosen_at TO set_at;
ALTER TABLE pending_passwords RENAME CONSTRAINT chosen_passwords_pkey TO pending_passwords_pkey;
ALTER TABLE pending_passwords RENAME CONSTRAINT chosen_passwords_user_id_fkey TO pending_passwords_user_id_fkey;
ALTER INDEX chosen_passwords_age RENAME TO pending_passwords_age;
