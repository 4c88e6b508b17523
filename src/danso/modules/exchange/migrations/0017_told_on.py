"""Facts as of a day for courts: by the record that held then, not by the best one of today."""

from django.db import migrations

# As sql/courts.sql describes it.
TOLD_ON = """
CREATE OR REPLACE FUNCTION exchange_told_on(who uuid, wanted text[], on_day date) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH person AS (
        SELECT s.life, s.as_of, s.flags, to_jsonb(s) AS row FROM population_v1.shared s WHERE s.person = who
    ), fields AS (
        SELECT f AS code, p.row -> f AS value FROM person p, unnest(wanted) AS f
        WHERE on_day IS NULL AND p.row ? f
        UNION ALL
        SELECT t.field, t.value FROM population_v1.told_on(who, on_day) t
        WHERE on_day IS NOT NULL AND t.field = ANY (wanted)
    ), facts AS (
        SELECT f.key AS code, f.value
        FROM person p, LATERAL (SELECT ARRAY(SELECT w FROM unnest(wanted) w WHERE NOT p.row ? w) AS kinds) k,
             jsonb_each(CASE WHEN on_day IS NULL THEN sources_v1.told(who, k.kinds)
                             ELSE sources_v1.told_on(who, k.kinds, on_day) END) f
    )
    SELECT jsonb_build_object(
        'fields', coalesce((SELECT jsonb_object_agg(code, value) FROM fields), '{}'),
        'facts', coalesce((SELECT jsonb_object_agg(code, value) FROM facts), '{}'),
        'unknown', coalesce((SELECT jsonb_agg(w ORDER BY w) FROM unnest(wanted) w
                             WHERE w NOT IN (SELECT code FROM fields UNION ALL SELECT code FROM facts)), '[]'),
        'flags', coalesce((SELECT jsonb_object_agg(q.key, q.value) FROM jsonb_each(p.flags) q
                           WHERE q.key = ANY (wanted)), '{}'),
        'life', p.life,
        'as_of', coalesce(on_day, p.as_of))
    FROM person p
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0016_court_terms"), ("sources", "0013_told_on")]
    operations = [migrations.RunSQL(TOLD_ON, migrations.RunSQL.noop)]
