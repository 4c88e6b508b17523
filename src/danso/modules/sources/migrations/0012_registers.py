"""Hosted registers: their tables, what is never rewritten, and under which name a source tells
after it has taken a register's place."""

from django.db import migrations, models

import danso.kernel.keys

# What was once on record is only added to.
KEEP = """
REVOKE UPDATE, TRUNCATE ON sources_registerrecordversion, sources_registerversion FROM danso_app;
REVOKE DELETE ON sources_registerversion FROM danso_app;
"""
# As 0007, and: a source that took a register's place tells under the register's name, so that
# whoever asks notices nothing.
TOLD = """
CREATE OR REPLACE FUNCTION sources_v1.told(who uuid, kinds text[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    SELECT jsonb_object_agg(k.kind, CASE WHEN f.value IS NOT NULL THEN jsonb_build_object(
        'value', f.value, 'since', f.since, 'until', f.until,
        'source', coalesce((SELECT g.code FROM sources_register g
                            WHERE g.source = f.source AND g.state = 'graduated'), f.source),
        'as_of', to_char(f.as_of AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD'), 'quality', f.quality) END)
    FROM unnest(kinds) AS k (kind)
    LEFT JOIN LATERAL (
        SELECT * FROM sources_fact f WHERE f.person = who AND f.kind = k.kind
        ORDER BY coalesce(f.until, 'infinity') DESC, f.as_of DESC, f.record LIMIT 1
    ) f ON true
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0011_schedule"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegisterRecordVersion",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "record",
                        "revision",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("record", models.UUIDField()),
                ("revision", models.IntegerField()),
                ("version", models.IntegerField()),
                ("commune", models.TextField()),
                ("payload", models.JSONField()),
                ("state", models.TextField()),
                ("ended_on", models.DateField(null=True)),
                ("why", models.TextField(db_default="")),
                ("at", models.DateTimeField()),
                ("by", models.TextField()),
                ("unit", models.TextField(db_default="")),
            ],
            options={
                "db_table": "sources_registerrecordversion",
            },
        ),
        migrations.CreateModel(
            name="HostedRegister",
            fields=[
                ("code", models.TextField(db_collation="C", primary_key=True, serialize=False)),
                ("state", models.TextField(db_default="open")),
                ("source", models.TextField(db_collation="C", db_default="")),
                ("last_number", models.IntegerField(db_default=0)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.TextField()),
            ],
            options={
                "db_table": "sources_register",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("open", "closed", "graduated"))),
                        name="sources_register_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterRecord",
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
                ("register", models.TextField(db_collation="C")),
                ("number", models.TextField(db_collation="C")),
                ("commune", models.TextField(db_collation="C")),
                ("person", models.UUIDField(null=True)),
                ("named", models.TextField(db_default="")),
                ("payload", models.JSONField()),
                ("version", models.IntegerField()),
                ("revision", models.IntegerField(db_default=1)),
                ("state", models.TextField(db_default="open")),
                ("ended_on", models.DateField(null=True)),
                ("digest", models.TextField()),
                ("source_record", models.TextField(db_collation="C", db_default="")),
                ("entered_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "sources_registerrecord",
                "indexes": [
                    models.Index(
                        fields=["register", "state", "-number"], name="sources_registerrecord_list"
                    ),
                    models.Index(fields=["person"], name="sources_registerrecord_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("register", "number"), name="sources_registerrecord_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("open", "ended", "void"))),
                        name="sources_registerrecord_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterVersion",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "register",
                        "version",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("register", models.TextField(db_collation="C")),
                ("version", models.IntegerField()),
                ("origin", models.TextField()),
                ("text", models.TextField()),
                ("digest", models.TextField()),
                ("defined_at", models.DateTimeField()),
                ("defined_by", models.TextField()),
            ],
            options={
                "db_table": "sources_registerversion",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("origin__in", ("file", "browser"))),
                        name="sources_registerversion_origin",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterUpload",
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
                ("register", models.TextField(db_collation="C")),
                ("content", models.BinaryField()),
                ("suffix", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.TextField()),
            ],
            options={
                "db_table": "sources_registerupload",
            },
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.RunSQL(TOLD, migrations.RunSQL.noop),
    ]
