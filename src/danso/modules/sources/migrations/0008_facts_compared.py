"""`sources_v1.compared`: whether sources say what was claimed; what changed of facts, for those who
follow."""

from django.db import migrations, models

# Of several records of one kind the one that fits best answers. A source that does not say from or
# until when is taken at its word for every day.
COMPARED = r"""
CREATE FUNCTION sources_v1.compared(who uuid, asked jsonb, today date) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    SELECT jsonb_object_agg(a.kind, CASE WHEN best.code IS NULL
        THEN jsonb_build_object('result', 'not_held', 'code', 'fact_not_held')
        ELSE jsonb_build_object(
            'result', CASE best.code WHEN 'fact_holds' THEN 'match' ELSE 'no_match' END,
            'code', best.code, 'source', best.source,
            'as_of', to_char(best.as_of AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD'),
            'doubted', best.quality <> 'good') END)
    FROM jsonb_each(asked) AS a (kind, wanted)
    LEFT JOIN LATERAL (
        SELECT f.source, f.as_of, f.quality,
               CASE WHEN NOT f.same THEN 'fact_differs' WHEN NOT f.holds THEN 'fact_not_in_force'
                    ELSE 'fact_holds' END AS code
        FROM (SELECT s.*,
                     a.wanted ->> 'value' IS NULL
                     OR upper(regexp_replace(s.value, '[\s./-]+', '', 'g'))
                      = upper(regexp_replace(a.wanted ->> 'value', '[\s./-]+', '', 'g')) AS same,
                     coalesce((a.wanted ->> 'on')::date, today)
                     BETWEEN coalesce(s.since, '-infinity') AND coalesce(s.until, 'infinity') AS holds
              FROM sources_fact s WHERE s.person = who AND s.kind = a.kind) f
        ORDER BY f.same DESC, f.holds DESC, f.as_of DESC, f.record LIMIT 1
    ) best ON true
$$;
REVOKE ALL ON FUNCTION sources_v1.compared FROM PUBLIC;
CREATE VIEW sources_v1.fact_changes AS SELECT telling, person, kind FROM sources_fact_change;
"""
UNDO = "DROP VIEW sources_v1.fact_changes; DROP FUNCTION sources_v1.compared"


class Migration(migrations.Migration):
    dependencies = [("sources", "0007_told")]
    operations = [
        migrations.CreateModel(
            name="FactChange",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "telling",
                        "person",
                        "kind",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("telling", models.UUIDField()),
                ("person", models.UUIDField()),
                ("kind", models.TextField(db_collation="C")),
            ],
            options={"db_table": "sources_fact_change"},
        ),
        migrations.RunSQL(COMPARED, UNDO),
    ]
