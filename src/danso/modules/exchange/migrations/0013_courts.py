"""Courts: a case's parties in one answer, people sought without a number, decisions that come back."""

from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models

import danso.kernel.keys

SQL = Path(__file__).parents[1] / "sql" / "courts.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0012_facts_verified"),
        ("population", "0009_as_of"),
    ]

    operations = [
        migrations.AlterField(
            model_name="agreement",
            name="service",
            field=models.CharField(
                choices=[
                    ("verify", "verify"),
                    ("batch", "batch"),
                    ("share", "share"),
                    ("link-number", "link-number"),
                    ("changes", "changes"),
                    ("correction", "correction"),
                    ("case-parties", "case-parties"),
                    ("person-request", "person-request"),
                    ("court-decision", "court-decision"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="CaseRecord",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("partner", models.BigIntegerField()),
                ("agreement", models.TextField()),
                ("said", models.JSONField()),
                ("on_day", models.DateField(null=True)),
                ("answers", models.JSONField()),
                (
                    "subjects",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(null=True), size=None
                    ),
                ),
                ("at", models.DateTimeField()),
                ("text", models.TextField(db_default="", default="")),
                ("digest", models.TextField(db_default="", default="")),
                (
                    "positions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), db_default=[], default=list, size=None
                    ),
                ),
                ("position", models.BigIntegerField(null=True)),
                ("sealed", models.TextField(db_default="", default="")),
                ("pdf", models.BinaryField(null=True)),
            ],
            options={
                "db_table": "exchange_case_record",
                "indexes": [
                    models.Index(
                        condition=models.Q(("sealed", ""), ("position__isnull", False)),
                        fields=["position"],
                        name="exchange_case_record_unsealed",
                    ),
                    models.Index(fields=["at"], name="exchange_case_record_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CourtDecision",
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
                ("partner", models.BigIntegerField()),
                ("said", models.JSONField()),
                ("court", models.TextField()),
                ("number", models.TextField()),
                ("kind", models.TextField()),
                ("person", models.UUIDField()),
                ("digest", models.TextField()),
                ("at", models.DateTimeField()),
                ("commune", models.TextField(db_collation="C", db_default="", default="")),
                ("decider", models.TextField(db_default="", default="")),
                ("due", models.DateField(null=True)),
                ("state", models.TextField(db_default="proposed", default="proposed")),
                ("answer", models.TextField(db_default="", default="")),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.TextField(db_default="", default="")),
                ("request", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "exchange_court_decision",
                "indexes": [
                    models.Index(
                        fields=["commune", "state", "at"], name="exchange_court_decision_work"
                    ),
                    models.Index(
                        condition=models.Q(("request__isnull", False)),
                        fields=["request"],
                        name="exchange_court_decision_up",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("partner", "court", "number", "person"),
                        name="exchange_court_decision_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("proposed", "sent_up", "accepted", "rejected"))
                        ),
                        name="exchange_court_decision_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonRequest",
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
                ("partner", models.BigIntegerField()),
                ("said", models.JSONField()),
                ("full_name", models.TextField()),
                ("plain", models.TextField(db_collation="C")),
                ("birth_year", models.TextField(db_default="")),
                ("commune", models.TextField(db_collation="C")),
                ("at", models.DateTimeField()),
                ("due", models.DateField(null=True)),
                ("state", models.TextField(db_default="open", default="open")),
                ("person", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.TextField(db_default="", default="")),
                ("note", models.TextField(db_default="", default="")),
            ],
            options={
                "db_table": "exchange_person_request",
                "indexes": [
                    models.Index(
                        fields=["commune", "state", "at"], name="exchange_person_request_work"
                    ),
                    models.Index(fields=["partner", "at"], name="exchange_person_request_who"),
                    models.Index(fields=["plain", "at"], name="exchange_person_request_same"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("open", "found", "nobody", "unclear"))),
                        name="exchange_person_request_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person__isnull", False), ("state", "found")),
                            models.Q(
                                models.Q(("state", "found"), _negated=True),
                                ("person__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="exchange_person_request_person",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
