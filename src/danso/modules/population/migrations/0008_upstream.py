"""The link to the register above: its state, how far its feed was followed, what was set aside."""

from django.db import migrations, models

# The gateway of an absent register notes the link too, by a function of its own schema.
DOORS = """
CREATE FUNCTION population_v1.note_link(answers boolean, why text) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO population_upstream_link AS l (id, is_up, since, answered_at, fault, falls, noted_at)
    VALUES (1, answers, clock_timestamp(), CASE WHEN answers THEN clock_timestamp() END,
            left(why, 200), CASE WHEN answers THEN 0 ELSE 1 END, clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET
        since = CASE WHEN l.is_up = EXCLUDED.is_up THEN l.since ELSE EXCLUDED.since END,
        is_up = EXCLUDED.is_up,
        answered_at = coalesce(EXCLUDED.answered_at, l.answered_at),
        fault = EXCLUDED.fault,
        falls = CASE WHEN EXCLUDED.is_up THEN 0 ELSE l.falls + 1 END,
        noted_at = EXCLUDED.noted_at
$$;
REVOKE ALL ON FUNCTION population_v1.note_link FROM PUBLIC;
GRANT EXECUTE ON FUNCTION population_v1.note_link TO danso_app;

-- For `danso status` and the operator's page: counts and times, nobody's data.
CREATE VIEW population_v1.upstream AS
    SELECT l.is_up, l.since, l.answered_at, coalesce(l.fault, '') AS fault, coalesce(l.falls, 0) AS falls,
           l.noted_at, coalesce(c.position, 0) AS position, coalesce(c.newest, 0) AS newest,
           (SELECT count(*) FROM population_change_request WHERE state = 'waiting') AS waiting,
           (SELECT min(recorded_at) FROM population_change_request WHERE state = 'waiting') AS waiting_since,
           (SELECT count(*) FROM population_change_request WHERE state = 'sent') AS unanswered,
           (SELECT count(*) FROM population_feed_aside WHERE settled_at IS NULL) AS aside
    FROM (SELECT 1) AS one
    LEFT JOIN population_upstream_link l ON l.id = 1
    LEFT JOIN population_feed_cursor c ON c.id = 1;
GRANT SELECT ON population_v1.upstream TO danso_app;

REVOKE ALL ON population_upstream_link, population_feed_cursor, population_feed_aside FROM danso_gateway;
REVOKE DELETE, TRUNCATE ON population_feed_cursor, population_feed_aside FROM danso_app;
"""
UNDO = """
DROP VIEW population_v1.upstream;
DROP FUNCTION population_v1.note_link;
"""


class Migration(migrations.Migration):
    dependencies = [("population", "0007_doubles")]

    operations = [
        migrations.CreateModel(
            name="FeedAside",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("code", models.TextField()),
                ("set_aside_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "population_feed_aside"},
        ),
        migrations.CreateModel(
            name="FeedCursor",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("position", models.BigIntegerField(db_default=0)),
                ("newest", models.BigIntegerField(db_default=0)),
                ("moved_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "population_feed_cursor",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="population_feed_cursor_one"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UpstreamLink",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("is_up", models.BooleanField()),
                ("since", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("fault", models.TextField(db_default="")),
                ("falls", models.IntegerField(db_default=0)),
                ("noted_at", models.DateTimeField()),
            ],
            options={
                "db_table": "population_upstream_link",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="population_upstream_link_one"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="changerequest",
            name="next_try_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="changerequest",
            name="tries",
            field=models.IntegerField(db_default=0),
        ),
        migrations.RunSQL(DOORS, UNDO),
    ]
