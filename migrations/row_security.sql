-- Sets privileges and row-level security. `scribble migrate` runs it after the migrations, as the owner of the
-- tables; it is idempotent.
-- In every table with a `user_id`, and in `users`, scribble_app sees the rows of one account and scribble_worker
-- all rows. The tables come from the system catalogue, so that none can be forgotten.
-- scribble_app has no access to tables without an owner, except those named below. That includes guest_uploads:
-- its rows can name an account, but only scribble_worker reads them, to move the photo to that account.
DO $$
DECLARE
    role  TEXT;
    owned RECORD;
    mine  TEXT;
    may   TEXT;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('scribble row security'));

    FOREACH role IN ARRAY ARRAY['scribble_app', 'scribble_worker'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', role);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL; -- roles are shared by all databases: another one created it concurrently
            END;
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), role);
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', current_schema(), role);
    END LOOP;
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO scribble_worker', current_schema());
    REVOKE INSERT, UPDATE, DELETE ON _sqlx_migrations FROM scribble_worker;
    GRANT SELECT, DELETE ON incoming TO scribble_app; -- deleted when the file's own row is inserted
    GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limits TO scribble_app; -- counted in the transaction of the limited action
    GRANT SELECT ON _sqlx_migrations TO PUBLIC; -- a starting server checks that no migration is missing

    FOR owned IN
        SELECT c.oid, c.relname, a.attname, a.attnotnull, c.relrowsecurity AND c.relforcerowsecurity AS secured
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
            AND a.attname = CASE c.relname WHEN 'users' THEN 'id' ELSE 'user_id' END
    LOOP
        IF NOT owned.secured THEN
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', owned.relname);
            EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', owned.relname);
        END IF;
        may := CASE owned.relname
            -- An account cannot change its address or its role.
            WHEN 'users' THEN 'SELECT, UPDATE (password_hash, language)'
            -- scribble_worker inserts the row; a trigger on the ledger updates the balance.
            WHEN 'credits' THEN 'SELECT, UPDATE (balance)'
            -- Append-only.
            WHEN 'credit_events' THEN 'SELECT, INSERT'
            WHEN 'auth_events' THEN 'SELECT, INSERT'
            ELSE 'SELECT, INSERT, UPDATE, DELETE'
        END;
        EXECUTE format('GRANT %s ON %I TO scribble_app', may, owned.relname);
        mine := format('%I = NULLIF(current_setting(''app.user_id'', true), '''')::uuid', owned.attname);
        IF NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = owned.oid AND polname = 'of_its_owner') THEN
            EXECUTE format(
                'CREATE POLICY of_its_owner ON %I TO scribble_app USING (%s) WITH CHECK (%s)',
                owned.relname,
                mine,
                -- An account can insert rows without an owner, such as a job that deletes a file, but not read them.
                CASE WHEN owned.attnotnull THEN mine ELSE format('%s OR %I IS NULL', mine, owned.attname) END
            );
        END IF;
        IF NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = owned.oid AND polname = 'of_the_machine') THEN
            EXECUTE format('CREATE POLICY of_the_machine ON %I TO scribble_worker USING (true)', owned.relname);
        END IF;
    END LOOP;
END
$$;
