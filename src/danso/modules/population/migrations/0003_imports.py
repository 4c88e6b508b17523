"""Files that were loaded, their chunks, remembered headings, and rows in quarantine."""

from django.db import migrations, models

import danso.kernel.keys

# A loaded stretch stays on record; quarantined text is nobody's business but a steward's.
GRANTS = """
REVOKE UPDATE, DELETE, TRUNCATE ON population_import_chunk FROM danso_app;
REVOKE DELETE, TRUNCATE ON population_import, population_quarantine FROM danso_app;
REVOKE ALL ON population_import, population_import_chunk, population_import_mapping,
    population_quarantine FROM danso_gateway, danso_sealer;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("population", "0002_doors"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportChunk",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "import_key",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("import_key", models.UUIDField()),
                ("number", models.IntegerField()),
                ("rows", models.IntegerField()),
                ("loaded", models.IntegerField()),
                ("updated", models.IntegerField()),
                ("same", models.IntegerField()),
                ("quarantined", models.IntegerField()),
                ("reasons", models.JSONField()),
                ("notes", models.JSONField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "population_import_chunk",
            },
        ),
        migrations.CreateModel(
            name="ImportMapping",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("columns", models.JSONField()),
                ("used_at", models.DateTimeField()),
            ],
            options={
                "db_table": "population_import_mapping",
            },
        ),
        migrations.CreateModel(
            name="Import",
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
                ("digest", models.TextField()),
                ("reading", models.TextField()),
                ("name", models.TextField()),
                ("format", models.TextField()),
                ("encoding", models.TextField(db_default="")),
                ("mapping", models.JSONField()),
                ("chunk_rows", models.IntegerField()),
                ("first_load", models.BooleanField(db_default=False)),
                ("as_of", models.DateField()),
                ("actor_kind", models.TextField()),
                ("actor", models.TextField()),
                ("state", models.TextField(db_default="running")),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["-started_at"], name="population_import_recent")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("digest", "reading"), name="population_import_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Quarantined",
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
                ("import_key", models.UUIDField()),
                ("file", models.TextField()),
                ("line", models.IntegerField()),
                ("reason", models.TextField()),
                ("suggestion", models.TextField(db_default="")),
                ("commune", models.TextField(null=True)),
                ("cells", models.JSONField()),
                ("person", models.UUIDField(null=True)),
                ("state", models.TextField(db_default="waiting")),
                ("recorded_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
                ("resolved_by", models.TextField(db_default="")),
                ("resolution", models.TextField(db_default="")),
            ],
            options={
                "db_table": "population_quarantine",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["commune", "reason"],
                        name="population_quarantine_open",
                    ),
                    models.Index(fields=["import_key", "line"], name="population_quarantine_file"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("waiting", "loaded", "dismissed"))),
                        name="population_quarantine_state",
                    )
                ],
            },
        ),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
    ]
