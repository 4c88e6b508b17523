"""Changes of people that were joined: told to all who know either of them, also afterwards."""

from django.db import migrations

# As 0012_facts_verified describes it. Until a source is matched again its records are linked to the
# key that was merged, and a subscriber who was away reads what happened to that key before: both
# were lost. Whoever follows hears under each number by which it knows the person.
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
    WITH RECURSIVE read AS (
        SELECT e.position, e.entry::jsonb AS event
        FROM audit_v1.events e WHERE e.position > changes.after ORDER BY e.position LIMIT looked_at
    ), looked AS MATERIALIZED (
        SELECT position, event FROM (
            SELECT *, sum(CASE event ->> 'event' WHEN 'sources.facts_told' THEN 200 ELSE 1 END)
                      OVER (ORDER BY position) AS rows_so_far FROM read) r
        WHERE rows_so_far <= looked_at
    ), touched AS (
        SELECT l.position, l.event, w.who AS person,
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
               END AS what
        FROM looked l
        CROSS JOIN LATERAL (
            SELECT DISTINCT who::uuid AS who FROM unnest(ARRAY[
                l.event ->> 'person', l.event ->> 'kept', l.event ->> 'merged']) AS w (who) WHERE who IS NOT NULL
        ) w
        WHERE l.event ->> 'event' LIKE 'population.%'
        UNION ALL
        SELECT l.position, l.event, c.person, array_agg(c.kind)
        FROM looked l
        JOIN sources_v1.fact_changes c ON c.telling = (l.event ->> 'telling')::uuid
        WHERE l.event ->> 'event' = 'sources.facts_told'
        GROUP BY l.position, l.event, c.person
    ), meant AS (
        SELECT t.position, t.event, t.person,
               ARRAY(SELECT w FROM unnest(t.what) w WHERE w = ANY (changes.fields)) AS what
        FROM touched t WHERE t.what && changes.fields
    ), upwards AS (
        -- Who was joined with another is that one, also for what happened before; links and followers
        -- may still name either of them.
        SELECT DISTINCT person AS touched, person AS at FROM meant
        UNION
        SELECT u.touched, g.kept FROM upwards u JOIN population_v1.merges g ON g.merged = u.at
    ), meaning AS MATERIALIZED (
        SELECT u.touched, u.at AS person FROM upwards u
        WHERE NOT EXISTS (SELECT FROM population_v1.merges g WHERE g.merged = u.at)
    ), downwards AS (
        SELECT DISTINCT person, person AS at FROM meaning
        UNION
        SELECT d.person, g.merged FROM downwards d JOIN population_v1.merges g ON g.kept = d.at
    ), known AS (
        SELECT m.position, m.event, m.person AS touched, o.person, m.what, f.number,
               NULL::text AS source, NULL::text AS record
        FROM meant m
        JOIN meaning o ON o.touched = m.person
        JOIN downwards d ON d.person = o.person
        JOIN public.exchange_follow f ON f.partner = changes.asker AND f.person = d.at
        UNION ALL
        SELECT m.position, m.event, m.person, o.person,
               ARRAY(SELECT w FROM unnest(m.what) w WHERE w = ANY (s.fields::text[])), p.number, s.source, k.record
        FROM meant m
        JOIN public.exchange_subscription s ON s.partner = changes.asker AND s.ended_at IS NULL AND m.what && s.fields::text[]
        JOIN meaning o ON o.touched = m.person
        JOIN downwards d ON d.person = o.person
        JOIN linkage_v1.links k ON k.person = d.at AND k.source = s.source
        JOIN population_v1.people p ON p.person = o.person
    ), told AS MATERIALIZED (
        SELECT k.position, k.event, k.person, coalesce(k.number, '') AS number,
               string_agg(array_to_string(k.what, ','), ',') AS what,
               jsonb_agg(DISTINCT jsonb_build_array(k.source, k.record)) FILTER (WHERE k.source IS NOT NULL) AS pairs
        FROM known k
        JOIN population_v1.people p ON p.person = k.person AND NOT p.protected
        JOIN population_v1.people t ON t.person = k.touched AND NOT t.protected
        GROUP BY k.position, k.event, k.person, coalesce(k.number, '')
        -- With ties: a position that concerns several people is never cut in two.
        ORDER BY k.position FETCH FIRST at_most ROWS WITH TIES
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
               'position', position, 'at', event ->> 'at',
               'kind', CASE event ->> 'event' WHEN 'sources.facts_told' THEN 'facts_changed'
                       ELSE substr(event ->> 'event', 12) END,
               'number', number,
               'fields', ARRAY(SELECT DISTINCT w FROM unnest(string_to_array(what, ',')) w ORDER BY w),
               'records', (SELECT coalesce(jsonb_object_agg(source, records), '{}') FROM (
                    SELECT pair ->> 0 AS source, jsonb_agg(pair -> 1) AS records
                    FROM jsonb_array_elements(pairs) AS pair GROUP BY pair ->> 0) by_source))::text AS change
    FROM told
    UNION ALL
    -- The position to go on from, and no change.
    SELECT CASE WHEN (SELECT count(*) FROM told) >= at_most THEN (SELECT max(position) FROM told)
                ELSE coalesce((SELECT max(position) FROM looked), changes.after) END, NULL
    ) page ORDER BY page.change IS NULL, page.n, page.change;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0017_told_on"), ("population", "0010_merges_door")]
    operations = [migrations.RunSQL(CHANGES, migrations.RunSQL.noop)]
