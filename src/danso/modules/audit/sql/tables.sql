-- The journal: an inbox that every process writes to, and the log that one sealer moves rows into.
-- Rights are taken from everybody first (danso_owner's default privileges give danso_app a lot).

CREATE SCHEMA audit_v1;
GRANT USAGE ON SCHEMA audit_v1 TO danso_app, danso_gateway, danso_sealer;

CREATE TABLE audit_inbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind smallint NOT NULL CHECK (kind IN (1, 2)), -- 1 journal, 2 event
    subject uuid,
    -- An escape could be a NUL or half a surrogate pair, on which every later reader would stumble.
    entry text NOT NULL CHECK (
        entry IS JSON OBJECT AND octet_length(entry) <= 65536
        AND (strpos(entry, '\u') = 0 OR entry::jsonb IS NOT NULL)
    ),
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

CREATE TABLE audit_entry (
    position bigint NOT NULL,
    second bigint NOT NULL,
    kind smallint NOT NULL,
    subject uuid,
    recorded_at timestamptz NOT NULL,
    salt bytea NOT NULL,
    entry text NOT NULL,
    PRIMARY KEY (position, second)
) PARTITION BY RANGE (second);
CREATE INDEX audit_entry_subject ON audit_entry (subject, position)
    WHERE kind = 1 AND subject IS NOT NULL;
CREATE INDEX audit_entry_event ON audit_entry (position) WHERE kind = 2;

CREATE TABLE audit_leaf (
    position bigint PRIMARY KEY CHECK (position >= 0),
    second bigint NOT NULL,
    hash bytea NOT NULL
);

-- Roots of complete subtrees of 256^level leaves.
CREATE TABLE audit_tile (
    level smallint NOT NULL CHECK (level > 0),
    index bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (level, index)
);

CREATE TABLE audit_tree_head (
    at timestamptz PRIMARY KEY,
    size bigint NOT NULL,
    root bytea NOT NULL,
    key_id text NOT NULL,
    signature bytea NOT NULL
);

CREATE TABLE audit_key (
    key_id text PRIMARY KEY,
    public_key bytea NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- swept_at: every row visible then has been sealed. low_id: below it are only rows of transactions
-- that took very long (and, while such a one holds VACUUM up, millions of dead ones). keep_months: after that many months salt and
-- entry are destroyed (five years of access history: decree 69/2024/ND-CP article 17).
CREATE TABLE audit_state (
    is_one boolean PRIMARY KEY DEFAULT true CHECK (is_one),
    origin text NOT NULL DEFAULT 'danso-journal/' || gen_random_uuid(),
    size bigint NOT NULL DEFAULT 0,
    second bigint NOT NULL DEFAULT 0,
    swept_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    low_id bigint NOT NULL DEFAULT 0,
    keep_months integer NOT NULL DEFAULT 60 CHECK (keep_months >= 1)
) WITH (fillfactor = 10);
INSERT INTO audit_state DEFAULT VALUES;

-- Where each follower of events stands: the next position it has not yet handled.
CREATE TABLE audit_cursor (
    consumer text PRIMARY KEY,
    position bigint NOT NULL DEFAULT 0,
    moved_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Nothing below is ever changed in place.
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal only grows: % of % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION audit_inbox_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'danso_sealer' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'only the sealer takes rows out of the inbox'
        USING ERRCODE = 'insufficient_privilege';
END
$$;

-- A trigger per table and statement; ALWAYS, so that session_replication_role can't switch it off.
CREATE PROCEDURE audit_guard(guarded regclass) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
        'FOR EACH STATEMENT EXECUTE FUNCTION public.audit_only_grows()', guarded);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER only_grows', guarded);
END
$$;
CALL audit_guard('audit_entry');
CALL audit_guard('audit_leaf');
CALL audit_guard('audit_tile');
CALL audit_guard('audit_tree_head');
CALL audit_guard('audit_key');

CREATE TRIGGER only_grows BEFORE UPDATE OR TRUNCATE ON audit_inbox
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER moves BEFORE DELETE ON audit_inbox
    FOR EACH STATEMENT EXECUTE FUNCTION audit_inbox_moves();
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON audit_state
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
ALTER TABLE audit_inbox ENABLE ALWAYS TRIGGER only_grows;
ALTER TABLE audit_inbox ENABLE ALWAYS TRIGGER moves;
ALTER TABLE audit_state ENABLE ALWAYS TRIGGER stays;

-- The sealer owns no table, so months are made and destroyed by these two and nobody else.
CREATE FUNCTION audit_v1.ensure_month(second bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    starts timestamp := date_trunc('month', to_timestamp(second) AT TIME ZONE 'UTC');
    month text := 'audit_entry_' || to_char(starts, 'YYYYMM');
BEGIN
    IF to_regclass('public.' || month) IS NOT NULL THEN
        RETURN month;
    END IF;
    -- Made apart and attached: that needs no lock that readers of the journal would feel.
    EXECUTE format('CREATE TABLE public.%I (LIKE public.audit_entry INCLUDING ALL)', month);
    EXECUTE format('REVOKE ALL ON public.%I FROM danso_app, PUBLIC', month);
    CALL public.audit_guard(('public.' || month)::regclass);
    EXECUTE format(
        'ALTER TABLE public.audit_entry ATTACH PARTITION public.%I FOR VALUES FROM (%s) TO (%s)',
        month,
        extract(epoch FROM starts AT TIME ZONE 'UTC')::bigint,
        extract(epoch FROM (starts + interval '1 month') AT TIME ZONE 'UTC')::bigint);
    RETURN month;
END
$$;

-- Destroys salt and entry of every month whose legal term is over, and says so in the journal.
CREATE FUNCTION audit_v1.destroy_expired() RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '2s' AS $$
DECLARE
    months integer := (SELECT keep_months FROM public.audit_state);
    oldest_kept text := 'audit_entry_' || to_char(
        (clock_timestamp() AT TIME ZONE 'UTC') - make_interval(months => months), 'YYYYMM');
    expired text;
    first_position bigint;
    last_position bigint;
BEGIN
    FOR expired IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'public.audit_entry'::regclass AND c.relname < oldest_kept
        ORDER BY c.relname
    LOOP
        EXECUTE format('SELECT min(position), max(position) FROM public.%I', expired)
            INTO first_position, last_position;
        EXECUTE format('DROP TABLE public.%I', expired);
        INSERT INTO public.audit_inbox (kind, entry) VALUES (1, json_build_object(
            'action', 'journal.month_destroyed',
            'actor', 'sealer', 'actor_kind', 'system',
            'at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
            'detail', json_build_object(
                'first', first_position, 'last', last_position,
                'month', right(expired, 6), 'keep_months', months),
            'fields', '[]'::json, 'file_code', '', 'legal_basis', '', 'officer', '',
            'outcome', 'done', 'procedure', '', 'purpose', '', 'service', '',
            'subject', NULL, 'system', 'danso', 'unit', '')::text);
        RETURN NEXT right(expired, 6);
    END LOOP;
END
$$;

REVOKE ALL ON FUNCTION audit_v1.ensure_month(bigint), audit_v1.destroy_expired() FROM PUBLIC;
REVOKE ALL ON PROCEDURE audit_guard(regclass) FROM PUBLIC, danso_app;
GRANT EXECUTE ON FUNCTION audit_v1.ensure_month(bigint), audit_v1.destroy_expired()
    TO danso_sealer;

REVOKE ALL ON audit_inbox, audit_entry, audit_leaf, audit_tile, audit_tree_head, audit_key,
    audit_state, audit_cursor FROM danso_app, PUBLIC;
REVOKE ALL ON SEQUENCE audit_inbox_id_seq FROM danso_app, PUBLIC;

GRANT SELECT, DELETE, MAINTAIN ON audit_inbox TO danso_sealer;
GRANT SELECT, INSERT ON audit_entry, audit_leaf, audit_tile, audit_tree_head, audit_key
    TO danso_sealer;
GRANT SELECT, UPDATE (size, second, swept_at, low_id) ON audit_state TO danso_sealer;

GRANT SELECT ON audit_entry, audit_leaf, audit_tile, audit_tree_head, audit_key, audit_state
    TO danso_app;
GRANT SELECT, INSERT, UPDATE ON audit_cursor TO danso_app;
