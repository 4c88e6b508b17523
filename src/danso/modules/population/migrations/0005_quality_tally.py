"""Figures of quality by commune kept ready for pages."""

from django.db import migrations, models

GRANTS = "REVOKE ALL ON population_quality_tally FROM danso_gateway;"


class Migration(migrations.Migration):
    dependencies = [("population", "0004_tally")]

    operations = [
        migrations.CreateModel(
            name="QualityTally",
            fields=[
                ("commune", models.TextField(db_collation="C", primary_key=True, serialize=False)),
                ("people", models.IntegerField()),
                ("must_have_card", models.IntegerField()),
                ("holding_card", models.IntegerField()),
                ("faults", models.JSONField()),
                ("failing", models.JSONField()),
                ("counted_at", models.DateTimeField()),
            ],
            options={"db_table": "population_quality_tally"},
        ),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
    ]
