-- Creates the database and the roles of a production system. Run it once for each PostgreSQL server, as an
-- administrator, before `scribble migrate`:
--   SCRIBBLE_OWNER_PASSWORD=... SCRIBBLE_PASSWORD=... psql -f migrations/roles.sql
--
-- scribble_owner    owns the database and its tables; only `scribble migrate` connects as this role
-- scribble          login role of `scribble serve` and `scribble work`; owns nothing and has no privileges of its own
-- scribble_app      role of transactions for one account: row-level security shows only that account's rows
-- scribble_worker   role of transactions for all accounts: sign-in, the worker, the retention sweep

\set ON_ERROR_STOP on
\getenv owner_password SCRIBBLE_OWNER_PASSWORD
\getenv password SCRIBBLE_PASSWORD

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['scribble_owner', 'scribble', 'scribble_app', 'scribble_worker']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

ALTER ROLE scribble_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE PASSWORD :'owner_password';
ALTER ROLE scribble LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEROLE PASSWORD :'password';
ALTER ROLE scribble_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
ALTER ROLE scribble_worker NOLOGIN NOSUPERUSER NOBYPASSRLS;
GRANT scribble_app, scribble_worker TO scribble;

CREATE DATABASE scribble OWNER scribble_owner;
REVOKE ALL ON DATABASE scribble FROM PUBLIC;
GRANT CONNECT ON DATABASE scribble TO scribble;
