"""`gateway_v1`: share fields, link numbers, tell changes, open and follow corrections."""

from django.db import migrations

# What is shared is read in the statement that compares and journals; the caller sees it only after
# the commit. Nothing for anybody but a match of number, name and birth date (or one who has died).
SHARE = """
CREATE FUNCTION gateway_v1.share(
    numbers text[], names text[], plains text[], toneless boolean[], births text[], sexes smallint[],
    communes text[], partners bigint[], entries text[], wanted text[], follow boolean[]
) RETURNS TABLE (answer text, shared text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH compared AS MATERIALIZED (
        SELECT * FROM public.exchange_compare(
            numbers, names, plains, toneless, births, sexes, communes, partners, entries, 'shared')
    ), followed AS (
        INSERT INTO public.exchange_follow (partner, person, number, since)
        SELECT DISTINCT ON (partners[n], who) partners[n], who, numbers[n], clock_timestamp()
        FROM compared WHERE follow[n] AND left(answer, 1) IN ('M', 'D')
        ORDER BY partners[n], who
        ON CONFLICT (partner, person) DO UPDATE SET number = EXCLUDED.number
    )
    SELECT c.answer,
           CASE WHEN left(c.answer, 1) IN ('M', 'D') THEN (
               SELECT jsonb_build_object(
                   'fields', (SELECT jsonb_object_agg(f, to_jsonb(s) -> f)
                              FROM unnest(string_to_array(wanted[c.n], ',')) AS f),
                   'flags', (SELECT coalesce(jsonb_object_agg(q.key, q.value), '{}')
                             FROM jsonb_each(s.flags) AS q
                             WHERE q.key = ANY (string_to_array(wanted[c.n], ','))),
                   'life', s.life,
                   'as_of', s.as_of)::text
               FROM population_v1.shared s WHERE s.person = c.who)
           END
    FROM compared c ORDER BY c.n
$$;
REVOKE ALL ON FUNCTION gateway_v1.share FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gateway_v1.share TO danso_gateway, danso_app;
"""

# A 9-digit number may belong to two people by mistake: the one whose name fits is meant.
LINK = """
CREATE FUNCTION gateway_v1.link_numbers(
    numbers text[], names text[], plains text[], toneless boolean[], births text[], sexes smallint[],
    communes text[], partners bigint[], entries text[]
) RETURNS TABLE (answer text, linked text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH meant AS MATERIALIZED (
        SELECT array_agg(coalesce(found.number, a.number) ORDER BY a.n) AS numbers
        FROM unnest(numbers, plains, births) WITH ORDINALITY AS a (number, plain, birth, n)
        LEFT JOIN LATERAL (
            SELECT p.number
            FROM population_v1.old_numbers o
            JOIN population_v1.people p ON p.person = o.person
            JOIN population_v1.keys k ON k.number = p.number
            WHERE o.number = a.number AND length(a.number) = 9
            ORDER BY k.plain_key = a.plain DESC, k.birth = a.birth DESC, p.number
            LIMIT 1
        ) found ON true
    )
    SELECT c.answer,
           CASE WHEN left(c.answer, 1) = 'M' THEN (
               SELECT jsonb_build_object(
                   'number', p.number,
                   'old_numbers', coalesce((SELECT jsonb_agg(o.number ORDER BY o.number)
                                            FROM population_v1.old_numbers o WHERE o.person = c.who), '[]'),
                   'as_of', p.as_of)::text
               FROM population_v1.people p WHERE p.person = c.who)
           END
    FROM meant, public.exchange_compare(
        meant.numbers, names, plains, toneless, births, sexes, communes, partners, entries, 'linked') c
    ORDER BY c.n
$$;
REVOKE ALL ON FUNCTION gateway_v1.link_numbers FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gateway_v1.link_numbers TO danso_gateway, danso_app;
"""

# Only about people the partner follows, only about fields of its agreement, never about anybody
# protected. One journal row per person told, one for a call that told nothing.
CHANGES = """
CREATE FUNCTION gateway_v1.changes(asker bigint, after bigint, at_most integer, fields text[], entry text)
RETURNS TABLE (n bigint, change text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    looked_at CONSTANT integer := 20000; -- events read per call: a bound on its time
    at_text CONSTANT text := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"');
BEGIN
    RETURN QUERY
    WITH looked AS MATERIALIZED (
        SELECT e.position, e.entry::jsonb AS event
        FROM audit_v1.events e WHERE e.position > changes.after ORDER BY e.position LIMIT looked_at
    ), known AS (
        SELECT l.position, l.event, l.event ->> 'event' AS kind, f.person, f.number,
               CASE l.event ->> 'event'
                   WHEN 'population.person_died' THEN ARRAY['death']
                   WHEN 'population.person_missing' THEN ARRAY['death']
                   WHEN 'population.person_moved' THEN ARRAY['permanent_place']
                   WHEN 'population.card_recorded' THEN ARRAY['card']
                   WHEN 'population.people_merged' THEN ARRAY['number']
                   WHEN 'population.people_unmerged' THEN ARRAY['number']
                   WHEN 'population.number_issued' THEN ARRAY['number']
                   WHEN 'population.number_cancelled' THEN ARRAY['number']
                   WHEN 'population.person_corrected' THEN ARRAY(SELECT jsonb_array_elements_text(l.event -> 'fields'))
                   WHEN 'population.flags_changed' THEN ARRAY(SELECT jsonb_array_elements_text(l.event -> 'fields'))
               END AS touched
        FROM looked l
        CROSS JOIN LATERAL (
            SELECT DISTINCT who::uuid AS who FROM unnest(ARRAY[
                l.event ->> 'person', l.event ->> 'kept', l.event ->> 'merged']) AS w (who) WHERE who IS NOT NULL
        ) w
        JOIN public.exchange_follow f ON f.partner = changes.asker AND f.person = w.who
        JOIN population_v1.keys k ON k.number = f.number AND NOT k.protected
        WHERE l.event ->> 'event' LIKE 'population.%'
    ), told AS MATERIALIZED (
        SELECT position, event, kind, person, number,
               ARRAY(SELECT t FROM unnest(touched) t WHERE t = ANY (changes.fields)) AS touched
        FROM known WHERE touched && changes.fields
        ORDER BY position, person LIMIT at_most
    ), journaled AS (
        INSERT INTO audit_v1.inbox (kind, subject, entry)
        SELECT 1, person, changes.entry || '},"outcome":"told","at":"' || at_text || '","subject":"' || person || '"}'
        FROM (SELECT DISTINCT person FROM told) t
        UNION ALL
        SELECT 1, NULL::uuid, changes.entry || '},"outcome":"nothing_new","at":"' || at_text || '","subject":null}'
        WHERE NOT EXISTS (SELECT 1 FROM told)
    )
    SELECT position, json_build_object(
               'position', position, 'at', event ->> 'at', 'kind', substr(kind, 12),
               'number', number, 'fields', touched)::text
    FROM told
    UNION ALL
    -- The position to go on from, and no change.
    SELECT CASE WHEN (SELECT count(*) FROM told) = at_most THEN (SELECT max(position) FROM told)
                ELSE coalesce((SELECT max(position) FROM looked), changes.after) END, NULL
    ORDER BY 2 NULLS LAST, 1;
END $$;
REVOKE ALL ON FUNCTION gateway_v1.changes FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gateway_v1.changes TO danso_gateway;
"""

CORRECT = """
CREATE FUNCTION gateway_v1.open_correction(
    number text, name text, plain text, toneless boolean, birth text, partner bigint, entry text,
    field text, claimed text, evidence text, procedure text, file_code text, key text, digest text
) RETURNS TABLE (answer text, correction text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    before record;
    compared record;
    opened uuid;
    asker record;
BEGIN
    IF key <> '' THEN
        -- Two calls with one key at the same moment: the second waits for the first.
        PERFORM pg_advisory_xact_lock(hashtextextended(partner || ':' || key, 7));
        SELECT w.digest, w.answer INTO before FROM public.exchange_idempotent_write w
        WHERE w.partner = open_correction.partner AND w.key = open_correction.key;
        IF FOUND THEN
            RETURN QUERY SELECT CASE WHEN before.digest = digest THEN 'again' ELSE 'reused' END, before.answer;
            RETURN;
        END IF;
    END IF;
    SELECT c.answer, c.who INTO compared FROM public.exchange_compare(
        ARRAY[number], ARRAY[name], ARRAY[plain], ARRAY[toneless], ARRAY[birth], ARRAY[0::smallint], ARRAY[''],
        ARRAY[partner], ARRAY[entry], 'correction_asked', true) c;
    IF left(compared.answer, 1) IN ('F', 'T') THEN
        RETURN QUERY SELECT compared.answer, NULL::text;
        RETURN;
    END IF;
    SELECT p.code, p.agency INTO asker FROM public.exchange_partner p WHERE p.id = partner;
    opened := sources_v1.open_correction(
        compared.who, field, claimed, evidence, asker.code, asker.agency, procedure, file_code);
    IF key <> '' THEN
        INSERT INTO public.exchange_idempotent_write (partner, key, digest, answer, at)
        VALUES (partner, key, digest, opened::text, clock_timestamp());
    END IF;
    RETURN QUERY SELECT 'opened', opened::text;
END $$;

CREATE FUNCTION gateway_v1.correction_state(partner bigint, key uuid, entry text)
RETURNS TABLE (state text, field text, opened_at timestamptz, due date, answer text, answered_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    found record;
    at_text CONSTANT text := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"');
BEGIN
    SELECT c.* INTO found FROM sources_v1.corrections c
    JOIN public.exchange_partner p ON p.code = c.opened_by AND p.id = correction_state.partner
    WHERE c.key = correction_state.key;
    INSERT INTO audit_v1.inbox (kind, subject, entry) VALUES (1, found.person,
        entry || '},"outcome":"' || CASE WHEN found.key IS NULL THEN 'not_found' ELSE 'told' END
        || '","at":"' || at_text || '","subject":' || coalesce('"' || found.person::text || '"', 'null') || '}');
    IF found.key IS NOT NULL THEN
        RETURN QUERY SELECT found.state, found.field, found.opened_at, found.due, found.answer, found.answered_at;
    END IF;
END $$;

CREATE OR REPLACE FUNCTION gateway_v1.sweep() RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM public.exchange_failed_try WHERE at < clock_timestamp() - interval '25 hours';
    DELETE FROM public.exchange_used_assertion WHERE until < clock_timestamp() - interval '10 minutes';
    DELETE FROM public.exchange_idempotent_write WHERE at < clock_timestamp() - interval '48 hours';
$$;

REVOKE ALL ON FUNCTION gateway_v1.open_correction, gateway_v1.correction_state FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gateway_v1.open_correction, gateway_v1.correction_state TO danso_gateway;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON exchange_follow, exchange_idempotent_write FROM danso_app;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_follow"), ("sources", "0002_doors")]
    operations = [
        migrations.RunSQL(SHARE, migrations.RunSQL.noop),
        migrations.RunSQL(LINK, migrations.RunSQL.noop),
        migrations.RunSQL(CHANGES, migrations.RunSQL.noop),
        migrations.RunSQL(CORRECT, migrations.RunSQL.noop),
    ]
