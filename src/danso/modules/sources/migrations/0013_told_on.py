"""`sources_v1.told_on`: what sources tell of a person as of a day, by the record that held then."""

from django.db import migrations

# As `told`, but of the records that were in force on the day: a person insured anew each year has
# one for each. A source that does not say since when is taken to know from when its owner changed
# it. Of several the one that began last, then the one that holds longest.
TOLD_ON = """
CREATE FUNCTION sources_v1.told_on(who uuid, kinds text[], on_day date) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    SELECT jsonb_object_agg(k.kind, jsonb_build_object(
        'value', f.value, 'since', f.since, 'until', f.until, 'source', f.source,
        'as_of', to_char(f.as_of AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD'), 'quality', f.quality))
    FROM unnest(kinds) AS k (kind)
    CROSS JOIN LATERAL (
        SELECT s.*, coalesce(s.since, (s.as_of AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS began
        FROM sources_fact s WHERE s.person = who AND s.kind = k.kind
          AND coalesce(s.since, (s.as_of AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) <= on_day
          AND coalesce(s.until, 'infinity') >= on_day
        ORDER BY s.since IS NULL, began DESC, coalesce(s.until, 'infinity') DESC, s.as_of DESC, s.record LIMIT 1
    ) f
$$;
REVOKE ALL ON FUNCTION sources_v1.told_on FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("sources", "0012_registers")]
    operations = [migrations.RunSQL(TOLD_ON, "DROP FUNCTION sources_v1.told_on")]
