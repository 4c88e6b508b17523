"""`gateway_v1.changes` tells in the order of positions, and never half of one."""

from django.db import migrations

CHANGES = """
CREATE OR REPLACE FUNCTION gateway_v1.changes(asker bigint, after bigint, at_most integer, fields text[], entry text)
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
        -- With ties: a position that concerns two people (a merge) is never cut in two.
        ORDER BY position FETCH FIRST at_most ROWS WITH TIES
    ), journaled AS (
        INSERT INTO audit_v1.inbox (kind, subject, entry)
        SELECT 1, person, changes.entry || '},"outcome":"told","at":"' || at_text || '","subject":"' || person || '"}'
        FROM (SELECT DISTINCT person FROM told) t
        UNION ALL
        SELECT 1, NULL::uuid, changes.entry || '},"outcome":"nothing_new","at":"' || at_text || '","subject":null}'
        WHERE NOT EXISTS (SELECT 1 FROM told)
    )
    SELECT page.n, page.change FROM (
    SELECT position AS n, json_build_object(
               'position', position, 'at', event ->> 'at', 'kind', substr(kind, 12),
               'number', number, 'fields', touched)::text AS change
    FROM told
    UNION ALL
    -- The position to go on from, and no change.
    SELECT CASE WHEN (SELECT count(*) FROM told) >= at_most THEN (SELECT max(position) FROM told)
                ELSE coalesce((SELECT max(position) FROM looked), changes.after) END, NULL
    ) page ORDER BY page.change IS NULL, page.n, page.change;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0008_compare")]
    operations = [migrations.RunSQL(CHANGES, migrations.RunSQL.noop)]
