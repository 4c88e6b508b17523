"""`sources_v1.told`: what sources tell about a person, for the gateway's functions."""

from django.db import migrations

# Of several records the one that holds longest, then the freshest. A day that has passed is told
# as well: "insured until yesterday" is an answer, and the asker sees the day.
TOLD = """
CREATE FUNCTION sources_v1.told(who uuid, kinds text[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    SELECT jsonb_object_agg(k.kind, CASE WHEN f.value IS NOT NULL THEN jsonb_build_object(
        'value', f.value, 'since', f.since, 'until', f.until, 'source', f.source,
        'as_of', to_char(f.as_of AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD'), 'quality', f.quality) END)
    FROM unnest(kinds) AS k (kind)
    LEFT JOIN LATERAL (
        SELECT * FROM sources_fact f WHERE f.person = who AND f.kind = k.kind
        ORDER BY coalesce(f.until, 'infinity') DESC, f.as_of DESC, f.record LIMIT 1
    ) f ON true
$$;
REVOKE ALL ON FUNCTION sources_v1.told FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("sources", "0006_connected")]
    operations = [migrations.RunSQL(TOLD, "DROP FUNCTION sources_v1.told")]
