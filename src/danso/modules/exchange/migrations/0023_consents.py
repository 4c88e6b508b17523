"""Consent: asked for by bodies outside the state, given by the holder, looked for where it shares."""

from importlib import import_module
from pathlib import Path
from typing import Final

import django.contrib.postgres.fields
from django.db import migrations, models

import danso.kernel.keys

SQL = Path(__file__).parents[1] / "sql" / "consents.sql"
SHARE: Final[str] = import_module("danso.modules.exchange.migrations.0011_share_facts").SHARE
COMPARED: Final = (
    "numbers, names, plains, toneless, births, sexes, communes, partners, entries, 'shared')\n"
)


def of_the_state(text: str) -> str:
    """The state's share, which nobody else gets an answer from."""
    if text.count(COMPARED) != 1:
        raise AssertionError(COMPARED)
    return text.replace(
        COMPARED, COMPARED + "        WHERE public.exchange_of_the_state(partners)\n"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0022_from_then_on"),
        ("identity", "0007_holders"),
    ]

    operations = [
        migrations.CreateModel(
            name="Consent",
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
                ("request", models.UUIDField(unique=True)),
                ("partner", models.BigIntegerField()),
                ("purpose", models.TextField(db_collation="C")),
                ("legal_basis", models.TextField()),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("person", models.UUIDField()),
                ("account", models.UUIDField()),
                ("way", models.TextField(default="request")),
                ("level", models.PositiveSmallIntegerField()),
                ("authentication", models.PositiveSmallIntegerField()),
                ("text", models.TextField()),
                ("digest", models.TextField()),
                ("given_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "exchange_consent",
                "indexes": [
                    models.Index(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=["person", "partner", "purpose"],
                        name="exchange_consent_live",
                    ),
                    models.Index(fields=["account", "given_at"], name="exchange_consent_account"),
                    models.Index(fields=["person", "given_at"], name="exchange_consent_person"),
                    models.Index(fields=["partner", "until"], name="exchange_consent_partner"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("given_at"))),
                        name="exchange_consent_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fields", []), _negated=True),
                        name="exchange_consent_fields",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="exchange_consent_text",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentRequest",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("partner", models.BigIntegerField()),
                ("agreement", models.TextField()),
                ("purpose", models.TextField(db_collation="C")),
                ("number", models.TextField(db_collation="C")),
                ("person", models.UUIDField(null=True)),
                (
                    "needed",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                (
                    "wished",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("days", models.PositiveSmallIntegerField()),
                ("reason", models.TextField()),
                ("said", models.JSONField()),
                ("digest", models.TextField()),
                ("at", models.DateTimeField()),
                ("open_until", models.DateTimeField()),
                ("state", models.TextField(db_default="open", default="open")),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "exchange_consent_request",
                "indexes": [
                    models.Index(fields=["number", "at"], name="exchange_consent_request_no"),
                    models.Index(fields=["partner", "at"], name="exchange_consent_request_who"),
                    models.Index(
                        condition=models.Q(("state", "open"), ("person__isnull", False)),
                        fields=["person", "open_until"],
                        name="exchange_consent_request_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("open", "given", "declined"))),
                        name="exchange_consent_request_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"), ("person__isnull", False), _connector="OR"
                        ),
                        name="exchange_consent_request_holder",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
        migrations.RunSQL(of_the_state(SHARE), migrations.RunSQL.noop),
    ]
