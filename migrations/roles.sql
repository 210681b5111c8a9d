-- The roles of a production database; run once per PostgreSQL server, as an administrator, before `scribble migrate`:
--   SCRIBBLE_OWNER_PASSWORD=... SCRIBBLE_PASSWORD=... psql -f migrations/roles.sql
--
-- scribble_owner    owns the database and its tables; `scribble migrate` connects as it, nothing else does
-- scribble          what `scribble serve` and `scribble work` connect as; owns nothing and may do nothing by itself
-- scribble_app      what it becomes in a transaction on behalf of one account: row security shows that account's rows
-- scribble_worker   what it becomes in a transaction of the machine itself: sign-in, the worker, the sweep

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
