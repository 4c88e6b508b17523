"""Counts by commune kept ready for pages that move."""

from django.db import migrations, models

GRANTS = "REVOKE ALL ON population_tally FROM danso_gateway;"


class Migration(migrations.Migration):
    dependencies = [("population", "0003_imports")]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("commune", models.TextField(db_collation="C", primary_key=True, serialize=False)),
                ("alive", models.IntegerField()),
                ("dead", models.IntegerField()),
                ("missing", models.IntegerField()),
                ("with_number", models.IntegerField()),
                ("with_card", models.IntegerField()),
                ("counted_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
    ]
