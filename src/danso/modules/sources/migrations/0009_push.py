"""Records that owners send: kept in numbered batches until they are loaded, and the SQL doors."""

from django.db import migrations, models

# One after the other: a batch is taken only where it is the next one, so that there are no gaps.
# Its number stays when its records are loaded and erased: what is sent again is known again.
RECEIVE = """
CREATE FUNCTION sources_v1.receive(
    source text, sequence bigint, digest text, sender text, rows text, records integer, refused jsonb,
    finishes boolean, answer text
) RETURNS TABLE (outcome text, newest bigint, told text)
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
#variable_conflict use_variable
DECLARE
    most_waiting CONSTANT integer := 2000;
    before record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('sources.push:' || source, 0));
    SELECT coalesce(max(p.sequence), 0) INTO newest FROM sources_pushed p WHERE p.source = receive.source;
    IF sequence <= newest THEN
        SELECT p.digest, p.answer INTO before FROM sources_pushed p
        WHERE p.source = receive.source AND p.sequence = receive.sequence;
        outcome := CASE WHEN before.digest = digest THEN 'again' ELSE 'other' END;
        told := CASE WHEN before.digest = digest THEN before.answer END;
    ELSIF sequence > newest + 1 THEN
        outcome := 'ahead';
    ELSIF (SELECT count(*) FROM sources_pushed p WHERE p.source = receive.source AND p.rows IS NOT NULL)
          >= most_waiting THEN
        outcome := 'full';
    ELSE
        INSERT INTO sources_pushed (source, sequence, digest, sender, rows, records, refused, finishes,
                                    answer, received_at)
        VALUES (source, sequence, digest, sender, rows, records, refused, finishes, answer, clock_timestamp());
        newest := sequence; outcome := 'received'; told := answer;
    END IF;
    RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION sources_v1.receive FROM PUBLIC;

CREATE FUNCTION sources_v1.received(source text) RETURNS TABLE (newest bigint, waiting bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    SELECT coalesce(max(p.sequence), 0), count(*) FILTER (WHERE p.rows IS NOT NULL)
    FROM sources_pushed p WHERE p.source = received.source
$$;
REVOKE ALL ON FUNCTION sources_v1.received FROM PUBLIC;
REVOKE INSERT, DELETE, TRUNCATE ON sources_pushed FROM danso_app;
"""


class Migration(migrations.Migration):
    dependencies = [("sources", "0008_facts_compared")]

    operations = [
        migrations.CreateModel(
            name="Pushed",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "source",
                        "sequence",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("source", models.TextField(db_collation="C")),
                ("sequence", models.BigIntegerField()),
                ("digest", models.TextField()),
                ("sender", models.TextField()),
                ("rows", models.TextField(null=True)),
                ("records", models.IntegerField()),
                ("refused", models.JSONField(default=list)),
                ("finishes", models.BooleanField()),
                ("answer", models.TextField()),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "db_table": "sources_pushed",
                "indexes": [
                    models.Index(
                        condition=models.Q(("rows__isnull", False)),
                        fields=["source", "sequence"],
                        name="sources_pushed_waiting",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            RECEIVE, "DROP FUNCTION sources_v1.receive; DROP FUNCTION sources_v1.received"
        ),
    ]
