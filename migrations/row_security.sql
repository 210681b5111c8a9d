-- Run by `scribble migrate` after the migrations, as the owner of the tables; running it again changes nothing.
-- Every table with a `user_id`, and `users` by its `id`, shows scribble_app the rows of one account and
-- scribble_worker all of them. It walks the catalogue, so that no table can be forgotten.
-- What is nobody's shows scribble_app nothing at all, but for the two tables named below. That is what keeps guest_uploads
-- from it, too: a claimed photo names its account there, but only the machine looks, and hands it over.
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
                NULL; -- roles belong to the whole server: another database made it at the same moment
            END;
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), role);
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', current_schema(), role);
    END LOOP;
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO scribble_worker', current_schema());
    REVOKE INSERT, UPDATE, DELETE ON _sqlx_migrations FROM scribble_worker;
    GRANT SELECT, DELETE ON incoming TO scribble_app; -- a file has arrived: its row takes the note away
    GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limits TO scribble_app; -- counted where the thing is done
    GRANT SELECT ON _sqlx_migrations TO PUBLIC; -- a starting server looks whether the tables are up to date

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
            -- Neither its address nor its role is an account's to change.
            WHEN 'users' THEN 'SELECT, UPDATE (password_hash, language)'
            -- Opened by the machine, moved by the ledger.
            WHEN 'credits' THEN 'SELECT, UPDATE (balance)'
            -- Never rewritten.
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
                -- An account may leave work for the machine, such as removing a file; it does not see it again.
                CASE WHEN owned.attnotnull THEN mine ELSE format('%s OR %I IS NULL', mine, owned.attname) END
            );
        END IF;
        IF NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = owned.oid AND polname = 'of_the_machine') THEN
            EXECUTE format('CREATE POLICY of_the_machine ON %I TO scribble_worker USING (true)', owned.relname);
        END IF;
    END LOOP;
END
$$;
