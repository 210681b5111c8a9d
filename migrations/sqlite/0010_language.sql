-- What somebody chose to read. The twin of ../postgres/0010_language.sql.

ALTER TABLE users ADD COLUMN language TEXT CHECK (language IN ('en', 'es', 'fr', 'de', 'ar', 'zh'));
