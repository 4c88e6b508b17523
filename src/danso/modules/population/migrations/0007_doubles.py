"""Records that may be one person: pairs found, pairs told apart, merges that wait for a second
officer."""

from django.db import migrations, models

import danso.kernel.keys

# What officers decided stays: pairs told apart for ever, proposals with whoever made them.
KEEP = """
CREATE TRIGGER population_told_apart_keep BEFORE UPDATE OR DELETE ON population_told_apart
    FOR EACH ROW EXECUTE FUNCTION population_refuse();
CREATE TRIGGER population_told_apart_keep_all BEFORE TRUNCATE ON population_told_apart
    FOR EACH STATEMENT EXECUTE FUNCTION population_refuse();

CREATE TRIGGER population_merge_proposal_keep
    BEFORE DELETE OR UPDATE OF key, kind, kept, merged, reason, evidence, proposed_by, proposed_at
    ON population_merge_proposal FOR EACH ROW EXECUTE FUNCTION population_refuse();
CREATE TRIGGER population_merge_proposal_keep_all BEFORE TRUNCATE ON population_merge_proposal
    FOR EACH STATEMENT EXECUTE FUNCTION population_refuse();
"""
GRANTS = """
REVOKE UPDATE, DELETE, TRUNCATE ON population_told_apart FROM danso_app;
REVOKE DELETE, TRUNCATE ON population_merge_proposal FROM danso_app;
REVOKE ALL ON population_double, population_double_search, population_told_apart,
    population_merge_proposal FROM danso_gateway;
"""
# People who are here already are searched by the first job.
SEARCH = "INSERT INTO population_double_search (id, wanted_at) VALUES (1, now());"


class Migration(migrations.Migration):
    dependencies = [
        ("population", "0006_statistics"),
    ]

    operations = [
        migrations.CreateModel(
            name="DoubleSearch",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("wanted_at", models.DateTimeField(null=True)),
                ("searched_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "population_double_search",
            },
        ),
        migrations.CreateModel(
            name="ToldApart",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "first",
                        "second",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("first", models.UUIDField()),
                ("second", models.UUIDField()),
                ("reason", models.TextField()),
                ("officer", models.TextField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "population_told_apart",
            },
        ),
        migrations.CreateModel(
            name="Double",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "first",
                        "second",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("first", models.UUIDField()),
                ("second", models.UUIDField()),
                ("rule", models.TextField()),
                ("found_at", models.DateTimeField()),
            ],
            options={
                "db_table": "population_double",
                "indexes": [models.Index(fields=["second"], name="population_double_second")],
            },
        ),
        migrations.CreateModel(
            name="MergeProposal",
            fields=[
                (
                    "key",
                    models.UUIDField(
                        default=danso.kernel.keys.new_key,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kind", models.TextField()),
                ("kept", models.UUIDField()),
                ("merged", models.UUIDField()),
                ("reason", models.TextField()),
                ("evidence", models.TextField()),
                ("proposed_by", models.JSONField()),
                ("proposed_at", models.DateTimeField()),
                ("state", models.TextField(db_default="waiting")),
                ("decided_by", models.TextField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "population_merge_proposal",
                "indexes": [models.Index(fields=["kept"], name="population_merge_proposal_kept")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("merged",),
                        name="population_merge_proposal_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("waiting", "done", "declined"))),
                        name="population_merge_proposal_state",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
        migrations.RunSQL(SEARCH, migrations.RunSQL.noop),
    ]
