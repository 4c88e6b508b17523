"""How many numbers a clerk looked up today while entering records."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0016_closed_emptied"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegisterAsked",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "by", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("by", models.TextField(db_collation="C")),
                ("day", models.DateField()),
                ("asked", models.IntegerField(db_default=0)),
                ("failed", models.IntegerField(db_default=0)),
                ("files", models.JSONField(db_default=[], default=list)),
            ],
            options={
                "db_table": "sources_registerasked",
            },
        ),
    ]
